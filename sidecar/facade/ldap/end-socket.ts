import type { Socket } from 'node:net';

/** Ends our side; what still comes is dropped, so that the client can read our last words before the socket goes. */
export function endSocket(socket: Socket, isInputEnded: boolean, graceMs: number): void {
  socket.end();
  socket.resume();
  if (isInputEnded) socket.destroySoon();
  const timer = setTimeout(() => socket.destroy(), graceMs).unref();
  socket.once('close', () => clearTimeout(timer));
}
