import type { Writable } from 'node:stream';
import { createBeforeUse } from './app-before-use.ts';
import { watchCertificateNotices } from './app-certificate-notices.ts';
import { type ServedDirectory, serveDirectory } from './app-directory.ts';
import { type AppLdap, startAppLdap } from './app-ldap.ts';
import { openLdapCertificates } from './app-ldap-certificates.ts';
import { planListeners } from './app-ldap-listeners.ts';
import { type AppLogin, createAppLogin, openAppPasswords } from './app-login.ts';
import { toAskedNumbers } from './app-numbers.ts';
import { type AppOidc, createAppOidc } from './app-oidc.ts';
import { createServiceRefusalReport } from './app-service-refusals.ts';
import { openSharedState } from './app-shared-state.ts';
import { toSyncJob } from './app-sync-job.ts';
import { watchServiceAccounts } from './application/service-accounts-watch.ts';
import { issuerOf, oidcPath } from './config/http-settings.ts';
import type { IcewarpAccount, Settings } from './config/settings.ts';
import { DomainError } from './core/errors.ts';
import type { DirectoryStore } from './core/ports/directory-store.ts';
import type { Log } from './core/ports/log.ts';
import { hashServiceAccounts } from './core/service-accounts.ts';
import { type HttpServer, startHttpServer } from './host/http-server.ts';
import { addObserveRoutes } from './host/observe-routes.ts';
import { systemClock } from './host/system-clock.ts';
import { type Certificate, openCertificate } from './host/tls.ts';
import type { CallRecord } from './icewarp/connection.ts';
import { createNotifier } from './notify/notifier.ts';
import { toCertificateHealth } from './observe/certificate-health.ts';
import { createHealth, type Health } from './observe/health.ts';
import { toDirectoryHealth, toListenerHealth, toMappingHealth, toSyncHealth } from './observe/health-parts.ts';
import { createIcewarpHealth } from './observe/icewarp-health.ts';
import { createMetrics } from './observe/metrics.ts';
import { createChangeSignal } from './storage/change-signal.ts';
import { openDatabase } from './storage/database.ts';
import { createDirectoryStore } from './storage/directory-store.ts';
import { createServiceAccountStore } from './storage/service-account-store.ts';
import type { SyncReport } from './sync/report.ts';

export interface AppOptions {
  readonly settings: Settings;
  readonly account: IcewarpAccount;
  readonly log: Log;
  /** Of log lines from the threads. */
  readonly logFormat: 'json' | 'pretty';
  /** The product's version. */
  readonly version: string;
  /** Take any free port where the one of the settings is taken. */
  readonly anyFreePort: { readonly ldap: boolean; readonly http: boolean };
  /** Where the audit log goes with `audit.stdout`. */
  readonly auditOutput?: Writable;
}

/** The running service. */
export interface App {
  readonly ldap: AppLdap;
  readonly http: HttpServer;
  readonly oidc: AppOidc;
  readonly directory: ServedDirectory;
  /** Ends with the first synchronisation; rejects when the service is stopped before. */
  readonly firstSync: Promise<SyncReport>;
  /** Resolves within a second, whatever is going on. */
  stop(): Promise<void>;
}

/**
 * Starts the service: the last committed directory is served at once, whether IceWarp answers or not; then it synchronises on
 * schedule. Rejects when the database cannot be used or a port is taken; then nothing is left running.
 */
