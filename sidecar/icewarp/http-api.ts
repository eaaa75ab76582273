import { DomainError, messageOf } from '../core/errors.ts';
import { createCallGate } from './call-gate.ts';
import { CallNotSent } from './call-not-sent.ts';
import { type IcewarpConnection, readCaFile, toApiUrl } from './connection.ts';
import { describeFailure, isConnectFailure } from './failure-words.ts';
import { createHttpTransport, type HttpReply } from './http-transport.ts';
import { assertReadCommand, type ReadCommand } from './read-commands.ts';
import { UnreadableReply } from './reply-fault.ts';
import { type Envelope, parseEnvelope } from './reply-xml.ts';
import { type Params, writeRequest } from './request-xml.ts';

export interface CallOptions {
  /** Left out for the commands without a session. */
  readonly sid?: string | undefined;
  /** What the call is about, for messages: `account al@example.com`. */
  readonly about?: string | undefined;
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ApiLimits {
  /** Calls at the same time. */
  readonly concurrency: number;
  /** Further calls that may wait for a place; beyond it a call fails at once. */
  readonly maxWaiting?: number;
  readonly maxReplyBytes?: number;
}

/** The admin API of IceWarp over HTTP: one command in, one checked envelope out. Knows no sessions. */
export interface HttpApi {
  readonly url: URL;
  /**
   * Sends one command. The server's own errors are an answer (`type: 'error'`, with the uid); rejects with
   * `upstream_unavailable` when there was no usable answer ({@link CallNotSent} when the server cannot have heard of
   * the command, {@link UnreadableReply} when the answer is no XML), `invalid_input` when the URL has never shown an API, and the signal's reason when aborted.
   */
  call(command: ReadCommand, params: Params, options?: CallOptions): Promise<Envelope>;
  close(): Promise<void>;
}

const defaultMaxReplyBytes = 16 * 1024 * 1024;

/** Asking these twice could count twice: as a failed login, or as a session. */
const unrepeatable: ReadonlySet<ReadCommand> = new Set(['authenticate', 'getauthtoken', 'logout']);

/** Throws `invalid_input` for a URL or CA file that cannot be used. Connects at the first call. */
export function createHttpApi(connection: IcewarpConnection, limits: ApiLimits): HttpApi {
  const url = toApiUrl(connection.url);
  const transport = createHttpTransport({
    url,
    acceptAnyCertificate: connection.acceptAnyCertificate,
    ca: connection.caFile === undefined ? undefined : readCaFile(connection.caFile),
    connections: limits.concurrency,
    maxReplyBytes: limits.maxReplyBytes ?? defaultMaxReplyBytes,
  });
  const gate = createCallGate(limits.concurrency, limits.maxWaiting);
  const closing = new AbortController();
  // A proxy answers with pages of its own while the server behind it restarts; only before the first real answer
  // does such a page mean that the URL is wrong.
  let apiSeen = false;

  async function ask(command: ReadCommand, xml: string, options: CallOptions): Promise<Envelope> {
    const what = describeCall(command, options.about);
    let reply: HttpReply;
    try {
      reply = await transport.post(xml, {
        timeoutMs: options.timeoutMs ?? connection.timeoutMs,
        repeatable: !unrepeatable.has(command),
        signals: [options.signal, closing.signal],
      });
    } catch (error) {
      if (options.signal?.aborted) throw options.signal.reason;
      const message = `${what} at ${url.href}: ${describeFailure(error)}`;
      if (isConnectFailure(error)) throw new CallNotSent(message);
      throw new DomainError('upstream_unavailable', message);
    }
    const envelope = readEnvelope(reply, command, what);
    apiSeen = true;
    return envelope;
  }

  function readEnvelope(reply: HttpReply, command: ReadCommand, what: string): Envelope {
    const isXml = looksLikeApi(reply.body);
    const noApi = 'something that is no reply of the API';
    let reason = noApi;
    try {
      const envelope = isXml ? parseEnvelope(reply.body) : undefined;
      if (envelope !== undefined) return envelope;
    } catch (error) {
      reason = `unusable XML: ${messageOf(error).slice(0, 200)}`;
    }
    const status = `HTTP status ${reply.status} with ${reason}`;
    if (reply.status === 200 && reason !== noApi && !unrepeatable.has(command)) {
      throw new UnreadableReply('upstream_unavailable', `${what} at ${url.href}: ${status}`);
    }
    if (apiSeen || reply.status >= 500 || reason !== noApi) {
      throw new DomainError('upstream_unavailable', `${what} at ${url.href}: ${status}`);
    }
    const redirect = reply.location === undefined ? '' : `, a redirect to ${printable(reply.location)}`;
    throw new DomainError(
      'invalid_input',
      `no IceWarp API found at ${url.href} (${status}${redirect}); check icewarp.url`,
    );
  }

  return {
    url,
    async call(command, params, options = {}) {
      assertReadCommand(command);
      const xml = writeRequest(command, params, options.sid);
      const leave = await gate.enter(options.signal);
      const what = describeCall(command, options.about);
      if (leave === undefined) {
        throw new CallNotSent(`${what}: ${limits.concurrency} calls are under way already`);
      }
      // Who gives a call up to make room finds the room at once, not when the socket has gone.
      options.signal?.addEventListener('abort', leave, { once: true });
      const startedAt = performance.now();
      let envelope: Envelope | undefined;
      try {
        if (closing.signal.aborted) throw new CallNotSent(`${what}: the connection is closed`);
        envelope = await ask(command, xml, options);
        return envelope;
      } finally {
        options.signal?.removeEventListener('abort', leave);
        leave();
        connection.onCall?.({
          command,
          outcome: envelope?.type === 'result' ? 'ok' : 'error',
          ...(envelope?.type === 'error' ? { uid: printable(envelope.uid) } : {}),
          durationMs: performance.now() - startedAt,
        });
      }
    },
    async close() {
      closing.abort(new DomainError('upstream_unavailable', 'the connection to IceWarp was closed'));
      await transport.close();
    },
  };
}

/** How messages name a call. */
export function describeCall(command: ReadCommand, about: string | undefined): string {
  return about === undefined ? `IceWarp command ${command}` : `IceWarp command ${command} for ${about}`;
}

/** Text from the server that is safe and short enough to stand in a message. */
export function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 100);
}

function looksLikeApi(body: Uint8Array): boolean {
  // Pages in XHTML are XML, too: the root decides.
  return /^\uFEFF?\s*(?:<\?xml[^>]*>\s*)?<iq\b/i.test(Buffer.from(body.subarray(0, 256)).toString('utf8'));
}
