import type { Worker } from 'node:worker_threads';
import { messageOf } from '../../core/errors.ts';
import type { Accounts } from '../../core/ports/accounts.ts';
import type { Log } from '../../core/ports/log.ts';
import type { ChosenServiceAccount } from '../../core/service-accounts.ts';
import type { LdapCountsBatch } from '../../observe/ldap-counts.ts';
import { createAskAccount } from './account-question.ts';
import { ConnectionCounts } from './admission.ts';
import { defaultLimits, type LdapLimits } from './limits.ts';
import { type BoundListener, canSharePort, type ListenerPlace, provePortFree } from './listen.ts';
import { createAskLogin, type ListenerTerms, type LoginQuestionPorts } from './login-question.ts';
import type { ServiceRefusal } from './operation.ts';
import type { PosixSettings } from './profiles/facts.ts';
import type { TlsMaterial } from './tls-upgrade.ts';
import { linkWorker, type WorkerLink } from './worker-link.ts';
import type { LdapWorkerData, Publication, SentServiceAccount } from './worker-protocol.ts';

/** A listener with what it asks of users. */
export type LdapListener = ListenerPlace & ListenerTerms;

export interface LdapWorkersOptions extends Pick<LoginQuestionPorts, 'login' | 'isApplicationAddress'> {
  /** Starts a thread that calls `runLdapWorker`. */
  readonly start: (data: LdapWorkerData) => Worker;
  /** Threads; where a port cannot be shared it is one. */
  readonly workers: number;
  readonly listeners: readonly LdapListener[];
  readonly baseDn: string;
  readonly vendorVersion: string;
  /** How users are known on Unix hosts; the usual way when left out. */
  readonly posix?: PosixSettings;
  /** What new workers begin with. */
  readonly publication: () => Publication | undefined;
  readonly serviceAccounts: readonly ChosenServiceAccount[];
  /** Service accounts beside the configured ones, at the start. */
  readonly madeServiceAccounts?: readonly SentServiceAccount[];
  /** Accounts that came after the last synchronisation; without it searches know of none. */
  readonly accounts?: Pick<Accounts, 'lookUp'>;
  readonly limits?: Partial<LdapLimits>;
  readonly log: Log;
  readonly onCounts: (batch: LdapCountsBatch) => void;
  readonly onServiceRefusal: (refusal: ServiceRefusal) => void;
  /** A worker stopped reading a version of the directory. */
  readonly onReleased: () => void;
}

/** The LDAP service: threads that answer searches on one port, and look after each other's place. */
export interface LdapWorkers {
  readonly listeners: readonly BoundListener[];
  /** Connections open now. */
  readonly connections: number;
  readonly state: {
    readonly alive: number;
    readonly wanted: number;
    /** Workers that died soon after their start, since the last one that did well. */
    readonly deathsInARow: number;
  };
  /** The oldest version of the directory that a worker may still read; undefined = none reads any. */
  readonly oldestVersion: number | undefined;
  publish(publication: Publication): void;
  /** Puts these in the place of the made service accounts. Connections of one that is gone or has another secret are closed. */
  replaceServiceAccounts(accounts: readonly SentServiceAccount[]): void;
  /** Gives a listener with TLS another certificate, for connections that begin from now on. */
  replaceMaterial(listener: string, material: TlsMaterial): void;
  /** Lets go of memory that was given up. */
  collectGarbage(): void;
  /** Tells every client, closes all and resolves within a second. */
  stop(): Promise<void>;
}

/** A worker that lives for so long is well: the next death is the first again. */
const wellAfterMs = 60_000;
const firstDelayMs = 200;
const longestDelayMs = 30_000;
const stopGraceMs = 800;

/**
 * Starts the workers. Rejects when one cannot listen, as `listen` does; then none is left. A worker that dies later is replaced: at
 * once the first time, ever later when deaths follow each other.
 */
