import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DomainError } from '../../../sidecar/core/errors.ts';
import { parseSyncFilter } from '../../../sidecar/core/reconcile/filter.ts';
import type { SyncReport } from '../../../sidecar/sync/report.ts';
import { aDomain, aGroup, anAccount } from '../../support/scripted-source.ts';
import { createSyncHarness, usualPolicy } from '../../support/sync-harness.ts';

async function createCompany() {
  const harness = createSyncHarness({
    domains: [aDomain('example.com'), aDomain('other.test')],
    users: [
      anAccount('alice@example.com', { givenName: 'Alice', surname: 'A' }),
      anAccount('bob@example.com', { givenName: 'Bob', surname: 'B' }),
      anAccount('carol@other.test'),
    ],
    groups: [aGroup('staff@example.com', ['alice@example.com'])],
  });
  await harness.run();
  harness.source.calls.length = 0;
  const userOf = async (login: string) =>
    [...(await harness.store.load()).users.values()].find((user) => user.login === login);
  return { ...harness, userOf };
}

const statuses = (report: SyncReport) => report.steps.map(({ name, status }) => `${name} ${status}`);

describe('a sync of one account', () => {
  it('commits its change alone, and tells each step', async () => {
    const { run, source, userOf } = await createCompany();
    source.company.users = [
      anAccount('alice@example.com', { displayName: 'Alice!' }),
      anAccount('bob@example.com', { displayName: 'Bob!' }),
    ];
    const report = await run({ only: 'bob@example.com' });
    assert.deepEqual([report.outcome, report.summary], ['applied', '~1 changed']);
    assert.deepEqual(statuses(report), ['read ok', 'filter ok', 'match ok', 'map ok', 'publish ok']);
    assert.match(report.steps[3]?.detail ?? '', /groups: none; privileges and roles: LogOn ReadOwnArchive/);
    assert.deepEqual(
      source.calls.filter((call) => call.startsWith('readUser')),
      ['readUser bob@example.com'],
    );
    const names = await Promise.all(['alice@example.com', 'bob@example.com', 'carol@other.test'].map(userOf));
    assert.deepEqual(
      names.map((user) => [user?.displayName, user?.state]),
      [
        ['alice', 'enabled'],
        ['Bob!', 'enabled'],
        ['carol', 'enabled'],
      ],
    );
    assert.equal((await run()).summary, '~1 changed, -1 disabled');
  });

  it('brings a new account in with a group that is new, too', async () => {
    const { run, source, userOf } = await createCompany();
    source.company.users.push(anAccount('dora@example.com'));
    source.company.groups.push(aGroup('fresh@example.com', ['dora@example.com', 'bob@example.com']));
    const report = await run({ only: 'dora@example.com' });
    assert.deepEqual([report.outcome, report.summary], ['applied', '+1 new']);
    assert.equal((await userOf('dora@example.com'))?.memberships.length, 1);
    assert.equal((await userOf('bob@example.com'))?.memberships.length, 0);
    const rest = await run();
    assert.match(rest.summary, /^~1 changed, ~1 changed groups$/);
    assert.equal((await run()).outcome, 'unchanged');
  });

  it('as a dry run only shows', async () => {
    const { run, source, store } = await createCompany();
    source.company.users[1] = anAccount('bob@example.com', { displayName: 'Bob!' });
    const report = await run({ only: 'bob@example.com', dryRun: true });
    assert.deepEqual([report.outcome, statuses(report).at(-1)], ['planned', 'publish skipped']);
    assert.equal(await store.generation(), 1);
  });

  it('that is gone disables it; what happens to others does not hold it up', async () => {
    const { run, source, userOf } = await createCompany();
    source.company.users = [anAccount('alice@example.com')];
    const policy = { ...usualPolicy, limitUsers: 1 };
    const report = await run({ only: 'bob@example.com', policy });
    assert.deepEqual([report.outcome, report.summary], ['applied', '-1 disabled']);
    assert.deepEqual(statuses(report).slice(0, 2), ['read warning', 'filter skipped']);
    assert.deepEqual(
      [(await userOf('bob@example.com'))?.state, (await userOf('carol@other.test'))?.state],
      ['missing', 'enabled'],
    );
  });

  it('is held by a limit that even one exceeds', async () => {
    const { run, source } = await createCompany();
    source.company.users.splice(1, 1);
    const report = await run({ only: 'bob@example.com', policy: { ...usualPolicy, limitUsers: 0 } });
    assert.equal(report.outcome, 'held');
    assert.match(report.confirmWith ?? '', /--user bob@example\.com$/);
  });

  it('that was renamed keeps its identity', async () => {
    const { run, source, userOf } = await createCompany();
    const before = await userOf('bob@example.com');
    source.company.users[1] = anAccount('robert@example.com', {
      ...{ givenName: 'Bob', surname: 'B', aliases: ['bob@example.com'] },
    });
    const report = await run({ only: 'robert@example.com' });
    assert.deepEqual([report.outcome, report.summary], ['applied', '1 renamed']);
    assert.match(report.steps[2]?.detail ?? '', /renamed from bob@example\.com/);
    assert.equal((await userOf('robert@example.com'))?.id, before?.id);
  });

  it('that the filter leaves out says so', async () => {
    const { run } = await createCompany();
    const report = await run({ only: 'carol@other.test', filter: parseSyncFilter(['example.com'], []), dryRun: true });
    assert.match(report.steps.find(({ name }) => name === 'filter')?.detail ?? '', /^(left out|the account is gone)/);
  });

  it('may be asked for by an alias that is stored, and is told by its own address', async () => {
    const { run, source, userOf } = await createCompany();
    source.company.users[1] = anAccount('bob@example.com', { aliases: ['robert@example.com'] });
    await run();
    source.calls.length = 0;
    source.company.users[1] = anAccount('bob@example.com', { aliases: ['robert@example.com'], displayName: 'Bob!' });
    const report = await run({ only: 'robert@example.com' });
    assert.deepEqual([report.outcome, report.summary], ['applied', '~1 changed']);
    assert.match(
      report.steps[0]?.detail ?? '',
      /^robert@example\.com is an alias of bob@example\.com: enabled, 1 alias,/,
    );
    assert.deepEqual(
      source.calls.filter((call) => call.startsWith('readUser')),
      ['readUser bob@example.com'],
    );
    assert.equal((await userOf('bob@example.com'))?.displayName, 'Bob!');
  });

  it('is the account of that address where somebody else had it as an alias', async () => {
    const { run, source, userOf } = await createCompany();
    source.company.users[1] = anAccount('bob@example.com', { aliases: ['dora@example.com'] });
    await run();
    source.company.users.push(anAccount('dora@example.com', { displayName: 'Dora' }));
    const report = await run({ only: 'dora@example.com' });
    assert.match(report.steps[0]?.detail ?? '', /^dora@example\.com: enabled/);
    assert.equal((await userOf('dora@example.com'))?.displayName, 'Dora');
  });

  it('parks the account, not the alias it was asked for by, and keeps what else is parked', async () => {
    const { run, source, parked } = await createCompany();
    source.company.users[1] = anAccount('bob@example.com', { aliases: ['robert@example.com'] });
    await run();
    let broken = ['alice@example.com', 'bob@example.com'];
    source.onCall = (call) => {
      if (broken.some((address) => call === `readUser ${address}`)) throw new DomainError('conflict', 'two states');
    };
    await run();
    assert.equal((await run({ only: 'robert@example.com' })).outcome, 'failed');
    const addresses = async () => (await parked.list('icewarp')).map(({ address }) => address).sort();
    assert.deepEqual(await addresses(), ['alice@example.com', 'bob@example.com']);
    broken = [];
    await run({ only: 'robert@example.com' });
    assert.deepEqual(await addresses(), ['alice@example.com']);
  });

  it('that does not exist fails with what to do', async () => {
    const { run, store } = await createCompany();
    const report = await run({ only: 'nobody@example.com' });
    assert.deepEqual([report.outcome, report.error?.code], ['failed', 'not_found']);
    assert.match(
      report.summary,
      /no account nobody@example\.com, and it is no alias that was ever synchronised: give the primary address/,
    );
    assert.deepEqual(statuses(report).slice(-1), ['publish skipped']);
    assert.equal(await store.generation(), 1);
  });

  it('that cannot be read fails, and is tried again at once', async () => {
    const { run, source, parked } = await createCompany();
    const broken = { on: true };
    source.onCall = (call) => {
      if (broken.on && call.startsWith('readUser bob')) throw new DomainError('conflict', 'bob: two states');
    };
    await run();
    assert.equal((await parked.list('icewarp')).length, 1);
    const report = await run({ only: 'bob@example.com' });
    assert.deepEqual([report.outcome, report.error?.code], ['failed', 'conflict']);
    assert.match(report.steps[0]?.detail ?? '', /cannot be read: .*bob: two states/);
    assert.equal((await parked.list('icewarp'))[0]?.attempts, 1, 'a diagnosis is none of its tries');
    broken.on = false;
    assert.equal((await run({ only: 'bob@example.com' })).outcome, 'unchanged');
    assert.deepEqual(await parked.list('icewarp'), []);
  });

  it('needs a whole one before it', async () => {
    const { run } = createSyncHarness({ domains: [aDomain('example.com')], users: [anAccount('a@example.com')] });
    assert.match((await run({ only: 'a@example.com' })).summary, /nothing was ever synchronised: run `sync`/);
  });
});
