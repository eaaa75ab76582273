import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DomainError } from '../../../sidecar/core/errors.ts';
import { parseSyncFilter } from '../../../sidecar/core/reconcile/filter.ts';
import type { SyncPorts } from '../../../sidecar/sync/run-terms.ts';
import { aDomain, aGroup, anAccount, type Company } from '../../support/scripted-source.ts';
import { createSyncHarness } from '../../support/sync-harness.ts';

const company = (): Company => ({
  domains: [aDomain('example.com'), aDomain('other.test')],
  users: [anAccount('alice@example.com'), anAccount('bob@example.com'), anAccount('carol@other.test')],
  groups: [
    aGroup('staff@example.com', ['alice@example.com', 'carol@other.test']),
    aGroup('news@example.com', ['bob@example.com'], { kind: 'mailing_list' }),
  ],
  leftOut: [],
});
const edited = (): Company => {
  const { domains, groups } = company();
  const users = [anAccount('alice@example.com', { displayName: 'Alice' }), anAccount('dora@example.com')];
  return {
    domains,
    groups,
    leftOut: [],
    users: [...users, anAccount('bob@example.com'), anAccount('carol@other.test')],
  };
};

describe('a sync run', () => {
  it('reads, commits, publishes what it committed, and keeps a record', async () => {
    const { run, store, published } = createSyncHarness(company());
    const report = await run();
    assert.equal(report.outcome, 'applied');
    assert.equal(report.summary, '+3 new, +1 new groups');
    assert.equal(report.generation, 1);
    assert.deepEqual(report.read, {
      ...{ domains: 2, users: 3, readWhole: 3, groups: 1, vanished: 0, leftOut: 0 },
      oldestReadAt: new Date('2026-11-24T10:00:00.000Z'),
    });
    const stored = await store.load();
    assert.deepEqual(published, [stored]);
    assert.deepEqual(
      store.runs.map(({ id, outcome, summary }) => ({ id, outcome, summary })),
      [{ id: report.runId, outcome: 'applied', summary: report.summary }],
    );
  });

  it('reads nothing of a server that is too old', async () => {
    const { run, source, store } = createSyncHarness(company());
    const old: SyncPorts['source'] = {
      ...source,
      probe: () => Promise.reject(new DomainError('unsupported', 'IceWarp 10.3 is older than 10.4')),
      listDomains: () => assert.fail('a question to a server that is too old'),
    };
    const report = await run({}, { source: old });
    assert.deepEqual([report.outcome, report.error?.code], ['failed', 'unsupported']);
    assert.equal(await store.generation(), 0);
  });

  it('includes mailing lists when asked', async () => {
    const { run } = createSyncHarness(company());
    assert.equal((await run({ includeMailingLists: true })).counts?.groupsNew, 2);
  });

  it('reports no more lines than asked for, and counts the rest', async () => {
    const { run } = createSyncHarness(company());
    const report = await run({ maxLines: 3 });
    assert.deepEqual([report.lines.length, report.omittedLines, report.counts?.new], [3, 1, 3]);
  });

  it('finds nothing to do the second time', async () => {
    const { run, store, published, clock } = createSyncHarness(company());
    await run();
    await clock.advance(60_000);
    const report = await run();
    assert.deepEqual([report.outcome, report.summary, report.generation], ['unchanged', 'nothing to do', 1]);
    assert.equal(published.length, 1);
    assert.equal(store.runs[0]?.outcome, 'unchanged');
  });

  it('publishes what another process committed', async () => {
    const { run, published } = createSyncHarness(company());
    await run({}, { publish: async () => {}, publishedGeneration: () => undefined });
    assert.equal((await run()).outcome, 'unchanged');
    assert.deepEqual(
      published.map(({ generation }) => generation),
      [1],
    );
  });

  it('serves an empty group when the filter takes in nobody, and says so', async () => {
    const { run, published } = createSyncHarness({ ...company(), groups: [aGroup('empty@other.test', [])] });
    const report = await run({ filter: parseSyncFilter([], ['empty@other.test']) });
    assert.deepEqual([report.outcome, report.summary, report.warnings.length], ['applied', '+1 new groups', 1]);
    assert.deepEqual([published[0]?.generation, published[0]?.users.size], [1, 0]);
  });

  it('as a dry run plans the same, and neither commits nor publishes nor keeps a record', async () => {
    const { run, store, published, source } = createSyncHarness(company());
    await run();
    Object.assign(source.company, edited());
    const before = await store.load();
    const report = await run({ dryRun: true });
    assert.equal(report.outcome, 'planned');
    assert.equal(report.summary, '+1 new, ~1 changed; nothing was changed');
    assert.deepEqual(await store.load(), before);
    assert.deepEqual([published.length, store.runs.length], [1, 1]);
    assert.equal((await run()).summary, '+1 new, ~1 changed');
  });

  it('asks no more questions at a time than allowed, and tells how far it is', async () => {
    const users = Array.from({ length: 250 }, (_, index) => anAccount(`u${index}@example.com`));
    const { run, source, progress } = createSyncHarness({ ...company(), users });
    await run({ concurrency: 5 });
    assert.equal(source.mostAtOnce(), 5);
    const reading = progress.filter(({ phase }) => phase === 'reading').map(({ done, total }) => `${done}/${total}`);
    assert.deepEqual(reading, ['100/251', '200/251', '251/251']);
    assert.deepEqual(
      [...new Set(progress.map(({ phase }) => phase))],
      ['listing', 'reading', 'planning', 'committing', 'publishing'],
    );
  });

  it('reads no users of domains that the filter leaves out, but all groups', async () => {
    const { run, source } = createSyncHarness(company());
    const report = await run({ filter: parseSyncFilter(['example.com'], []) });
    assert.ok(!source.calls.some((call) => call === 'listUsers other.test' || call === 'readUser carol@other.test'));
    assert.ok(source.calls.includes('listGroups other.test'));
    assert.equal(report.counts?.new, 2);
  });

  it('leaves out an account that is gone between list and reading, and counts it', async () => {
    const { run, source } = createSyncHarness(company());
    source.onCall = (call) => {
      if (call === 'readUser alice@example.com') source.company.users.shift();
    };
    const report = await run();
    assert.deepEqual([report.outcome, report.read?.vanished, report.counts?.new], ['applied', 1, 2]);
  });

  it('holds a plan that disables too many, and changes nothing', async () => {
    const users = Array.from({ length: 30 }, (_, index) => anAccount(`u${index}@example.com`));
    const { run, store, source, published } = createSyncHarness({ ...company(), users });
    await run();
    source.company.users = users.slice(25);
    for (const dryRun of [true, false]) {
      const report = await run({ dryRun });
      assert.equal(report.outcome, 'held');
      assert.equal(report.held.length, 1);
      assert.match(report.summary, /^held: -25 disabled; nothing was changed: 25 users would be/);
    }
    assert.deepEqual([await store.generation(), published.length, store.runs[0]?.outcome], [1, 1, 'held']);
  });
});

