import type { FailureChange } from '../core/ports/failure-counters.ts';
import type { FailureRow } from './failure-rows.ts';
import type { KeySeal } from './sealed-keys.ts';

/** What one subscriber was told, so that it hears each change once. */
export interface FailureFollower {
  /** Takes rows in the order of their changes. What was cleared before `clearedFromMs` is settled: only what is left of it was told. */
  take(rows: readonly FailureRow[], clearedFromMs: number): void;
  /** Forgets what cannot come again: nothing changed before `sinceMs` is read any more. */
  forgetBefore(sinceMs: number, nowMs: number): void;
}

interface Told {
  readonly kind: FailureRow['kind'];
  readonly changedMs: number;
  readonly keepUntilMs: number;
}

/** `ownId` marks rows of this process. `onUnreadable` hears of names that cannot be opened. */
export function createFailureFollower(
  listener: (change: FailureChange) => void,
  { seal, ownId, onUnreadable }: { seal: KeySeal; ownId: string; onUnreadable: () => void },
): FailureFollower {
  const told = new Map<string, Told>();

  function toChange(row: FailureRow): FailureChange | undefined {
    const key = seal.open(row.subjectKind, row.sealedKey);
    if (key === undefined) {
      onUnreadable();
      return undefined;
    }
    const subject = { kind: row.subjectKind, key };
    if (row.kind === 'cleared') return { kind: 'cleared', subject };
    const { id, atMs, keepUntilMs } = row;
    const failure = { id, subject, at: new Date(atMs), keepUntil: new Date(keepUntilMs) };
    return { kind: row.kind, failure };
  }

  return {
    take(rows, clearedFromMs) {
      for (const row of rows) {
        const before = told.get(row.id)?.kind;
        if (before === row.kind || row.changedBy === ownId) continue;
        told.set(row.id, row);
        // What was taken back before anybody could be told of it never was.
        const isNews =
          row.kind === 'failed' || (row.kind === 'withdrawn' ? before === 'failed' : row.changedMs >= clearedFromMs);
        const change = isNews ? toChange(row) : undefined;
        if (change !== undefined) listener(change);
      }
    },
    forgetBefore(sinceMs, nowMs) {
      for (const [id, { kind, changedMs, keepUntilMs }] of told) {
        if (kind === 'failed' ? keepUntilMs < nowMs && changedMs < sinceMs : changedMs < sinceMs) told.delete(id);
      }
    },
  };
}
