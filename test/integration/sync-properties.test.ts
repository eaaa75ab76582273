import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { openSyncParts, type SyncJob } from '../../sidecar/app-sync-job.ts';
import type { Directory, User } from '../../sidecar/core/model.ts';
import { silentLog } from '../../sidecar/core/ports/log.ts';
import type { Confirmations } from '../../sidecar/core/reconcile/plan.ts';
import { Company, type CompanyData, type Simulator, startSimulator } from '../../sidecar/simulator/simulator.ts';
import type { SyncReport } from '../../sidecar/sync/report.ts';
import { applyEdit, arbitraryCompany, arbitraryEdits, type CompanyEdit } from '../support/company-generator.ts';
import { expectIdentities } from '../support/company-identities.ts';
import { type ExpectedDirectory, expectDirectory } from '../support/company-model.ts';
import { administrator, toServable } from '../support/company-servable.ts';

/** Where a run is broken off. */
type Crash =
  | { readonly kind: 'abort'; readonly afterCalls: number }
  | { readonly kind: 'abort_at'; readonly phase: 'planning' | 'committing' | 'publishing' }
  | { readonly kind: 'drop'; readonly skip: number };

const arbitraryCrash: fc.Arbitrary<Crash> = fc.oneof(
  fc.nat(60).map((afterCalls): Crash => ({ kind: 'abort', afterCalls })),
  fc
    .constantFrom('planning' as const, 'committing' as const, 'publishing' as const)
    .map((phase): Crash => ({ kind: 'abort_at', phase })),
  fc.nat(60).map((skip): Crash => ({ kind: 'drop', skip })),
);

const arbitraryHistory = arbitraryCompany()
  .chain((company) =>
    fc.tuple(fc.constant(company), arbitraryEdits(company, 8), arbitraryLeavers(company), arbitraryCrash),
  )
  .map(([company, edits, leavers, crash]) => ({ company, edits, leavers, crash }));

/** Edits that take many people away at once, more often than chance would; it may be that nobody goes. */
function arbitraryLeavers({ accounts }: CompanyData): fc.Arbitrary<readonly CompanyEdit[]> {
  const people = accounts.filter(({ type }) => type === 'user');
  const some = fc
    .subarray(people, { minLength: Math.ceil(people.length / 2) })
    .map((gone) => gone.map(({ address }): CompanyEdit => ({ kind: 'remove', address })));
  return fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: some });
}

describe('synchronising any company', () => {
  let simulator: Simulator;
  let folder: string;
  let databases = 0;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sidecar-sync-properties-'));
    simulator = await startSimulator({ company: new Company(toServable({ domains: [], accounts: [] })), tarpitMs: 0 });
  });
  after(async () => {
    await simulator.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('serves what the company is, whatever it was before and wherever a run broke off', {
    timeout: 60_000,
  }, async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(arbitraryHistory, async ({ company, edits, leavers, crash }) => {
        databases += 1;
        const world = await openWorld(describeJob(simulator, join(folder, `${databases}.sqlite`)));
        const { run, load } = world;
        try {
          const first = toServable(company);
          simulator.company.replace(first);
          const imported = await run();
          assert.equal(imported.outcome, 'applied', imported.summary);
          const stored = await load();
          const before = expectDirectory(first);
          assertServes(stored, before, new Map());
          assert.equal((await run()).outcome, 'unchanged');

          const second = toServable([...edits, ...leavers].reduce(applyEdit, company));
          simulator.company.replace(second);
          const dry = await run({ dryRun: true });
          assert.deepEqual(await load(), stored);
          assert.equal((await world.runs()).length, 2);
          seen.add(`dry run: ${dry.outcome}`);
          const confirmed = { risk: dry.plan, renames: new Map() };
          if (dry.outcome === 'held') {
            const held = await run();
            assert.deepEqual([held.outcome, held.plan], ['held', dry.plan]);
            assert.deepEqual(await load(), stored);
          }

          const broken = await breakOff(world, crash, confirmed);
          seen.add(`broken off: ${broken.outcome}`);
          if (broken.outcome === 'failed') assert.deepEqual(await load(), stored);
          const last = await run({ confirmed });
          assert.notEqual(last.outcome, 'failed', last.summary);
          const applied = broken.outcome === 'applied' ? broken : last;
          assert.equal(applied.outcome, dry.outcome === 'unchanged' ? 'unchanged' : 'applied', applied.summary);
          assert.deepEqual(applied.lines, dry.lines);

          const now = expectDirectory(second);
          const after = await load();
          const identities = expectIdentities({ stored, before: first, after: second, now });
          assertServes(after, now, identities.missing);
          for (const [login, id] of identities.ids) assert.equal(userOf(after, login).id, id, login);
          const known = new Set(stored.users.keys());
          for (const { id, login } of after.users.values()) {
            if (!identities.ids.has(login) && !identities.missing.has(id)) assert.ok(!known.has(id), `${login} is new`);
          }
          seen.add(`renamed: ${identities.renamed > 0}`);
          seen.add(`missing: ${identities.missing.size > 0}`);
          assert.equal((await run()).outcome, 'unchanged');
        } finally {
          await world.close();
        }
      }),
      { numRuns: 60, seed: 20_261, interruptAfterTimeLimit: 50_000 },
    );
    for (const what of [
      ...['dry run: planned', 'dry run: held', 'dry run: unchanged'],
      ...['broken off: failed', 'broken off: applied', 'renamed: true', 'missing: true'],
    ]) {
      assert.ok(seen.has(what), `${what} among the histories tried: ${[...seen].join('; ')}`);
    }
  });

  async function breakOff(world: World, crash: Crash, confirmed: Confirmations): Promise<SyncReport> {
    if (crash.kind === 'drop') {
      await control('POST', 'faults', { kind: 'drop', skip: crash.skip, count: 1_000_000 });
      try {
        return await world.run({ confirmed });
      } finally {
        await control('DELETE', 'faults');
      }
    }
    const stop = new AbortController();
    let calls = 0;
    const abort = () => stop.abort(new Error('broken off'));
    world.onCall = () => {
      calls += 1;
      if (crash.kind === 'abort' && calls > crash.afterCalls) abort();
    };
    const onPhase = (phase: string) => {
      if (crash.kind === 'abort_at' && phase === crash.phase) abort();
    };
    try {
      return await world.run({ confirmed, signal: stop.signal, onPhase });
    } finally {
      world.onCall = () => {};
    }
  }

  async function control(method: string, path: string, body?: unknown): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(new URL(path, simulator.controlUrl), { method, headers, ...init });
    assert.ok(response.ok, `${method} ${path}: ${response.status}`);
  }
});

