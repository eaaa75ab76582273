import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseSyncFilter } from '../../../sidecar/core/reconcile/filter.ts';
import { aDomain, aGroup, anAccount, type Company } from '../../support/scripted-source.ts';
import { createSyncHarness } from '../../support/sync-harness.ts';

const company = (): Partial<Company> => ({
  domains: [aDomain('example.com', { aliases: ['example.net'] }), aDomain('other.test')],
  users: [
    anAccount('alice@example.com'),
    anAccount('bob@example.com'),
    anAccount('carol@other.test'),
    anAccount('visitor@example.com', { isGuest: true }),
  ],
  groups: [
    aGroup('staff@example.com', ['alice@example.com'], { aliases: ['team@other.test'] }),
    aGroup('all@other.test', ['carol@other.test']),
  ],
  leftOut: [
    { kind: 'left_out', address: 'odbc@other.test', warning: 'odbc@other.test: its members are in a database' },
  ],
});

describe('what the filter names', () => {
  it('is proved before anything else is read', async () => {
    const { run, source } = createSyncHarness(company());
    assert.match(
      (await run({ filter: parseSyncFilter(['nowhere.test'], []) })).summary,
      /icewarp\.domains names nowhere/,
    );
    assert.deepEqual(source.calls.splice(0), ['listDomains']);
    assert.match((await run({ filter: parseSyncFilter([], ['x@nowhere.test']) })).summary, /names x@nowhere\.test/);
    assert.deepEqual(source.calls.splice(0), ['listDomains']);
    const report = await run({ filter: parseSyncFilter([], ['staf@example.com']) });
    assert.match(report.summary, /icewarp\.groups names staf@example\.com, which the server does not list/);
    assert.equal(report.error?.code, 'invalid_input');
    assert.ok(!source.calls.some((call) => /User/.test(call)), source.calls.join());
  });

  for (const [name, what] of [
    ['staff@example.com', 'its address'],
    ['staff@example.net', 'another name of its domain'],
    ['team@other.test', 'an alias'],
  ] as const) {
    it(`may be a group by ${what}`, async () => {
      const { run, source } = createSyncHarness(company());
      const group = source.company.groups[0];
      if (what === 'another name of its domain' && group) {
        source.company.groups[0] = { ...group, aliases: [...group.aliases, 'staff@example.net'] };
      }
      const report = await run({ filter: parseSyncFilter([], [name]) });
      assert.equal(report.counts?.new, 1, report.summary);
    });
  }

  it('must not be a list without a membership', async () => {
    const { run } = createSyncHarness(company());
    const filter = parseSyncFilter([], ['odbc@other.test']);
    const report = await run({ filter, includeMailingLists: true });
    assert.match(report.summary, /names odbc@other\.test, whose members cannot be told \(.*in a database/);
  });
});

describe('what is left out', () => {
  it('is counted by a dry run, also of domains that are not listed, and named when asked for', async () => {
    const { run } = createSyncHarness(company());
    const filter = parseSyncFilter(['other.test'], []);
    const report = await run({ filter, dryRun: true, listLeftOut: true });
    assert.equal(report.read?.leftOut, 3);
    assert.deepEqual(report.leftOut, ['alice@example.com', 'bob@example.com', 'visitor@example.com']);
    const plain = await run({ filter, dryRun: true });
    assert.deepEqual([plain.read?.leftOut, plain.leftOut], [3, []]);
  });

  it('are guests, unless asked for', async () => {
    const { run } = createSyncHarness(company());
    const report = await run({ dryRun: true, listLeftOut: true });
    assert.deepEqual([report.counts?.new, report.leftOut], [3, ['visitor@example.com']]);
    assert.equal((await run({ dryRun: true, includeGuests: true })).counts?.new, 4);
  });

  it('is a list without a membership, with a warning', async () => {
    const { run } = createSyncHarness(company());
    const report = await run({ includeMailingLists: true });
    assert.deepEqual(report.warnings, ['odbc@other.test: its members are in a database']);
    assert.equal(report.read?.groups, 2);
  });
});
