import type { Clock } from '../ports/clock.ts';

export type Timely<T> = { readonly kind: 'in_time'; readonly value: T } | { readonly kind: 'late' };

/** Why waiting ended early: nobody looks at it, and one that is made anew costs its stack. */
export const settled = new Error('the work has ended');

/**
 * Waits for `work`, but no longer than `deadlineMs`. The work itself is never cut short: whoever started it hears of its end.
 * Rejects as `work` does when it fails in time; a failure after the deadline is left to the other observers of `work`.
 */
export async function awaitUntil<T>(work: Promise<T>, deadlineMs: number, clock: Clock): Promise<Timely<T>> {
  const inTime = work.then((value): Timely<T> => ({ kind: 'in_time', value }));
  if (deadlineMs <= 0) {
    // What is ready already is in time: it wins, for its turn comes two turns before the other's.
    const late = Promise.resolve()
      .then(() => undefined)
      .then((): Timely<T> => ({ kind: 'late' }));
    return await Promise.race([inTime, late]);
  }
  const cancel = new AbortController();
  const late = clock.sleep(deadlineMs, cancel.signal).then((): Timely<T> => ({ kind: 'late' }));
  late.catch(() => {});
  try {
    return await Promise.race([inTime, late]);
  } finally {
    cancel.abort(settled);
  }
}
