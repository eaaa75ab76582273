import { DomainError, messageOf } from '../core/errors.ts';
import { resultOf } from './api-errors.ts';
import type { IcewarpConnection } from './connection.ts';
import type { CallOptions, HttpApi } from './http-api.ts';
import type { ReadCommand } from './read-commands.ts';
import type { Envelope } from './reply-xml.ts';
import type { Params } from './request-xml.ts';

/** The service account's session: opened when first needed, opened again once when the server has forgotten it. */
export interface Session {
  /** The address the service account logs in with. */
  readonly username: string;
  /** Like {@link HttpApi.call}, within the session. Rejects with `forbidden` when the server refuses the login. */
  call(command: ReadCommand, params: Params, options?: CallOptions): Promise<Envelope>;
  /** Ends the session on the server, if there is one. Never rejects. */
  close(): Promise<void>;
}

/**
 * The server holds a wrong password back for half a minute: a shorter time-out would show it as an outage, and each
 * further attempt counts towards the server's own block.
 */
const defaultLoginTimeoutMs = 90_000;

/** How long a refused login is not tried again. */
const refusalMemoryMs = 60_000;

const logoutTimeoutMs = 3000;

const refusals: ReadonlyMap<string, string> = new Map([
  ['auth_login_invalid', 'wrong password or unknown account; check icewarp.username and icewarp.password'],
  ['account_disabled_2', 'the account is disabled; enable it in IceWarp'],
  ['auth_two_factor_required', 'it demands a second factor; exempt it, or the address of this host, in IceWarp'],
]);

export function createSession(connection: IcewarpConnection, api: HttpApi): Session {
  const { username, password, log } = connection;
  const timeoutMs = connection.loginTimeoutMs ?? Math.max(connection.timeoutMs, defaultLoginTimeoutMs);
  const closing = new AbortController();
  let opening: Promise<string> | undefined;
  let refused: { readonly error: DomainError; readonly until: number } | undefined;

  async function authenticate(): Promise<string> {
    if (refused !== undefined && performance.now() < refused.until) throw refused.error;
    refused = undefined;
    const params: Params = [
      ['authtype', '0'],
      ['email', username],
      ['password', password],
      ['digest', ''],
      ['persistentlogin', '0'],
    ];
    const about = `the service account ${username}`;
    const reply = await api.call('authenticate', params, { about, timeoutMs, signal: closing.signal });
    // A result other than 1 is a failure in spite of type="result".
    const uid =
      reply.type === 'error' ? reply.uid.toLowerCase() : reply.result === '1' ? 'accepted' : 'auth_login_invalid';
    const refusal = refusals.get(uid);
    if (refusal !== undefined) {
      const error = new DomainError('forbidden', `IceWarp refuses ${about}: ${refusal}`);
      refused = { error, until: performance.now() + refusalMemoryMs };
      throw error;
    }
    resultOf(reply, 'authenticate', about);
    if (reply.type === 'error' || reply.sid === undefined) {
      throw new DomainError('upstream_unavailable', `IceWarp accepted ${about} but gave no session`);
    }
    log.debug('IceWarp session opened', { url: api.url.href, username });
    return reply.sid;
  }

  /** One login at a time, shared by all who wait for it. */
  function open(): Promise<string> {
    if (opening === undefined) {
      const attempt = authenticate();
      opening = attempt;
      attempt.catch(() => forget(attempt));
    }
    return opening;
  }

  function forget(attempt: Promise<string>): void {
    if (opening === attempt) opening = undefined;
  }

  return {
    username,
    async call(command, params, options = {}) {
      const first = open();
      const reply = await api.call(command, params, { ...options, sid: await unlessAborted(first, options.signal) });
      if (reply.type !== 'error' || reply.uid.toLowerCase() !== 'session_invalid') return reply;
      log.info('IceWarp session had ended; logging in again', { command });
      // Others may have opened a new one meanwhile: only the session that failed is given up.
      forget(first);
      return await api.call(command, params, { ...options, sid: await unlessAborted(open(), options.signal) });
    },
    async close() {
      const last = opening;
      opening = Promise.reject(new DomainError('upstream_unavailable', 'the connection to IceWarp was closed'));
      opening.catch(() => {});
      closing.abort(new DomainError('upstream_unavailable', 'the connection to IceWarp was closed'));
      const sid = await last?.catch(() => undefined);
      if (sid === undefined) return;
      await api.call('logout', [], { sid, timeoutMs: logoutTimeoutMs }).catch((error: unknown) => {
        log.debug('IceWarp session not closed; it ends by itself', { reason: messageOf(error) });
      });
    },
  };
}

/** The shared login goes on for the others when one caller gives up. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await work;
  signal.throwIfAborted();
  return await new Promise<T>((resolve, reject) => {
    const giveUp = (): void => reject(signal.reason);
    signal.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
