import type { AuditLog } from './core/ports/audit-log.ts';
import type { ExpiringStore } from './core/ports/expiring-store.ts';
import type { Log } from './core/ports/log.ts';
import type { Snapshot } from './directory/snapshot.ts';
import { createBackChannel } from './facade/oidc/back-channel.ts';
import type { KnownClients, LogoutNotice, OidcProvider } from './facade/oidc/provider.ts';
import { createSessionEnd } from './facade/oidc/session-end.ts';
import { systemClock } from './host/system-clock.ts';
import type { Database } from './storage/database.ts';
import { createLogoutQueue } from './storage/logout-queue.ts';

export interface AppSignOutOptions {
  readonly database: Database;
  readonly store: ExpiringStore;
  readonly clients: KnownClients;
  readonly directory: () => Snapshot | undefined;
  readonly makeToken: OidcProvider['makeLogoutToken'];
  readonly audit: AuditLog | undefined;
  readonly log: Log;
}

/** The ends of sessions: those that people ask for, and those of people who have left. */
export interface AppSignOuts {
  /** Resolves when the notice is kept; it is delivered in the background. */
  sendLogout(notice: LogoutNotice): Promise<void>;
  /** To be called after each publication of the directory. */
  published(): void;
  close(): Promise<void>;
}

/** Rejects when the database cannot be used. */
export async function createAppSignOuts(options: AppSignOutOptions): Promise<AppSignOuts> {
  const { database, makeToken, store, clients, directory, audit, log } = options;
  const common = { audit, log, clock: systemClock };
  const channel = createBackChannel({ queue: await createLogoutQueue(database), makeToken, ...common });
  const sessionEnd = createSessionEnd({ ...{ store, clients, directory }, sendLogouts: channel.send, ...common });
  return {
    sendLogout: ({ clientId, accountId, sid }) => channel.send([{ clientId, accountId, sessionId: sid }]),
    published: sessionEnd.published,
    async close() {
      await Promise.all([sessionEnd.stop(), channel.stop()]);
    },
  };
}
