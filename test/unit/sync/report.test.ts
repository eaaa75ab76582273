import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PlanLine } from '../../../sidecar/core/reconcile/plan.ts';
import { toJsonReport } from '../../../sidecar/sync/json-report.ts';
import { renderReport } from '../../../sidecar/sync/render-report.ts';
import { type SyncReport, toFailedReport } from '../../../sidecar/sync/report.ts';

const start = { runId: 'r1', sourceId: 'icewarp', dryRun: true, startedAt: new Date(0) };
const report = (more: Partial<SyncReport>): SyncReport => ({
  ...toFailedReport(start, new Date(1000), new Error('x')),
  outcome: 'planned',
  summary: '+1 new; nothing was changed',
  error: undefined,
  ...more,
});
const lines: readonly PlanLine[] = [
  {
    kind: 'new',
    address: 'dora@example.com',
    changes: [
      { field: 'displayName', from: '', to: 'Dora "D"' },
      { field: 'privileges', added: ['LogOn', 'ReadOwnArchive'], removed: [] },
    ],
  },
  {
    kind: 'changed',
    address: 'bob@example.com',
    changes: [
      { field: 'displayName', from: 'Bob', to: 'Robert\u001b[31m\u202e' },
      { field: 'groups', added: ['a@x.test'], removed: ['b@x.test'] },
    ],
  },
  { kind: 'disabled', address: 'carol@example.com', changes: [{ field: 'state', from: 'enabled', to: 'missing' }] },
  { kind: 'removed', address: 'eve@example.com', changes: [] },
  { kind: 'returned', address: 'finn@example.com', changes: [{ field: 'state', from: 'missing', to: 'enabled' }] },
  { kind: 'group_changed', address: 'staff@example.com', changes: [{ field: 'members', joined: 3, left: 1 }] },
  { kind: 'group_removed', address: 'old@example.com', changes: [] },
];

describe('the report for people', () => {
  it('has the summary, the warnings, and a line per change, old → new', () => {
    const text = renderReport(report({ lines, warnings: ['x is left out'] }), { verbose: false });
    assert.deepEqual(text.split('\n'), [
      'dry run: +1 new; nothing was changed',
      '! x is left out',
      '+ dora@example.com: displayName "Dora "D""; privileges +LogOn +ReadOwnArchive',
      '~ bob@example.com: displayName "Bob" → "Robert\\u001b[31m\\u202e"; groups +a@x.test -b@x.test',
      '- carol@example.com: disabled; state "enabled" → "missing"',
      '- eve@example.com: removed',
      '+ finn@example.com: returned; state "missing" → "enabled"',
      '~ group staff@example.com: members +3 -1',
      '- group old@example.com: removed',
      '',
    ]);
  });

  it('summarises what is long, unless verbose', () => {
    const many = Array.from(
      { length: 10_000 },
      (_, index): PlanLine => ({
        kind: 'removed',
        address: `u${index}@${index % 2 === 0 ? 'a' : 'b'}.test`,
        changes: [],
      }),
    );
    const groups = Array.from({ length: 20 }, (_, index) => `g${index}`);
    const wide: PlanLine = {
      kind: 'changed',
      address: 'bob',
      changes: [{ field: 'groups', added: groups, removed: [] }],
    };
    const short = renderReport(report({ lines: [wide, ...many] }), { verbose: false })
      .trimEnd()
      .split('\n');
    assert.deepEqual(short.slice(1, 3), ['- u0@a.test: removed', '- u1@b.test: removed']);
    assert.deepEqual(short.slice(11), [
      '- and 9990 more removed (a.test 4995, b.test 4995); --verbose shows all',
      '~ bob: groups +g0 +g1 +g2 +g3 +g4 +g5 +g6 +g7 and 12 more',
    ]);
    assert.equal(
      renderReport(report({ lines: many }), { verbose: true })
        .trimEnd()
        .split('\n').length,
      10_001,
    );
  });

  it('says what was read, left out and gone', () => {
    const read = { domains: 2, users: 30, readWhole: 30, groups: 4, vanished: 1, leftOut: 5, oldestReadAt: undefined };
    const text = renderReport(report({ read }), { verbose: false });
    assert.match(
      text,
      /read 2 domains, 30 accounts, 4 groups; 5 accounts left out \(filter or guests\); 1 account deleted meanwhile$/m,
    );
  });

  it('counts one as one', () => {
    const read = { domains: 1, users: 1, readWhole: 1, groups: 1, vanished: 0, leftOut: 1, oldestReadAt: undefined };
    const parked = [{ address: 'x@a.test', reason: 'why', attempts: 1, nextTryAt: new Date(0) }];
    const text = renderReport(report({ read, parked }), { verbose: false });
    assert.match(text, /^read 1 domain, 1 account, 1 group; 1 account left out/m);
    assert.match(text, /could not be read \(1 time in a row\)/);
  });

  it('names the plan while it is held, and no more once it is confirmed', () => {
    const plan = '0123456789ab';
    const render = (outcome: SyncReport['outcome']) => renderReport(report({ outcome, plan }), { verbose: false });
    assert.match(render('held'), /^plan 0123456789ab names the risky changes$/m);
    assert.doesNotMatch(render('applied'), /names the risky/);
  });

  it('says how old the oldest whole reading is, and what arrives late', () => {
    const counts = { domains: 1, users: 30, readWhole: 3, groups: 4, vanished: 0, leftOut: 0 };
    const endedAt = new Date('2026-11-24T10:00:00Z');
    const render = (oldestReadAt: Date | undefined) =>
      renderReport(report({ endedAt, read: { ...counts, oldestReadAt } }), { verbose: false });
    assert.match(
      render(new Date('2026-11-24T09:15:00Z')),
      /3 of the accounts .* neither aliases nor expiry.* 45 minutes ago/,
    );
    assert.match(render(new Date('2026-11-20T10:00:00Z')), / 4 days ago/);
    assert.match(render(undefined), /was read whole never/);
  });

  it('tells what waits for a decision: parked accounts, likely renames', () => {
    const parked = [{ address: 'x@a.test', reason: 'two\nlines', attempts: 2, nextTryAt: new Date(0) }];
    const text = renderReport(report({ parked, proposedRenames: [{ from: 'a@x.test', to: 'b@x.test' }] }), {
      verbose: false,
    });
    assert.match(
      text,
      /^! x@a\.test could not be read \(2 times in a row\).*1970-01-01T00:00:00\.000Z: two\\u000alines$/m,
    );
    assert.match(text, /sync --rename a@x\.test=b@x\.test$/m);
  });
});

describe('the report as JSON', () => {
  it('is one document without what JSON cannot say', () => {
    const document = JSON.parse(JSON.stringify(toJsonReport(report({ lines }))));
    assert.equal(document.version, 1);
    assert.equal(document.endedAt, '1970-01-01T00:00:01.000Z');
    for (const key of ['generation', 'error', 'counts', 'read']) assert.equal(document[key], null);
    assert.deepEqual(document.lines, lines);
  });
});
