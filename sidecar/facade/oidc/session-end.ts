import { setImmediate as nextTurn } from 'node:timers/promises';
import { messageOf } from '../../core/errors.ts';
import { findObstacle } from '../../core/login/account-state.ts';
import type { AuditLog } from '../../core/ports/audit-log.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { ExpiringStore } from '../../core/ports/expiring-store.ts';
import type { Log } from '../../core/ports/log.ts';
import type { LogoutMessage } from '../../core/ports/logout-queue.ts';
import type { UserDirectory } from '../../core/ports/user-directory.ts';
import type { KnownClients } from './provider.ts';

export interface SessionEndOptions {
  readonly store: ExpiringStore;
  readonly clients: KnownClients;
  /** Undefined while nothing was ever committed. */
  readonly directory: () => UserDirectory | undefined;
  /** Keeps messages for clients; see `back-channel.ts`. */
  readonly sendLogouts: (messages: readonly LogoutMessage[]) => Promise<void>;
  readonly audit: AuditLog | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly retryMs?: number;
}

/** Ends what users have signed in to once the directory does not admit them any more. */
export interface SessionEnd {
  /** To be called after each publication; several while one is looked at become one. */
  published(): void;
  stop(): Promise<void>;
}

const accountsAtOnce = 500;

/**
 * Looks at everybody who holds a session or a token: who is gone or may not log in at all loses all of them, who lacks what a client
 * requires loses those for that client. Messages to the clients are kept before anything is removed, so a crash in between loses none.
 */
export function createSessionEnd(options: SessionEndOptions): SessionEnd {
  const { store, clients, clock, log, audit, retryMs = 15_000 } = options;
  const stopped = new AbortController();
  let isWanted = false;
  let running: Promise<void> | undefined;

  async function endAccount(accountId: string, directory: UserDirectory): Promise<void> {
    const user = directory.findById(accountId);
    const gone = user === undefined ? 'gone' : findObstacle(user, []);
    const login = user?.login;
    const end = async (reason: string, client: string | undefined) => {
      const messages = await listMessages(accountId, client);
      await options.sendLogouts(messages);
      await store.removeAccount(accountId, client);
      audit?.write({ kind: 'session_end', at: clock.now(), user: accountId, login, client, reason });
      log.info('sessions ended', { user: accountId, login, client, reason });
    };
    if (user === undefined || gone !== undefined) return end(gone ?? 'gone', undefined);
    const grants = await store.listByAccount('Grant', accountId);
    for (const clientId of new Set(grants.map((grant) => grant.clientId))) {
      const client = clientId === undefined ? undefined : clients.find(clientId)?.client;
      const obstacle = client && findObstacle(user, client.require);
      if (client !== undefined && obstacle !== undefined) await end(obstacle, client.id);
    }
  }

  /** Every session of the account at a client that wants to be told; at one client alone when it is named. */
  async function listMessages(accountId: string, clientId: string | undefined): Promise<readonly LogoutMessage[]> {
    const found = new Map<string, LogoutMessage>();
    const note = (id: string | undefined, sessionId: string | undefined) => {
      if (id === undefined || (clientId !== undefined && id !== clientId)) return;
      if (clients.find(id)?.client.backchannelLogoutUri === undefined) return;
      found.set(`${id} ${sessionId}`, { clientId: id, accountId, sessionId });
    };
    for (const { payload } of await store.listByAccount('Session', accountId)) {
      const { authorizations } = JSON.parse(payload) as SessionPayload;
      for (const [id, { sid }] of Object.entries(authorizations ?? {})) note(id, sid);
    }
    // Renewed for longer than the session of the browser: their clients go on without it.
    for (const token of await store.listByAccount('RefreshToken', accountId)) {
      note(token.clientId, (JSON.parse(token.payload) as TokenPayload).sid);
    }
    return [...found.values()];
  }

  async function lookAtAll(): Promise<void> {
    let after = '';
    for (;;) {
      const accounts = await store.listAccounts(after, accountsAtOnce);
      for (const accountId of accounts) {
        const directory = options.directory();
        if (directory === undefined || stopped.signal.aborted) return;
        await endAccount(accountId, directory);
      }
      const last = accounts.at(-1);
      if (last === undefined || accounts.length < accountsAtOnce) return;
      after = last;
      await nextTurn();
    }
  }

  async function work(): Promise<void> {
    while (isWanted && !stopped.signal.aborted) {
      isWanted = false;
      try {
        await lookAtAll();
      } catch (error) {
        isWanted = true;
        log.error('sessions of users who have left could not be ended; it is tried again', {
          reason: messageOf(error),
        });
        await clock.sleep(retryMs, stopped.signal).catch(() => {});
      }
    }
  }

  return {
    published() {
      isWanted = true;
      running ??= work().finally(() => {
        running = undefined;
      });
    },
    async stop() {
      stopped.abort();
      await running;
    },
  };
}

/** What of an oidc-provider session matters here. */
interface SessionPayload {
  readonly authorizations?: Readonly<Record<string, { readonly sid?: string }>>;
}

interface TokenPayload {
  readonly sid?: string;
}
