import { setImmediate as nextTurn } from 'node:timers/promises';
import { watchAppPasswords } from './application/app-passwords-watch.ts';
import type { IcewarpAccount, Settings } from './config/settings.ts';
import { messageOf } from './core/errors.ts';
import { createLogin, type LoginRecord, type LoginService } from './core/login/order.ts';
import type { LoginPolicy } from './core/login/policy.ts';
import { domainOf, parseLoginName } from './core/names.ts';
import type { Accounts } from './core/ports/accounts.ts';
import type { AppPasswords } from './core/ports/app-passwords.ts';
import type { AuditLog } from './core/ports/audit-log.ts';
import type { FailureCounters } from './core/ports/failure-counters.ts';
import type { Log } from './core/ports/log.ts';
import type { SecretKeySource } from './core/ports/secret-key.ts';
import { changedUsers } from './directory/changed-users.ts';
import type { Snapshot } from './directory/snapshot.ts';
import { createNetworkTest } from './host/network-list.ts';
import { systemClock } from './host/system-clock.ts';
import { createIcewarpAuthenticator } from './icewarp/authenticator.ts';
import type { IcewarpConnection } from './icewarp/connection.ts';
import { createIcewarpLoginFacts } from './icewarp/login-facts.ts';
import { createAppPasswordStore } from './storage/app-password-store.ts';
import type { Database } from './storage/database.ts';

export interface AppLoginOptions {
  readonly settings: Settings['login'];
  readonly account: IcewarpAccount;
  readonly connection: IcewarpConnection;
  readonly directory: () => Snapshot | undefined;
  readonly failures: FailureCounters | undefined;
  readonly audit: AuditLog | undefined;
  readonly appPasswords: AppPasswords;
  /** Left out where accounts wait for the next synchronisation. */
  readonly accounts: Accounts | undefined;
  readonly log: Log;
}

/** The login of the running service, and what keeps its knowledge of IceWarp up to date. */
export interface AppLogin {
  readonly login: LoginService;
  /** Reads IceWarp's login policy anew, in the background. */
  refreshPolicy(): void;
  /** Tells the login of the users whose entries changed, in the background; resolves when neither snapshot is read any more. */
  published(next: Snapshot, previous: Snapshot | undefined): Promise<void>;
  /** Resolves within half a second; logins under way end as could-not-tell. */
  close(): Promise<void>;
}

/** The app passwords of the database, kept up to date until stopped. Rejects as the database and the secret key do. */
export async function openAppPasswords(database: Database, keySource: SecretKeySource, log: Log) {
  const passwords = createAppPasswordStore(database, systemClock);
  const key = await keySource.readOrMake();
  return await watchAppPasswords({ passwords, key, createNetworkTest, clock: systemClock, log });
}

/** Accounts between two turns of the event loop: logins must not wait for a large change. */
const accountsInARow = 100;

/** Throws `invalid_input` for a URL or CA file that cannot be used. */
export function createAppLogin(options: AppLoginOptions): AppLogin {
  const { settings, account, connection, log } = options;
  const { fastCalls, slowCalls } = settings.lanes;
  const authenticator = createIcewarpAuthenticator(connection, {
    upstreamTimeoutSeconds: settings.upstreamTimeoutSeconds,
    // One is the look at our own account.
    concurrency: fastCalls + slowCalls + 1,
  });
  const facts = createIcewarpLoginFacts(connection);
  const ended = new AbortController();
  const own = parseLoginName(account.username);
  if (own === undefined) log.warn('icewarp.username is no address: without it, fewer failed logins can be told apart');
  let policy: LoginPolicy | undefined;
  let isReading = false;

  const login = createLogin(
    {
      directory: options.directory,
      authenticator,
      clock: systemClock,
      log,
      domain: () => (own === undefined ? undefined : domainOf(own)),
      policy: () => policy,
      ...(own === undefined ? {} : { canary: { login: own, password: account.password } }),
      isStillBlocked: (user) => facts.isBlocked(user.passwordOf),
      ...(options.failures === undefined ? {} : { failures: options.failures }),
      ...(options.audit === undefined ? {} : { audit: options.audit }),
      ...(options.accounts === undefined ? {} : { accounts: options.accounts }),
      appPasswords: options.appPasswords,
      onOutcome: (record) => logLogin(log, record),
    },
    settings,
  );

  async function readPolicy(): Promise<void> {
    try {
      const now = await facts.readPolicy(ended.signal);
      if (JSON.stringify(now) !== JSON.stringify(policy)) {
        log.info('IceWarp login policy', now === undefined ? { isReadable: false } : { ...now });
      }
      policy = now;
    } catch (error) {
      // The last one known holds on.
      if (!ended.signal.aborted) log.warn('the login policy of IceWarp was not read', { reason: messageOf(error) });
    }
  }

  async function tellChanges(next: Snapshot, previous: Snapshot): Promise<void> {
    let told = 0;
    for (const name of changedUsers(previous, next)) {
      login.accountChanged(name);
      told += 1;
      if (told % accountsInARow === 0) await nextTurn();
      if (ended.signal.aborted) return;
    }
  }

  return {
    login,
    refreshPolicy() {
      if (isReading) return;
      isReading = true;
      void readPolicy().finally(() => {
        isReading = false;
      });
    },
    async published(next, previous) {
      if (previous === undefined) return;
      try {
        await tellChanges(next, previous);
      } catch (error) {
        log.error('the login was not told of all changed users', { reason: messageOf(error) });
      }
    },
    async close() {
      ended.abort();
      login.close();
      await Promise.allSettled([authenticator.close(), facts.close()]);
    },
  };
}

function logLogin(log: Log, { request, login, outcome, decidedBy, lane, durationMs }: LoginRecord): void {
  const { name, facade, clientAddress } = request;
  const reason = outcome.kind === 'accepted' ? undefined : outcome.reason;
  const presumed = outcome.kind === 'refused' ? outcome.presumed : undefined;
  log.info('login', {
    ...{ name: name.slice(0, 400), login, outcome: outcome.kind, reason, presumed, decidedBy, lane },
    ...{ facade, clientAddress, durationMs },
  });
}
