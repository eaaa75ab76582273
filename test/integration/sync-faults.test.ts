import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openSyncParts, type SyncJob } from '../../sidecar/app-sync-job.ts';
import { type Directory, emptyDirectory } from '../../sidecar/core/model.ts';
import { silentLog } from '../../sidecar/core/ports/log.ts';
import { generateCompany, type Simulator, startSimulator } from '../../sidecar/simulator/simulator.ts';
import type { SyncReport } from '../../sidecar/sync/report.ts';

/** Every command that a run sends, how many calls go well before, and what a message about it must name besides. */
const commands = [
  { command: 'authenticate', skip: 0, names: /admin@example\.com/ },
  { command: 'getsessioninfo', skip: 0, names: /admin@example\.com/ },
  { command: 'getdomainsinfolist', skip: 0, names: /the list of domains/ },
  { command: 'getdomainproperties', skip: 1, names: /domain \S+\.\S+/ },
  { command: 'getaccountsinfolist', skip: 2, names: /domain \S+\.\S+/ },
  { command: 'getaccountproperties', skip: 0, names: /(account|group) \S+@\S+/ },
  { command: 'getaccountproperties', skip: 20, names: /(account|group) \S+@\S+/ },
  { command: 'getaccountmemberinfolist', skip: 1, names: /group \S+@\S+/ },
] as const;

/** Long enough for a busy machine, where every call is answered; short where one is not. */
const patientMs = 30_000;
const impatientMs = 1_000;

/** What goes wrong from then on, and the words by which the administrator learns it. */
const faults = [
  { kind: 'hang', tells: /time-out: no complete answer within 1 s/ },
  { kind: 'drop', tells: /the server dropped the connection/ },
  { kind: 'status', status: 500, tells: /HTTP status 500/ },
  { kind: 'half', tells: /the server dropped the connection/ },
  { kind: 'invalid_xml', tells: /unusable XML/ },
  { kind: 'error', uid: 'something_odd', tells: /was answered with the error something_odd/ },
] as const;

describe('a synchronisation in which calls to IceWarp fail', () => {
  let simulator: Simulator;
  let folder: string;
  let stored: Directory = emptyDirectory;
  let edits = 0;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sidecar-sync-faults-'));
    simulator = await startSimulator({ company: generateCompany({ users: 30, seed: 7 }), tarpitMs: 0 });
    const { report, directory } = await sync();
    assert.equal(report.outcome, 'applied', report.summary);
    assert.ok(directory.users.size >= 30);
  });
  after(async () => {
    await simulator.stop();
    await rm(folder, { recursive: true, force: true });
  });

  function describeJob(timeoutMs: number): SyncJob {
    const icewarp = {
      url: simulator.url,
      username: 'admin@example.com',
      password: 'admin-demo',
      acceptAnyCertificate: false,
      caFile: undefined,
      timeoutMs,
      // No setting: IceWarp holds wrong passwords back, so the login waits for 90 s.
      loginTimeoutMs: timeoutMs,
    };
    return {
      icewarp,
      databaseUrl: `sqlite:${join(folder, 'sidecar.sqlite')}`,
      mappingsDirectory: join(import.meta.dirname, '../../mappings'),
      mappingsTimeZone: 'UTC',
      ownPlaces: [],
      includeMailingLists: true,
      includeGuests: true,
      filter: { domains: [], groups: [] },
      policy: {
        missingUsers: 'delete',
        graceDays: 0,
        limitUsers: 1_000_000,
        limitPercent: 100,
        limitMembersPercent: 100,
        limitArchiveGrants: 1_000_000,
      },
      deepReadShare: 1,
    };
  }
  /** One run, by a connector that has just been started, and what the database holds after it. */
  async function sync(timeoutMs = patientMs): Promise<{ readonly report: SyncReport; readonly directory: Directory }> {
    const parts = await openSyncParts(describeJob(timeoutMs), { log: silentLog });
    try {
      const report = await parts.run({
        dryRun: false,
        progress: () => {},
        publishedGeneration: () => undefined,
        publish: async () => {},
      });
      stored = await parts.store.load();
      return { report, directory: stored };
    } finally {
      await parts.close();
    }
  }
  async function control(method: string, path: string, body?: unknown): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(new URL(path, simulator.controlUrl), { method, headers, ...init });
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${await response.text()}`);
  }
  /** A change that every complete run would commit. */
  async function editCompany(): Promise<void> {
    edits += 1;
    await control('PATCH', 'accounts/admin@example.com', { displayName: `Administrator ${edits}` });
  }
  async function syncWith(
    fault: { readonly kind: string } & Readonly<Record<string, unknown>>,
  ): Promise<Awaited<ReturnType<typeof sync>>> {
    await control('POST', 'faults', fault);
    try {
      return await sync(fault.kind === 'hang' ? impatientMs : patientMs);
    } finally {
      await control('DELETE', 'faults');
    }
  }

  // Rights that getsessioninfo does not tell are told by the account's own properties: the test below.
  const isFatal = (command: string, kind: string) => !(command === 'getsessioninfo' && kind === 'error');

  for (const { command, skip, names } of commands) {
    for (const { tells, ...fault } of faults.filter(({ kind }) => isFatal(command, kind))) {
      it(`fails, names the call, changes nothing, and is made good by the next (${command} from call ${skip + 1}: ${fault.kind})`, async () => {
        await editCompany();
        const earlier = stored;
        const { report, directory } = await syncWith({ ...fault, command, skip, count: 1_000 });
        assert.equal(report.outcome, 'failed', report.summary);
        assert.match(report.summary, new RegExp(`\\b${command}\\b`));
        assert.match(report.summary, names);
        assert.match(report.summary, tells);
        assert.doesNotMatch(report.summary, /admin-demo|a fault of the program/);
        assert.deepEqual(directory, earlier);
        const next = await sync();
        assert.equal(next.report.outcome, 'applied', next.report.summary);
        assert.equal(next.directory.generation, earlier.generation + 1);
      });
    }
  }

  it('needs no getsessioninfo when the properties of the service account tell its rights', async () => {
    await editCompany();
    const { report } = await syncWith({ kind: 'error', uid: 'something_odd', command: 'getsessioninfo', count: 1_000 });
    assert.equal(report.outcome, 'applied', report.summary);
  });

  it('gets over one dropped connection by asking again', async () => {
    await editCompany();
    const { report } = await syncWith({ kind: 'drop', command: 'getaccountproperties', skip: 20 });
    assert.equal(report.outcome, 'applied', report.summary);
  });

  it('is not held up by a logout that is never answered', async () => {
    await editCompany();
    const began = performance.now();
    const { report } = await syncWith({ kind: 'hang', command: 'logout', count: 1_000 });
    assert.equal(report.outcome, 'applied', report.summary);
    assert.ok(performance.now() - began < 5_000);
  });
});
