import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createNotices } from '../../../sidecar/sync/notices.ts';
import { type SyncReport, toFailedReport, toLockedReport } from '../../../sidecar/sync/report.ts';

const start = { runId: 'r', sourceId: 'icewarp', dryRun: false, startedAt: new Date(0) };
const at = (minute: number) => new Date(minute * 60_000);
const failed = (minute: number): SyncReport => toFailedReport(start, at(minute), new Error(`down ${minute}`));
const good = (minute: number): SyncReport => ({ ...failed(minute), outcome: 'unchanged', error: undefined });
const held = (minute: number, plan: string): SyncReport => ({
  ...good(minute),
  ...{ outcome: 'held', plan, held: ['too many'], change: '-30 disabled' },
});
const locked = (minute: number): SyncReport =>
  toLockedReport(start, at(minute), { holder: 'h:1', since: at(0), expiresAt: at(1) });

/** What each report of a sequence gives rise to. */
function observeAll(reports: readonly SyncReport[]): readonly string[] {
  const notices = createNotices();
  return reports.map((report) =>
    notices
      .observe(report)
      .map(({ kind }) => kind)
      .join('+'),
  );
}

describe('notices of the sync', () => {
  const cases: readonly [string, readonly SyncReport[], readonly string[]][] = [
    ['nothing while all is well', [good(1), good(2)], ['', '']],
    ['nothing of two failures', [failed(1), failed(2), good(3)], ['', '', '']],
    [
      'the third failure in a row once, and the recovery',
      [failed(1), failed(2), failed(3), failed(4), good(5), good(6)],
      ['', '', 'sync_failing', '', 'sync_recovered', ''],
    ],
    [
      'failing again after a recovery',
      [failed(1), failed(2), failed(3), good(4), failed(5), failed(6), failed(7)],
      ['', '', 'sync_failing', 'sync_recovered', '', '', 'sync_failing'],
    ],
    [
      'a turn of another process as nothing',
      [failed(1), failed(2), locked(3), failed(4)],
      ['', '', '', 'sync_failing'],
    ],
    [
      'no recovery by a turn of another process',
      [failed(1), failed(2), failed(3), locked(4)],
      ['', '', 'sync_failing', ''],
    ],
    ['a held plan once', [held(1, 'a'), held(2, 'a')], ['plan_held', '']],
    [
      'another plan anew, the first not again',
      [held(1, 'a'), held(2, 'b'), held(3, 'a')],
      ['plan_held', 'plan_held', ''],
    ],
    ['the same plan again once it was settled', [held(1, 'a'), good(2), held(3, 'a')], ['plan_held', '', 'plan_held']],
    ['a held plan not again after a failure', [held(1, 'a'), failed(2), held(3, 'a')], ['plan_held', '', '']],
    [
      'recovery and plan together',
      [failed(1), failed(2), failed(3), held(4, 'a')],
      ['', '', 'sync_failing', 'sync_recovered+plan_held'],
    ],
    ['nothing of a dry run', [{ ...held(1, 'a'), dryRun: true }], ['']],
  ];
  for (const [what, reports, expected] of cases) {
    it(`tell ${what}`, () => assert.deepEqual(observeAll(reports), expected));
  }

  it('say what happened and since when', () => {
    const notices = createNotices();
    notices.observe(failed(1));
    notices.observe(failed(2));
    assert.deepEqual(notices.observe(failed(3)), [
      { kind: 'sync_failing', failures: 3, error: 'down 3', since: at(1), at: at(3) },
    ]);
    notices.observe(failed(4));
    assert.deepEqual(notices.observe(held(5, 'a')), [
      { kind: 'sync_recovered', after: 4, at: at(5) },
      { kind: 'plan_held', plan: 'a', reasons: ['too many'], summary: '-30 disabled', at: at(5) },
    ]);
  });

  it('forget plans rather than gather them for ever', () => {
    const notices = createNotices();
    for (let index = 0; index < 1000; index += 1) notices.observe(held(index, `p${index}`));
    assert.equal(notices.observe(held(1001, 'p999')).length, 0);
  });
});