export async function startLdapWorkers(options: LdapWorkersOptions): Promise<LdapWorkers> {
  const { log } = options;
  const wanted = canSharePort(process.platform) ? Math.max(1, options.workers) : 1;
  const isPortShared = wanted > 1;
  const counts = new ConnectionCounts(wanted);
  const links = new Map<number, WorkerLink>();
  const restarts = new Set<NodeJS.Timeout>();
  const askLogin = createAskLogin(options);
  const askAccount = options.accounts && createAskAccount(options.accounts);
  let places: readonly ListenerPlace[] = options.listeners.map(toPlace);
  let madeServiceAccounts = options.madeServiceAccounts ?? [];
  let deathsInARow = 0;
  let isStarted = false;
  let isStopped = false;

  const startWorker = (place: number): WorkerLink => {
    const startedAt = performance.now();
    const publication = options.publication();
    const thread = options.start({
      ...{ isPortShared, publication, madeServiceAccounts, place },
      listeners: places,
      baseDn: options.baseDn,
      vendorVersion: options.vendorVersion,
      posix: options.posix,
      limits: { ...defaultLimits, ...options.limits },
      serviceAccounts: options.serviceAccounts,
      asksAccounts: askAccount !== undefined,
      connections: counts.memory,
      places: wanted,
    });
    const link = linkWorker(thread, publication?.version ?? 0, {
      ...{ askLogin, askAccount, log },
      onCounts: options.onCounts,
      onServiceRefusal: options.onServiceRefusal,
      onReleased: options.onReleased,
      onExit(cause) {
        links.delete(place);
        counts.clear(place);
        options.onReleased();
        if (isStopped || !isStarted) return;
        deathsInARow = performance.now() - startedAt > wellAfterMs ? 1 : deathsInARow + 1;
        replaceLater(place, cause ?? 'it ended by itself');
      },
    });
    links.set(place, link);
    return link;
  };

  const replaceLater = (place: number, cause: string) => {
    const delayMs = deathsInARow < 2 ? 0 : Math.min(longestDelayMs, firstDelayMs * 2 ** (deathsInARow - 2));
    log.error('an LDAP worker died and is replaced', { cause, deathsInARow, delayMs });
    const timer = setTimeout(() => {
      restarts.delete(timer);
      replace(place);
    }, delayMs).unref();
    restarts.add(timer);
  };

  const replace = (place: number) => {
    try {
      startWorker(place).listening.then(
        () => log.info('an LDAP worker took the place of the dead one'),
        (error: unknown) => log.error('an LDAP worker cannot listen', { error: messageOf(error) }),
      );
    } catch (error) {
      // No thread, so there is no exit that would bring us back here.
      deathsInARow += 1;
      replaceLater(place, messageOf(error));
    }
  };

  const stop = async () => {
    isStopped = true;
    for (const timer of restarts) clearTimeout(timer);
    await Promise.all([...links.values()].map((link) => link.stop(stopGraceMs)));
  };

  let listeners: readonly BoundListener[] = [];
  try {
    if (isPortShared) for (const place of places) if (place.port !== 0) await provePortFree(place);
    // Where any port will do the first worker finds one for all.
    listeners = await startWorker(0).listening;
    places = places.map((place, index) => ({ ...place, port: listeners[index]?.port ?? place.port }));
    const others = Array.from({ length: wanted - 1 }, (_, index) => startWorker(index + 1));
    await Promise.all(others.map((link) => link.listening));
    isStarted = true;
    for (let place = 0; place < wanted; place++) if (!links.has(place)) replaceLater(place, 'it ended at the start');
  } catch (error) {
    await stop();
    throw error;
  }

  const postAll = (message: Parameters<WorkerLink['post']>[0]) => {
    for (const link of links.values()) link.post(message);
  };
  return {
    listeners,
    get connections() {
      return counts.total;
    },
    get state() {
      return { alive: [...links.values()].filter(({ isListening }) => isListening).length, wanted, deathsInARow };
    },
    get oldestVersion() {
      return links.size === 0 ? undefined : Math.min(...[...links.values()].map((link) => link.oldestVersion));
    },
    publish: (publication) => postAll({ kind: 'publish', publication }),
    replaceServiceAccounts(accounts) {
      madeServiceAccounts = accounts;
      postAll({ kind: 'service-accounts', accounts });
    },
    replaceMaterial(listener, material) {
      places = places.map((place) => (place.name === listener ? { ...place, material } : place));
      postAll({ kind: 'material', listener, material });
    },
    collectGarbage: () => postAll({ kind: 'collect' }),
    stop,
  };
}

/** What a listener asks of users stays in this thread. */
function toPlace({
  require: _require,
  deadlineMs: _deadlineMs,
  twoFactor: _twoFactor,
  ...place
}: LdapListener): ListenerPlace {
  return place;
}
