import { Worker } from 'node:worker_threads';
import { createPublications, type Publications } from '../../../../sidecar/app-published.ts';
import type { LoginOutcome, LoginRequest } from '../../../../sidecar/core/login/order.ts';
import { Secret } from '../../../../sidecar/core/secret.ts';
import { hashServiceAccounts } from '../../../../sidecar/core/service-accounts.ts';
import type { SnapshotBlock } from '../../../../sidecar/directory/layout.ts';
import {
  type LdapWorkers,
  type LdapWorkersOptions,
  startLdapWorkers,
} from '../../../../sidecar/facade/ldap/worker-pool.ts';
import { collectGarbage } from '../../../../sidecar/host/collect-garbage.ts';
import type { LdapCountsBatch } from '../../../../sidecar/observe/ldap-counts.ts';
import { cheapCost } from './ldap-world.ts';
import { connectRaw, type RawClient } from './raw-client.ts';
import { bindRequest } from './requests.ts';

const place = { name: 'ldap', host: '127.0.0.1', port: 0, diagnostics: 'none' } as const;
const listener = { ...place, require: ['LogOn'], deadlineMs: 1200, twoFactor: 'reject' } as const;

/** Workers as the service runs them, with the login in the test's hands. */
export interface WorkerWorld extends AsyncDisposable {
  readonly workers: LdapWorkers;
  readonly publications: Publications;
  readonly port: number;
  /** Threads that run now. */
  readonly threads: readonly Worker[];
  readonly logged: string[];
  readonly counts: LdapCountsBatch[];
  readonly logins: LoginRequest[];
  /** New threads die at once while `diesAtStart` is true. */
  readonly state: { diesAtStart: boolean };
  answer: (request: LoginRequest) => Promise<LoginOutcome>;
  connect(): Promise<RawClient>;
  /** A connection that has logged in as the service account. */
  connectReader(): Promise<RawClient>;
}

export async function startWorkerWorld(
  block: SnapshotBlock,
  options: Partial<LdapWorkersOptions> & { readonly spareMs?: number; readonly diesAtStart?: boolean } = {},
): Promise<WorkerWorld> {
  const state = { diesAtStart: options.diesAtStart ?? false };
  const threads = new Set<Worker>();
  const logged: string[] = [];
  const counts: LdapCountsBatch[] = [];
  const logins: LoginRequest[] = [];
  const clients: RawClient[] = [];
  const tell = (message: string, fields?: unknown) => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const publications = createPublications({ spareMs: options.spareMs ?? 60_000, collectGarbage });
  publications.publish(block);
  const release = publications.hold();
  const workers = await startLdapWorkers({
    start(worker) {
      const thread = new Worker(new URL('./faulty-thread.ts', import.meta.url), {
        workerData: { worker, diesAtStart: state.diesAtStart },
        resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8 },
      });
      threads.add(thread);
      thread.once('exit', () => threads.delete(thread));
      return thread;
    },
    workers: 2,
    listeners: [listener],
    login: (request) => {
      logins.push(request);
      return world.answer(request);
    },
    isApplicationAddress: () => false,
    baseDn: 'o=icewarp',
    vendorVersion: '1.2.3',
    publication: () =>
      publications.current && { version: publications.current.version, block: publications.current.block },
    serviceAccounts: await hashServiceAccounts([{ name: 'reader', password: new Secret('reader-demo') }], cheapCost),
    onServiceRefusal: () => {},
    limits: { sweepMs: 20 },
    log: { debug() {}, info: tell, warn: tell, error: tell },
    onCounts: (batch) => counts.push(batch),
    onReleased: publications.check,
    ...options,
  });
  publications.follow(workers);
  release();
  const port = workers.listeners[0]?.port ?? 0;
  const world: WorkerWorld = {
    ...{ workers, publications, port, logged, counts, logins },
    get threads() {
      return [...threads];
    },
    state,
    answer: async () => ({ kind: 'refused', reason: 'wrong_password' }),
    async connect() {
      const client = await connectRaw(port);
      clients.push(client);
      return client;
    },
    async connectReader() {
      const client = await world.connect();
      client.send(bindRequest(1, 'cn=reader', 'reader-demo'));
      const { code } = await client.next();
      if (code !== 0) throw new Error(`the service account's bind gave ${code}`);
      return client;
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.close();
      await workers.stop();
      publications.close();
    },
  };
  return world;
}