export async function startApp(options: AppOptions): Promise<App> {
  const { settings, account, log } = options;
  const metrics = createMetrics();
  const icewarpHealth = createIcewarpHealth();
  const onCall = (call: CallRecord) => {
    metrics.recordIcewarpCall(call);
    icewarpHealth.observe(call);
  };
  const closers: (() => Promise<unknown>)[] = [];
  /** One after the other, when nothing writes any more. */
  const lastClosers: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    await Promise.allSettled(closers.splice(0).map((close) => close()));
    for (const close of lastClosers.splice(0)) await Promise.allSettled([close()]);
  };

  try {
    const database = await openDatabase({ url: settings.database.url, log });
    const store = createDirectoryStore(database);
    lastClosers.unshift(() => store.close());
    const shared = await openSharedState({
      ...{ settings, database, log },
      output: options.auditOutput,
      onAuditLost: metrics.recordAuditLoss,
    });
    lastClosers.unshift(shared.close);
    const notifier = createNotifier(settings.notify, { log, clock: systemClock });
    closers.push(() => notifier.close());
    let appLogin: AppLogin | undefined;
    let oidc: AppOidc | undefined;
    const directory = await serveDirectory({
      thread: {
        job: toSyncJob(settings, account),
        baseDn: settings.ldap.baseDn,
        numbers: toAskedNumbers(settings),
        logLevel: settings.log.level,
        logFormat: options.logFormat,
      },
      changes: createChangeSignal(database),
      notifier,
      intervalMs: settings.sync.intervalSeconds * 1000,
      ...{ log, metrics, onCall },
      onPublished(next, previous) {
        oidc?.published();
        return appLogin?.published(next, previous);
      },
      onRead: () => appLogin?.refreshPolicy(),
    });
    closers.push(() => directory.stop());

    const appPasswords = await openAppPasswords(database, shared.secretKey, log);
    closers.push(() => appPasswords.stop());
    const accounts = createAccounts(settings, directory, log);
    appLogin = createAppLogin({
      settings: settings.login,
      account,
      connection: {
        ...account,
        acceptAnyCertificate: settings.icewarp.acceptAnyCertificate,
        caFile: settings.icewarp.caFile,
        timeoutMs: settings.icewarp.timeoutSeconds * 1000,
        ...{ log, onCall },
      },
      directory: directory.snapshot,
      failures: shared.failures,
      audit: shared.audit,
      ...{ appPasswords, accounts, log },
    });
    closers.push(appLogin.close);
    appLogin.refreshPolicy();
    const { login } = appLogin;
    closers.push(shared.questions.serve((name) => JSON.stringify(login.stateOf(name))));
    const serviceAccounts = await watchServiceAccounts({
      accounts: createServiceAccountStore(database),
      key: shared.secretKey,
      clock: systemClock,
      log,
    });
    closers.push(() => serviceAccounts.stop());
    const chosenAccounts = await hashServiceAccounts(settings.ldap.serviceAccounts);
    const onServiceRefusal = createServiceRefusalReport({ audit: shared.audit, metrics, log });
    const certificates = await openLdapCertificates(planListeners(settings), log);
    closers.push(() => certificates.stop());
    metrics.watchCertificates(certificates.states);
    const certificateNotices = watchCertificateNotices(certificates.states, { notifier, clock: systemClock });
    closers.push(async () => certificateNotices.stop());
    const startLdap = (port: number) =>
      startAppLdap({
        ...{ settings, port, certificates, login, accounts, log, metrics, onServiceRefusal },
        publications: directory.publications,
        chosenServiceAccounts: chosenAccounts,
        serviceAccounts: serviceAccounts.current(),
        logFormat: options.logFormat,
        version: options.version,
      });
    const ldap = await listen(settings.ldap.port, options.anyFreePort.ldap, startLdap);
    closers.push(() => ldap.stop());
    serviceAccounts.start(ldap.replaceServiceAccounts);

    const health = createAppHealth({ directory, ldap, store });
    health.register('icewarp', icewarpHealth.check);
    if (certificates.states().length > 0)
      health.register('certificates', () => toCertificateHealth(certificates.states(), new Date()));
    const routes = (app: Parameters<typeof addObserveRoutes>[0]) => {
      addObserveRoutes(app, { health, metrics });
      app.use(oidcPath, (request, response, next) => {
        if (oidc !== undefined) return oidc.handler(request, response, next);
        throw new DomainError('upstream_unavailable', 'the OIDC facade has not started yet');
      });
    };
    const { host, trustProxy } = settings.http;
    const certificate = await openHttpCertificate(settings.http.tls, log);
    if (certificate !== undefined) closers.push(() => certificate.stop());
    const startHttp = (port: number) => startHttpServer({ host, port, routes, certificate, trustProxy, log });
    const http = await listen(settings.http.port, options.anyFreePort.http, startHttp);
    closers.push(() => http.stop());
    // Its name holds the port, which may be any.
    oidc = await createAppOidc({
      issuer: issuerOf({ ...settings.http, port: http.port }),
      ...{ settings, database, login, log },
      secretKey: shared.secretKey,
      audit: shared.audit,
      directory: directory.snapshot,
    });
    lastClosers.unshift(oidc.close);

    directory.schedule.start();
    const firstSync = directory.schedule.trigger();
    // Whoever does not wait for it finds its end in the log.
    firstSync.catch(() => {});
    return { ldap, http, oidc, directory, firstSync, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function createAccounts({ icewarp, sync }: Settings, { readAccount }: ServedDirectory, log: Log) {
  if (!sync.beforeUse) return undefined;
  return createBeforeUse({ readAccount, filter: { domains: icewarp.domains, groups: icewarp.groups }, log });
}

function createAppHealth(parts: {
  readonly directory: ServedDirectory;
  readonly ldap: AppLdap;
  readonly store: DirectoryStore;
}): Health {
  const { directory, ldap, store } = parts;
  const health = createHealth({ required: ['directory', 'ldap'] });
  health.register('directory', () => {
    const snapshot = directory.snapshot();
    return toDirectoryHealth(snapshot && { ...snapshot.counts, ...snapshot }, new Date());
  });
  health.register('sync', () => {
    const { lastRun, nextRunAt, lastError, heldPlan } = directory.schedule.state();
    return toSyncHealth({ lastRun: lastRun?.endedAt, nextRun: nextRunAt, lastError, held: heldPlan });
  });
  health.register('mapping', () => {
    const { outcome, held } = directory.mapping();
    const inForce = outcome?.kind === 'in_force' ? outcome.state : undefined;
    return toMappingHealth({ inForce, failure: outcome?.kind === 'none' ? outcome.message : undefined, held });
  });
  health.register('ldap', () => toListenerHealth(ldap));
  health.register('database', async () => ({ status: 'ok', generation: await store.generation() }));
  return health;
}

function openHttpCertificate(
  { certFile, keyFile }: Settings['http']['tls'],
  log: Log,
): Promise<Certificate | undefined> {
  if (certFile === undefined || keyFile === undefined) return Promise.resolve(undefined);
  return openCertificate({ certFile, keyFile, section: 'http.tls', log });
}

/** Starts a listener on a port, or, where that is taken and any will do, on a free one. */
async function listen<T>(port: number, anyFreePort: boolean, start: (port: number) => Promise<T>): Promise<T> {
  try {
    return await start(port);
  } catch (error) {
    if (anyFreePort && error instanceof DomainError && error.code === 'conflict') return await start(0);
    throw error;
  }
}
