import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fingerprintRow } from '../../../sidecar/sync/row-fingerprint.ts';
import { aDomain, aGroup, anAccount } from '../../support/scripted-source.ts';
import { createSyncHarness } from '../../support/sync-harness.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

function createCompany() {
  const harness = createSyncHarness({
    domains: [aDomain('example.com'), aDomain('other.test')],
    users: Array.from({ length: 20 }, (_, index) =>
      anAccount(`u${index}@${index < 15 ? 'example.com' : 'other.test'}`),
    ),
    groups: [aGroup('staff@example.com', ['u0@example.com'])],
  });
  /** Runs with a share and gives the report and who was read whole. */
  const runShare = async (deepReadShare: number, afterMs = hourMs) => {
    await harness.clock.advance(afterMs);
    const from = harness.source.calls.length;
    const report = await harness.run({ deepReadShare });
    const read = harness.source.calls
      .slice(from)
      .filter((call) => call.startsWith('readUser'))
      .map((call) => call.split(/[ @]/)[1] ?? '');
    return { report, read: read.sort() };
  };
  return { ...harness, runShare };
}

describe('a rolling reading', () => {
  it('reads every account whole once in 1/share runs, those first that were not read for longest', async () => {
    const { runShare } = createCompany();
    assert.equal((await runShare(0.25)).read.length, 20, 'all are new');
    const seen: string[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      const { report, read } = await runShare(0.25);
      assert.equal(read.length, 5);
      assert.deepEqual([report.read?.users, report.read?.readWhole], [20, 5]);
      seen.push(...read);
    }
    assert.equal(new Set(seen).size, 20);
  });

  it('comes to every account within the hour, too, for which the store keeps one time', async () => {
    const { runShare, store } = createCompany();
    await runShare(0.25);
    const generation = await store.generation();
    const seen = new Set<string>();
    for (let turn = 0; turn < 11; turn += 1)
      for (const name of (await runShare(0.25, 5 * minuteMs)).read) seen.add(name);
    assert.ok(seen.size >= 18, `${seen.size} of 20 were read`);
    assert.equal(await store.generation(), generation, 'a run that finds nothing new commits nothing');
  });

  it('says how old the oldest whole reading is', async () => {
    const { runShare, clock } = createCompany();
    await runShare(0.5);
    const first = clock.now();
    assert.deepEqual((await runShare(0.5)).report.read?.oldestReadAt, first);
    const second = clock.now();
    await runShare(0.5);
    assert.deepEqual((await runShare(0.5)).report.read?.oldestReadAt, new Date(second.getTime() + hourMs));
  });

  it('takes nobody for gone, and finds nothing to do', async () => {
    const { runShare, store } = createCompany();
    await runShare(0.1);
    const before = await store.load();
    const { report } = await runShare(0.1);
    assert.deepEqual([report.counts?.disabled, report.warnings], [0, []]);
    assert.deepEqual(
      [...(await store.load()).users.values()].map(({ login, state, modifiedAt }) => [login, state, modifiedAt]),
      [...before.users.values()].map(({ login, state, modifiedAt }) => [login, state, modifiedAt]),
    );
  });

  it('reads at once whose row is new or has changed', async () => {
    const { runShare, source } = createCompany();
    await runShare(0.05);
    source.company.users[7] = anAccount('u7@example.com', { displayName: 'Married' });
    source.company.users.push(anAccount('fresh@example.com'));
    const { report, read } = await runShare(0.05);
    assert.equal(read.length, 3);
    assert.ok(read.includes('u7') && read.includes('fresh'));
    assert.equal(report.summary, '+1 new, ~1 changed');
  });

  it('sees changes that the list does not show when the account has its turn', async () => {
    const { runShare, source } = createCompany();
    await runShare(0.5);
    source.company.users[19] = anAccount('u19@other.test', { aliases: ['late@other.test'] });
    const changes = [await runShare(0.5), await runShare(0.5)].map(({ report }) => report.counts?.changed);
    assert.deepEqual(changes.sort(), [0, 1]);
  });

  it('reads a domain anew whose other names or logins changed', async () => {
    const { runShare, source } = createCompany();
    await runShare(0.01);
    source.company.domains[1] = aDomain('other.test', { loginDisabled: true });
    assert.equal((await runShare(0.01)).read.filter((name) => Number(name.slice(1)) >= 15).length, 5);
  });

  it('reads an account anew on its last day, and one that was missing', async () => {
    const { runShare, source } = createCompany();
    source.company.users[3] = anAccount('u3@example.com', { expiresOn: '2026-11-24' });
    const [gone] = source.company.users.splice(5, 1);
    source.company.users.push(anAccount('x@example.com'));
    await runShare(1);
    assert.ok((await runShare(0.01)).read.includes('u3'));
    source.company.users.push(gone ?? anAccount('u5@example.com'));
    assert.ok((await runShare(0.01)).read.includes('u5'));
  });

  it('counts memberships of accounts that were not read', async () => {
    const { runShare, source } = createCompany();
    await runShare(0.01);
    source.company.groups = [aGroup('staff@example.com', ['u0@example.com', 'u19@other.test'])];
    const { report } = await runShare(0.01);
    assert.match(report.summary, /~1 changed, ~1 changed groups/);
  });
});

describe('the fingerprint of a row', () => {
  const row = { address: 'a@x.test', displayName: 'A', enabled: true, kind: 'user' } as const;
  const domain = aDomain('x.test', { aliases: ['y.test', 'z.test'] });

  it('is the same whatever the order of fields and aliases', () => {
    const { address, displayName, enabled, kind } = row;
    const other = { kind, enabled, displayName, address };
    const turned = aDomain('x.test', { aliases: ['z.test', 'y.test'], description: 'text' });
    assert.equal(fingerprintRow(domain, row), fingerprintRow(turned, other));
    assert.match(fingerprintRow(domain, row), /^[\w-]{16}$/);
  });

  for (const change of [{ displayName: 'B' }, { enabled: false }, { enabled: undefined }, { address: 'A@x.test' }]) {
    it(`differs by ${JSON.stringify(change)}`, () => {
      assert.notEqual(fingerprintRow(domain, row), fingerprintRow(domain, { ...row, ...change }));
    });
  }
});
