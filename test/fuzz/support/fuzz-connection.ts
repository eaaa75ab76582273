import { connect } from 'node:net';
import { children } from '../../facade/ldap/support/ber.ts';
import { readInteger, receiveMessages } from './ldap-client.ts';
import { readSentFrames } from './sent-frames.ts';

/** How a conversation went. */
export interface Conversation {
  /** Messages that the server has dealt with. */
  readonly messages: number;
  readonly codes: ReadonlyMap<number, number>;
  readonly isCutShort: boolean;
  /** What the server must never do, in words; undefined when it did nothing of it. */
  readonly fault: string | undefined;
}

const hangMs = 20_000;
const tags = { entry: 0x64, reference: 0x73, intermediate: 0x79 };
const otherError = 80;

/**
 * Sends octets on a connection of its own, ends its side, and judges what comes back: only answers to what was sent, one end for each
 * message, nothing unreadable, no inner error, and a closed connection within 20 seconds.
 */
export function converse(port: number, stream: Buffer): Promise<Conversation> {
  const { ids, count } = readSentFrames(stream);
  const codes = new Map<number, number>();
  let answered = 0;
  let isCutShort = false;
  let fault: string | undefined;
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    const fail = (text: string) => {
      fault ??= text;
      socket.destroy();
    };
    const timer = setTimeout(() => fail(`not closed within ${hangMs} ms`), hangMs);
    receiveMessages(socket, (body) => {
      try {
        const [id, operation] = children(body);
        const number = id === undefined ? -1 : readInteger(id.body);
        const tag = operation?.tag ?? 0;
        if (number === 0) {
          isCutShort = true;
          return;
        }
        const left = ids.get(number) ?? 0;
        if (left < 1) return fail(`an answer to message ${number}, which was not sent or is answered already`);
        if (tag === tags.entry || tag === tags.reference || tag === tags.intermediate) return;
        ids.set(number, left - 1);
        answered += 1;
        const code = readInteger(children(operation?.body ?? Buffer.alloc(0))[0]?.body ?? Buffer.alloc(0));
        codes.set(code, (codes.get(code) ?? 0) + 1);
        if (code === otherError) fail(`message ${number} was answered with an inner error`);
      } catch (error) {
        fail(`unreadable answer: ${error instanceof Error ? error.message : error}`);
      }
    });
    socket.on('error', () => {
      // A server that has closed answers what still comes with a reset.
      isCutShort = true;
    });
    socket.on('end', () => socket.end());
    socket.on('close', () => {
      clearTimeout(timer);
      const messages = isCutShort ? Math.min(count, answered + 1) : count;
      resolve({ messages, codes, isCutShort, fault });
    });
    socket.end(stream);
  });
}
