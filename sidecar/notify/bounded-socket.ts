import { connect, type Socket } from 'node:net';

export interface SocketLimits {
  /** For everything, from connecting to the end of `work`. */
  readonly timeoutMs: number;
  /** Most that the other side may send in all. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** How often the amount received is looked at: the socket's reader may be quadratic in an endless line. */
const lookMs = 20;

/**
 * Connects, lets `work` use the connection, and cuts it in the end, whatever the outcome. Rejects with what went wrong: time-out,
 * too much sent, a failure of the connection, or the signal's reason.
 */
export async function withBoundedSocket<Result>(
  target: { readonly host: string; readonly port: number },
  limits: SocketLimits,
  work: (socket: Socket) => Promise<Result>,
): Promise<Result> {
  const { signal, timeoutMs, maxBytes } = limits;
  signal.throwIfAborted();
  const socket = connect(target);
  const cut = new AbortController();
  const onAbort = () => cut.abort(signal.reason);
  signal.addEventListener('abort', onAbort);
  const timer = setTimeout(() => cut.abort(new Error(`no end within ${timeoutMs / 1000} s`)), timeoutMs);
  const look = setInterval(() => {
    if (socket.bytesRead > maxBytes) cut.abort(new Error(`the server sent more than ${maxBytes} bytes`));
  }, lookMs);
  const broken = new Promise<never>((_, reject) => {
    cut.signal.addEventListener('abort', () => reject(cut.signal.reason));
    // Stays to the end: what comes after the first one must not end the process.
    socket.on('error', reject);
  });
  try {
    await Promise.race([new Promise<void>((resolve) => socket.once('connect', resolve)), broken]);
    return await Promise.race([work(socket), broken]);
  } finally {
    clearTimeout(timer);
    clearInterval(look);
    signal.removeEventListener('abort', onAbort);
    socket.destroy();
  }
}
