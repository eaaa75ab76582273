import type { Socket } from 'node:net';
import { encodeResult, ResponseTag } from './responses.ts';
import { ResultCode } from './result-codes.ts';

/**
 * Takes the listeners off a socket once what was written to it is on its way, then calls `then`; not when the socket breaks before. Until
 * then `onData` goes on dropping what comes: a client that waits for the answer to StartTLS, as it must, sent nothing, and who put something
 * between must not be heard as the client (RFC 4511 §4.14.1).
 */
export function letGoOf(
  socket: Socket,
  onData: (chunk: Uint8Array) => void,
  onEnd: () => void,
  then: () => void,
): void {
  socket.write(new Uint8Array(), (error) => {
    socket.off('data', onData);
    socket.off('end', onEnd);
    if (!error) then();
  });
}

/** The answer to StartTLS while other operations are outstanding (RFC 4511 §4.14.1). */
export function encodeStartTlsRefusal(messageId: number): Buffer {
  const message = 'StartTLS comes alone: other operations have not ended';
  return encodeResult(messageId, ResponseTag.extended, { code: ResultCode.operationsError, message });
}
