import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { LdapCertificates } from './app-ldap-certificates.ts';
import { planListeners } from './app-ldap-listeners.ts';
import type { LdapThreadData } from './app-ldap-protocol.ts';
import { toPosixSettings } from './app-numbers.ts';
import type { Publications } from './app-published.ts';
import type { Settings } from './config/settings.ts';
import type { Login } from './core/login/order.ts';
import type { Accounts } from './core/ports/accounts.ts';
import type { Log } from './core/ports/log.ts';
import type { ChosenServiceAccount, MadeServiceAccount } from './core/service-accounts.ts';
import type { LdapLimits } from './facade/ldap/limits.ts';
import type { ServiceRefusal } from './facade/ldap/operation.ts';
import { type LdapWorkers, startLdapWorkers } from './facade/ldap/worker-pool.ts';
import type { SentServiceAccount } from './facade/ldap/worker-protocol.ts';
import { createNetworkTest } from './host/network-list.ts';
import type { Metrics } from './observe/metrics.ts';

export interface AppLdapOptions {
  readonly settings: Settings;
  /** In the place of `ldap.port`. */
  readonly port: number;
  readonly certificates: LdapCertificates;
  readonly login: Login;
  /** Left out where accounts wait for the next synchronisation. */
  readonly accounts: Accounts | undefined;
  readonly publications: Publications;
  /** Those of the configuration. */
  readonly chosenServiceAccounts: readonly ChosenServiceAccount[];
  /** Those of the database, as last read. */
  readonly serviceAccounts: readonly MadeServiceAccount[];
  readonly log: Log;
  /** Of log lines from the workers. */
  readonly logFormat: 'json' | 'pretty';
  readonly metrics: Metrics;
  /** Hears of every bind of a service account that was not accepted. */
  readonly onServiceRefusal: (refusal: ServiceRefusal) => void;
  /** The product's version. */
  readonly version: string;
}

/** The LDAP service of the running program. */
export interface AppLdap extends Pick<LdapWorkers, 'listeners' | 'connections' | 'state' | 'stop'> {
  /** Of the first listener. */
  readonly address: string;
  readonly port: number;
  replaceServiceAccounts(accounts: readonly MadeServiceAccount[]): void;
}

/**
 * Connections and queues of thousands of clients fit many times over; the directory and what is read and written lie outside the heap.
 * A worker that needs more has a fault, and dies alone.
 */
const resourceLimits = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 8 };

/** Starts the LDAP workers on the published directory. Rejects as `startLdapWorkers` does. */
export async function startAppLdap(options: AppLdapOptions): Promise<AppLdap> {
  const { settings, certificates, publications, log, metrics, logFormat } = options;
  const { ldap, login } = settings;
  const url = new URL('./ldap-thread.ts', import.meta.url);
  // Until the publications know their reader, what it begins with must stay.
  const release = publications.hold();
  let workers: LdapWorkers;
  try {
    workers = await startLdapWorkers({
      start(worker) {
        const workerData: LdapThreadData = { worker, logLevel: settings.log.level, logFormat };
        return new Worker(url, { workerData, resourceLimits });
      },
      workers: ldap.workers ?? availableParallelism(),
      listeners: planListeners(settings).map(({ listener }, index) => ({
        ...listener,
        port: index === 0 ? options.port : listener.port,
        material: certificates.materialOf(listener.name),
      })),
      login: options.login,
      ...(options.accounts === undefined ? {} : { accounts: options.accounts }),
      limits: toLimits(ldap.limits),
      isApplicationAddress: createNetworkTest(login.applicationNetworks),
      baseDn: ldap.baseDn,
      vendorVersion: options.version,
      posix: toPosixSettings(ldap.posix),
      publication: () =>
        publications.current && { version: publications.current.version, block: publications.current.block },
      serviceAccounts: options.chosenServiceAccounts,
      madeServiceAccounts: options.serviceAccounts.map(toSent),
      log,
      onCounts: metrics.recordLdap,
      onServiceRefusal: options.onServiceRefusal,
      onReleased: publications.check,
    });
    publications.follow(workers);
    certificates.follow(workers.replaceMaterial);
  } finally {
    release();
  }
  return {
    address: workers.listeners[0]?.address ?? ldap.host,
    port: workers.listeners[0]?.port ?? options.port,
    listeners: workers.listeners,
    get connections() {
      return workers.connections;
    },
    get state() {
      return workers.state;
    },
    replaceServiceAccounts: (accounts) => workers.replaceServiceAccounts(accounts.map(toSent)),
    stop: () => workers.stop(),
  };
}

/** The limits of the settings, in the units of the LDAP service. */
export function toLimits(settings: Settings['ldap']['limits']): Partial<LdapLimits> {
  const { messageKilobytes, searchSeconds, backlogKilobytes, outstandingOperations, ...rest } = settings;
  const { idleSeconds, messageSeconds, handshakeSeconds, drainSeconds, ...counts } = rest;
  const messageBytes = messageKilobytes * 1024;
  return {
    ...counts,
    messageBytes,
    anonymousMessageBytes: Math.min(messageBytes, 64 * 1024),
    queuedRequests: outstandingOperations,
    backlogBytes: backlogKilobytes * 1024,
    searchMs: searchSeconds * 1000,
    idleMs: idleSeconds * 1000,
    anonymousIdleMs: Math.min(idleSeconds * 1000, 2 * 60_000),
    messageMs: messageSeconds * 1000,
    handshakeMs: handshakeSeconds * 1000,
    drainMs: drainSeconds * 1000,
  };
}

function toSent({ name, secretId, digest, key }: MadeServiceAccount): SentServiceAccount {
  return { name, secretId, digest, key: key.reveal() };
}
