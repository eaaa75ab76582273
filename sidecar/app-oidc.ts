import { createAppSignOuts } from './app-sign-outs.ts';
import { watchOidcClients } from './application/oidc-clients-watch.ts';
import { watchSigningKeys } from './application/signing-keys-watch.ts';
import type { Settings } from './config/settings.ts';
import { messageOf } from './core/errors.ts';
import type { Login } from './core/login/outcome.ts';
import type { AuditLog } from './core/ports/audit-log.ts';
import type { ExpiringStore } from './core/ports/expiring-store.ts';
import type { Log } from './core/ports/log.ts';
import type { SecretKeySource } from './core/ports/secret-key.ts';
import { toKeyPolicy } from './core/signing-keys/key-plan.ts';
import type { Snapshot } from './directory/snapshot.ts';
import { createFormTokens } from './facade/oidc/form-token.ts';
import { createPageLook } from './facade/oidc/pages/look.ts';
import { readLogo } from './facade/oidc/pages/read-logo.ts';
import { createPendingLogins } from './facade/oidc/pending-logins.ts';
import { createOidcProvider, type OidcProvider } from './facade/oidc/provider.ts';
import { createProviderPages } from './facade/oidc/provider-pages.ts';
import { createOidcRoutes, oidcPaths } from './facade/oidc/routes.ts';
import { createNetworkTest } from './host/network-list.ts';
import { createPasswordCheck } from './host/password-check.ts';
import { systemClock } from './host/system-clock.ts';
import type { Database } from './storage/database.ts';
import { createExpiringStore } from './storage/expiring/expiring-store.ts';
import { createOidcClientStore } from './storage/oidc-client-store.ts';
import { createSigningKeyStore } from './storage/signing-key-store.ts';

export interface AppOidcOptions {
  /** Our issuer, with the port that is listened on. */
  readonly issuer: string;
  readonly settings: Settings;
  readonly database: Database;
  readonly secretKey: SecretKeySource;
  readonly directory: () => Snapshot | undefined;
  readonly login: Login;
  readonly log: Log;
  readonly audit: AuditLog | undefined;
}

/** The OIDC facade of the running service. */
export interface AppOidc {
  readonly provider: OidcProvider;
  /** Sessions, grants and tokens. */
  readonly store: ExpiringStore;
  /** For the issuer's path. */
  readonly handler: ReturnType<typeof createOidcRoutes>;
  /** To be called after each publication of the directory: who has left is signed out. */
  published(): void;
  /** The database is to be closed later. */
  close(): Promise<void>;
}

/** Entries whose time is over are removed in steps of this size, so that nobody waits for them. */
const purgeStep = 500;
const purgeEveryMs = 10_000;

/** Opens what the OIDC facade keeps, and makes its routes. Rejects when the database or the logo cannot be used. */
export async function createAppOidc(options: AppOidcOptions): Promise<AppOidc> {
  const { issuer, settings, database, secretKey, directory, log } = options;
  const secret = await secretKey.readOrMake();
  const closers: (() => unknown)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await Promise.allSettled([closer()]);
  };
  try {
    const { page } = settings.oidc;
    const logo = page.logoFile === undefined ? undefined : await readLogo(page.logoFile);
    const store = await createExpiringStore(database, { key: secret });
    closers.push(() => store.close());
    const keys = await watchSigningKeys({
      keys: createSigningKeyStore(database, secret, secretKey.place),
      clock: systemClock,
      log,
      policy: toKeyPolicy(settings.oidc.keys.rotateDays),
    });
    closers.push(() => keys.stop());
    const clients = await watchOidcClients({
      clients: createOidcClientStore(database),
      configured: settings.oidc.clients,
      key: secretKey,
      clock: systemClock,
      log,
    });
    closers.push(() => clients.stop());

    const base = new URL(issuer).pathname;
    const { look, assets } = createPageLook({ ...page, logo }, `${base}${oidcPaths.assets}`);
    const signOuts = await createAppSignOuts({
      ...{ database, store, clients, directory, log },
      makeToken: (notice) => provider.makeLogoutToken(notice),
      audit: options.audit,
    });
    closers.push(() => signOuts.close());
    const provider = createOidcProvider({
      ...{ issuer, store, clients, directory, log },
      keys: keys.current,
      lifetimes: settings.oidc.lifetimes,
      pages: createProviderPages({ look, log }),
      sendLogout: signOuts.sendLogout,
    });
    const pending = createPendingLogins();
    closers.push(() => pending.close());
    const isApplicationAddress = createNetworkTest(settings.login.applicationNetworks);
    const handler = createOidcRoutes({
      isApplicationAddress,
      ...{ provider, clients, look, assets, pending, log },
      tokens: createFormTokens(() => keys.current().cookies),
      twoFactor: settings.login.twoFactor.oidc,
      check: createPasswordCheck({
        login: options.login,
        facade: 'oidc',
        deadlineMs: settings.login.deadlineSeconds * 1000,
        isApplicationAddress,
      }),
    });
    keys.start(() => provider.renew());
    clients.start();
    closers.push(startPurge(store, log));
    // Somebody may have left while nothing ran.
    signOuts.published();
    return { provider, store, handler, published: signOuts.published, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Gives what ends it. */
function startPurge(store: ExpiringStore, log: Log): () => Promise<void> {
  let fault = '';
  let running: Promise<void> = Promise.resolve();
  const purge = async () => {
    try {
      while ((await store.removeExpired(purgeStep)) === purgeStep && timer.hasRef());
      fault = '';
    } catch (error) {
      const reason = messageOf(error);
      if (reason !== fault) log.warn('expired sessions and tokens were not removed', { reason });
      fault = reason;
    }
  };
  const timer = setInterval(() => {
    running = running.then(purge);
  }, purgeEveryMs);
  return async () => {
    clearInterval(timer);
    timer.unref();
    await running;
  };
}