interface Request {
  readonly dryRun?: boolean;
  readonly confirmed?: Confirmations | undefined;
  readonly signal?: AbortSignal;
  readonly onPhase?: (phase: string) => void;
}

interface World {
  run(request?: Request): Promise<SyncReport>;
  load(): Promise<Directory>;
  runs(): Promise<readonly unknown[]>;
  onCall: () => void;
  close(): Promise<void>;
}

/** A database of its own and what synchronises into it. */
async function openWorld(job: SyncJob): Promise<World> {
  const world = { onCall: () => {} };
  const parts = await openSyncParts(job, { log: silentLog, onCall: () => world.onCall() });
  return Object.assign(world, {
    run: ({ dryRun = false, confirmed, signal, onPhase }: Request = {}) =>
      parts.run({
        ...{ dryRun, confirmed, signal },
        progress: ({ phase }) => onPhase?.(phase),
        publishedGeneration: () => undefined,
        publish: async () => {},
      }),
    load: () => parts.store.load(),
    runs: () => parts.store.lastRuns(100),
    close: () => parts.close(),
  });
}

function describeJob({ url }: Simulator, file: string): SyncJob {
  return {
    icewarp: {
      ...{ url, username: administrator.address, password: administrator.password },
      ...{ acceptAnyCertificate: false, caFile: undefined, timeoutMs: 20_000 },
    },
    databaseUrl: `sqlite:${file}`,
    mappingsTimeZone: 'UTC',
    mappingsDirectory: join(import.meta.dirname, '../../mappings'),
    ownPlaces: [],
    includeMailingLists: true,
    includeGuests: false,
    filter: { domains: [], groups: [] },
    policy: {
      ...{ missingUsers: 'disable', graceDays: 30, limitUsers: 20, limitPercent: 10 },
      ...{ limitMembersPercent: 20, limitArchiveGrants: 20 },
    },
    deepReadShare: 1,
  };
}

function userOf(directory: Directory, login: string): User {
  const user = [...directory.users.values()].find((each) => each.login === login);
  assert.ok(user, `${login} is stored`);
  return user;
}

/** Asserts that a directory holds exactly what is expected, and the missing ones, by id with their logins. */
function assertServes(directory: Directory, expected: ExpectedDirectory, missing: ReadonlyMap<string, string>): void {
  const nameOf = (id: string) => directory.groups.get(id)?.name ?? `unknown ${id}`;
  const present = [...directory.users.values()].filter(({ state }) => state !== 'missing');
  const gone = [...directory.users.values()].filter(({ state }) => state === 'missing');
  assert.deepEqual(new Map(gone.map(({ id, login }) => [id, login])), new Map(missing));
  const users = present.map((user) => ({
    login: user.login as string,
    ...{ displayName: user.displayName, givenName: user.givenName, surname: user.surname },
    ...{ description: user.description, telephoneNumber: user.telephoneNumber },
    ...{ addresses: user.addresses, state: user.state },
    groups: user.memberships.map(({ groupId, direct }) => `${direct ? 'direct ' : ''}${nameOf(groupId)}`).sort(),
  }));
  assert.deepEqual(new Map(users.map((user) => [user.login, user])), expected.users);
  const groups = [...directory.groups.values()].map(({ name, kind, displayName, description, addresses }) => ({
    ...{ name: name as string, kind, displayName, description, addresses },
  }));
  assert.deepEqual(new Map(groups.map((group) => [group.name, group])), expected.groups);
  for (const { privileges, login } of directory.users.values()) {
    assert.deepEqual(privileges, ['LogOn', 'ReadOwnArchive'], login);
  }
}
