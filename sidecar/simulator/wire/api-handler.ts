import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { ServerClock } from '../clock.ts';
import { runCommand } from '../commands/run-command.ts';
import { toSource } from '../login/sources.ts';
import type { ServerState } from '../server-state.ts';
import { BodyTooLargeError, readBody } from './body.ts';
import {
  ApiError,
  type Envelope,
  parseEnvelope,
  type ReplyHead,
  toReplyHead,
  writeError,
  writeResult,
} from './envelope.ts';
import type { FaultKind, FaultQueue } from './faults.ts';
import { type ReplyStyle, sendBroken, sendXml, waitOrGone } from './send.ts';
import type { Statistics } from './statistics.ts';
import { parseXml, XmlError } from './xml-reader.ts';

const maxBodyBytes = 1024 * 1024;
const path = /^\/icewarpapi\/?([A-Za-z]{0,64})\/?(?:\?|$)/i;

/** What the interface works with. */
export interface ApiParts {
  readonly state: ServerState;
  readonly faults: FaultQueue;
  readonly statistics: Statistics;
  /** Replies begin with a byte order mark. */
  readonly bom: boolean;
}

/** A reply before it is sent: how long it is held back, and its XML. */
interface Reply {
  readonly holdMs: number;
  readonly xml: string;
}

/** Answers `/icewarpapi/` and `/icewarpapi/<Command>`. */
export function createApiHandler(parts: ApiParts): RequestListener {
  return (request, response) => {
    answer(request, response, parts).catch((error: unknown) => {
      if (error instanceof BodyTooLargeError)
        refuse(response, 413, `The request is larger than ${maxBodyBytes} bytes.`);
      else if (error instanceof XmlError) {
        // What the original does with a body that is no XML is not known: something that no client takes for a reply.
        refuse(response, 400, `The request is no XML that is accepted: it ${error.message}.`);
      } else if (!response.destroyed) refuse(response, 500, 'The simulator failed.');
    });
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, parts: ApiParts): Promise<void> {
  const { clock, intrusionPrevention } = parts.state;
  const source = toSource(request.socket.remoteAddress);
  if (intrusionPrevention.cuts(source, clock.now())) {
    request.socket.destroy();
    return;
  }
  const found = path.exec(request.url ?? '');
  if (found === null) return refuse(response, 404, 'Not found.');
  // Samples of the vendor use PUT, too.
  if (request.method !== 'POST' && request.method !== 'PUT') return refuse(response, 405, 'Use POST.');
  const body = await readBody(request, maxBodyBytes);
  const root = parseXml(decodeUtf8(body));

  const envelope = attempt(() => parseEnvelope(root, found[1] ?? ''));
  if (envelope instanceof ApiError)
    return sendXml(response, writeError(toReplyHead(root), envelope.uid), styleOf(parts));
  const end = parts.statistics.begin(envelope.command);
  response.once('close', end);
  const fault = parts.faults.take(envelope.command);
  if (fault !== undefined && !(await begins(fault, response, clock))) return;
  const reply =
    fault?.kind === 'error' ? { holdMs: 0, xml: writeError(envelope, fault.uid) } : await run(envelope, parts, source);
  if (reply.holdMs > 0 && !(await waitOrGone(response, reply.holdMs, clock))) return;
  if (fault?.kind === 'half' || fault?.kind === 'invalid_xml') sendBroken(response, reply.xml, fault.kind);
  else sendXml(response, reply.xml, styleOf(parts));
}

async function run(envelope: Envelope, { state }: ApiParts, source: string): Promise<Reply> {
  try {
    const result = runCommand(envelope, state, source);
    const { content, sid = envelope.sid, holdMs = 0 } = result instanceof Promise ? await result : result;
    return { holdMs, xml: writeResult({ id: envelope.id, sid } satisfies ReplyHead, content) };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { holdMs: error.holdMs, xml: writeError(envelope, error.uid) };
  }
}

function styleOf({ bom, state }: ApiParts): ReplyStyle {
  return { bom, compact: state.company.server.dialect.compact };
}

/** Lets a fault act before the command runs; false = nothing more is to be answered. */
async function begins(fault: FaultKind, response: ServerResponse, clock: ServerClock): Promise<boolean> {
  switch (fault.kind) {
    case 'slow':
      return waitOrGone(response, fault.ms, clock);
    case 'hang':
      // The listener's end, or the client's, closes the connection.
      return false;
    case 'drop': {
      const socket = response.socket;
      // resetAndDestroy() is for plain TCP only; below TLS the connection just ends.
      if (socket !== null && !('encrypted' in socket)) socket.resetAndDestroy();
      else socket?.destroy();
      return false;
    }
    case 'status':
      refuse(response, fault.status, 'The simulator was told to fail.');
      return false;
    default:
      return true;
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true });

function decodeUtf8(body: Buffer): string {
  try {
    return decoder.decode(body);
  } catch (error) {
    throw new XmlError('is not in UTF-8', { cause: error });
  }
}

function attempt<T>(read: () => T): T | ApiError {
  try {
    return read();
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

/** An answer of the web server rather than of the interface. */
function refuse(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' });
  response.end(`${text}\n`);
}