describe('a sync run that fails', () => {
  const outage = new DomainError('upstream_unavailable', 'no answer within 30 s');
  const failures: Readonly<Record<string, RegExp>> = {
    listDomains: /^failed: no answer within 30 s$/,
    'listUsers other.test': /^failed: domain other.test: no answer/,
    'listGroups example.com': /^failed: domain example.com: no answer/,
    'readUser bob@example.com': /^failed: account bob@example.com: no answer/,
    'readGroup staff@example.com': /^failed: group staff@example.com: no answer/,
  };
  for (const [failing, summary] of Object.entries(failures)) {
    it(`in ${failing} names it, and leaves everything as it was`, async () => {
      const { run, store, source, published } = createSyncHarness(company());
      await run();
      Object.assign(source.company, edited());
      const before = await store.load();
      source.onCall = (call) => {
        if (call === failing) throw outage;
      };
      const report = await run();
      assert.equal(report.outcome, 'failed');
      assert.match(report.summary, summary);
      assert.equal(report.error?.code, 'upstream_unavailable');
      assert.deepEqual(await store.load(), before);
      assert.equal(published.length, 1);
      assert.deepEqual([store.runs[0]?.outcome, store.runs[0]?.summary], ['failed', report.summary]);
      source.onCall = () => {};
      assert.equal((await run()).summary, '+1 new, ~1 changed');
    });
  }

  it('does not name an account twice when the source did already', async () => {
    const { run, source } = createSyncHarness(company());
    source.onCall = (call) => {
      if (call.startsWith('readUser')) throw new DomainError('forbidden', `no right: ${call.slice(9)}`);
    };
    assert.match((await run()).summary, /^failed: no right: \S+$/);
  });

  it('asks nothing more after the first failure', async () => {
    const users = Array.from({ length: 200 }, (_, index) => anAccount(`u${index}@example.com`));
    const { run, source } = createSyncHarness({ ...company(), users });
    source.onCall = (call) => {
      if (call === 'readUser u3@example.com') throw outage;
    };
    await run({ concurrency: 4 });
    assert.ok(source.calls.filter((call) => call.startsWith('readUser')).length < 12);
  });

  it('by an abort says so, and changes nothing', async () => {
    const { run, store, source } = createSyncHarness(company());
    const controller = new AbortController();
    source.onCall = (call) => {
      if (call.startsWith('readUser')) controller.abort(new DomainError('conflict', 'the sidecar is stopping'));
    };
    const report = await run({ signal: controller.signal });
    assert.deepEqual([report.outcome, report.summary], ['failed', 'failed: the sidecar is stopping']);
    assert.equal(await store.generation(), 0);
  });

  it('for want of any account keeps the directory', async () => {
    const { run, store, source } = createSyncHarness(company());
    await run();
    source.company.users = [];
    const report = await run();
    assert.match(report.summary, /^failed: not a single usable account was read/);
    assert.equal(await store.generation(), 1);
  });

  it('for a domain or group of the filter that is not there reads no account', async () => {
    const { run, source } = createSyncHarness(company());
    const domain = await run({ filter: parseSyncFilter(['exmaple.com'], []) });
    assert.match(domain.summary, /icewarp.domains names exmaple.com/);
    const group = await run({ filter: parseSyncFilter([], ['news@example.com']) });
    assert.match(group.summary, /icewarp.groups names news@example.com.*includeMailingLists/);
    assert.deepEqual([domain.error?.code, group.error?.code], ['invalid_input', 'invalid_input']);
    assert.ok(!source.calls.some((call) => call.startsWith('readUser')));
  });

  for (const method of ['load', 'commit'] as const) {
    it(`because the store's ${method} fails says so, and publishes nothing`, async () => {
      const { run, store, published } = createSyncHarness(company());
      store.failNext(method, new DomainError('upstream_unavailable', 'database is full'));
      const report = await run();
      assert.deepEqual([report.outcome, report.summary], ['failed', 'failed: database is full']);
      assert.equal(published.length, 0);
      assert.equal((await run()).outcome, 'applied');
    });
  }

  it('because somebody committed in between changes nothing', async () => {
    const { run, store, source } = createSyncHarness(company());
    await run();
    Object.assign(source.company, edited());
    const load = store.load;
    store.load = async () => {
      const stale = await load();
      await store.commit(
        1,
        { users: { saved: [], removedIds: [] }, groups: { saved: [], removedIds: [] } },
        store.runs[0] ?? assert.fail(),
      );
      return stale;
    };
    const report = await run();
    assert.deepEqual([report.outcome, report.error?.code], ['failed', 'conflict']);
  });

  it('survives that its record cannot be kept', async () => {
    const { run, store, source } = createSyncHarness(company());
    source.onCall = () => {
      throw outage;
    };
    store.failNext('recordRun', new Error('disk full'));
    assert.equal((await run()).outcome, 'failed');
  });

  it('because the mapping is unusable asks the server nothing', async () => {
    const { run, source } = createSyncHarness(company());
    const mapping = async () => {
      throw new DomainError('invalid_input', '1 fault in the mapping files');
    };
    assert.equal((await run({}, { mapping })).summary, 'failed: 1 fault in the mapping files');
    assert.equal(source.calls.length, 0);
  });

  it('to publish what it committed is made good by the next run', async () => {
    const { run, store, published } = createSyncHarness(company());
    const publish = async () => {
      throw new Error('out of memory');
    };
    const report = await run({}, { publish });
    assert.equal(report.outcome, 'failed');
    assert.match(report.summary, /committed, but could not be published \(out of memory\)/);
    assert.deepEqual([report.generation, await store.generation(), store.runs.length], [1, 1, 1]);
    assert.equal((await run()).outcome, 'unchanged');
    assert.deepEqual(
      published.map(({ generation }) => generation),
      [1],
    );
  });

  it('by a fault of ours is a failed run like any other', async () => {
    const { run, source } = createSyncHarness(company());
    source.onCall = () => {
      throw new TypeError('x is undefined');
    };
    const report = await run();
    assert.deepEqual(report.error, { code: 'internal', message: 'x is undefined' });
    assert.equal(report.summary, 'failed: a fault of the program: x is undefined');
  });
});
