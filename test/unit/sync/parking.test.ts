import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DomainError } from '../../../sidecar/core/errors.ts';
import { parseSyncFilter } from '../../../sidecar/core/reconcile/filter.ts';
import { aDomain, aGroup, anAccount } from '../../support/scripted-source.ts';
import { createSyncHarness } from '../../support/sync-harness.ts';

const minuteMs = 60_000;
const broken = (address: string) => new DomainError('conflict', `${address} contradicts itself (uid 7)`);

function createCompany(users = 40) {
  const harness = createSyncHarness({
    domains: [aDomain('example.com')],
    users: Array.from({ length: users }, (_, index) => anAccount(`u${index}@example.com`)),
    groups: [aGroup('staff@example.com', ['u0@example.com', 'u1@example.com'])],
  });
  const unreadable = new Set<string>();
  harness.source.onCall = (call) => {
    const [command = '', address = ''] = call.split(' ');
    if (command.startsWith('read') && unreadable.has(address)) throw broken(address);
  };
  const asked = (address: string) => harness.source.calls.filter((call) => call.endsWith(` ${address}`)).length;
  return { ...harness, unreadable, asked };
}

describe('an account that cannot be read', () => {
  it('keeps its last state, is reported, and the rest goes on', async () => {
    const { run, unreadable, source, store } = createCompany();
    await run();
    unreadable.add('u1@example.com');
    source.company.users[2] = anAccount('u2@example.com', { displayName: 'Changed' });
    const before = [...(await store.load()).users.values()].find((user) => user.login === 'u1@example.com');
    const report = await run();
    assert.deepEqual([report.outcome, report.summary], ['applied', '~1 changed']);
    assert.deepEqual(
      report.parked.map(({ address, attempts, reason }) => [address, attempts, reason]),
      [['u1@example.com', 1, 'u1@example.com contradicts itself (uid 7)']],
    );
    assert.deepEqual([report.read?.users, report.read?.readWhole], [40, 39]);
    const after = [...(await store.load()).users.values()].find((user) => user.login === 'u1@example.com');
    assert.deepEqual(after, before);
  });

  it('says nothing of the age of readings when nothing was ever stored of it', async () => {
    const { run, unreadable, clock } = createCompany();
    const startedAt = clock.now();
    unreadable.add('u1@example.com');
    assert.deepEqual((await run()).read?.oldestReadAt, startedAt);
  });

  it('counts as read when it last was', async () => {
    const { run, unreadable, clock } = createCompany();
    const startedAt = clock.now();
    await run();
    unreadable.add('u1@example.com');
    await clock.advance(60 * minuteMs);
    assert.deepEqual((await run()).read?.oldestReadAt, startedAt);
  });

  it('is tried again after 10 minutes, 1, 6 and 24 hours', async () => {
    const { run, unreadable, asked, clock, parked } = createCompany();
    await run();
    unreadable.add('u1@example.com');
    const pauses: number[] = [];
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      const before = asked('u1@example.com');
      await run();
      assert.equal(asked('u1@example.com'), before + 1);
      const [account] = await parked.list('icewarp');
      assert.equal(account?.attempts, attempt);
      const pause = (account?.nextTryAt.getTime() ?? 0) - clock.now().getTime();
      pauses.push(pause / minuteMs);
      await clock.advance(pause - 1);
      const report = await run();
      assert.equal(asked('u1@example.com'), before + 1, 'it is left alone while it waits');
      assert.equal(report.parked.length, 1);
      await clock.advance(1);
    }
    assert.deepEqual(pauses, [10, 60, 360, 1440, 1440]);
  });

  it('leaves the list once it can be read, or is gone', async () => {
    const { run, unreadable, source, clock, parked } = createCompany();
    await run();
    unreadable.add('u1@example.com').add('u2@example.com');
    await run();
    assert.equal((await parked.list('icewarp')).length, 2);
    unreadable.clear();
    source.company.users.splice(2, 1);
    await clock.advance(10 * minuteMs);
    await run();
    assert.deepEqual(await parked.list('icewarp'), []);
  });

  it('stays on the list although its turn has not come', async () => {
    const { run, unreadable, parked } = createCompany();
    await run();
    unreadable.add('u1@example.com');
    await run();
    for (let turn = 0; turn < 3; turn += 1) await run({ deepReadShare: 0.01 });
    assert.deepEqual(
      (await parked.list('icewarp')).map(({ address }) => address),
      ['u1@example.com'],
    );
  });

  it('is not written down by a dry run', async () => {
    const { run, unreadable, parked } = createCompany();
    await run();
    unreadable.add('u1@example.com');
    assert.equal((await run({ dryRun: true })).parked.length, 1);
    assert.equal(parked.replaced(), 0);
  });

  it('is one of too many when more than 5 % and at least 10 are: the run fails', async () => {
    const { run, unreadable, source, store, parked } = createCompany(201);
    await run();
    for (let index = 0; index < 10; index += 1) unreadable.add(`u${index}@example.com`);
    assert.equal((await run()).outcome, 'unchanged', '10 of 202 are less than 5 %');
    unreadable.add('u10@example.com');
    await parked.replace('icewarp', []);
    const calls = source.calls.length;
    const report = await run({ concurrency: 1 });
    assert.equal(report.error?.code, 'upstream_unavailable');
    assert.match(report.summary, /11 of 202 accounts cannot be read/);
    assert.ok(source.calls.length - calls < 20, 'nothing more is asked');
    assert.deepEqual([await store.generation(), await parked.list('icewarp')], [1, []]);
  });

  it('does not make a small company fail', async () => {
    const { run, unreadable } = createCompany(10);
    await run();
    for (let index = 0; index < 9; index += 1) unreadable.add(`u${index}@example.com`);
    assert.equal((await run()).outcome, 'unchanged');
  });

  it('is not what an abort looks like', async () => {
    const { run, source } = createCompany();
    const controller = new AbortController();
    source.onCall = (call, signal) => {
      if (!call.startsWith('readUser')) return;
      controller.abort(new DomainError('conflict', 'the sidecar is stopping'));
      signal?.throwIfAborted();
    };
    const report = await run({ signal: controller.signal });
    assert.deepEqual([report.outcome, report.summary], ['failed', 'failed: the sidecar is stopping']);
  });
});

describe('a group that cannot be read', () => {
  it('keeps its stored members', async () => {
    const { run, unreadable, store, source } = createCompany();
    await run();
    unreadable.add('staff@example.com');
    source.company.users[2] = anAccount('u2@example.com', { displayName: 'Changed' });
    const report = await run();
    assert.deepEqual([report.summary, report.parked.length, report.read?.groups], ['~1 changed', 1, 1]);
    const users = [...(await store.load()).users.values()];
    assert.deepEqual(
      users.filter((user) => user.memberships.length > 0).map((user) => user.login),
      ['u0@example.com', 'u1@example.com'],
    );
  });

  it('of the filter, never read before, makes the run fail: nobody knows who is in', async () => {
    const { run, unreadable } = createCompany();
    unreadable.add('staff@example.com');
    const filter = parseSyncFilter([], ['staff@example.com']);
    const report = await run({ filter });
    assert.match(report.summary, /icewarp\.groups names staff@example\.com, whose members cannot be told \(.*uid 7/);
    unreadable.clear();
    assert.equal((await run({ filter })).counts?.new, 2);
    unreadable.add('staff@example.com');
    assert.equal((await run({ filter })).outcome, 'unchanged');
  });
});
