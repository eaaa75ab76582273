/** A phase must have gone on for so long before its speed says anything. */
const settledMs = 2_000;

/**
 * Estimates how long a phase will still take, in whole seconds, from how long it took so far; undefined while that cannot be told.
 * `nowMs`: from any steady clock.
 */
export function createRemainingTime(): (
  at: { readonly phase: string; readonly done: number; readonly total: number },
  nowMs: number,
) => number | undefined {
  let phase = '';
  let startedMs = 0;
  let startedAt = 0;
  return (at, nowMs) => {
    if (at.phase !== phase || at.done < startedAt) {
      phase = at.phase;
      startedMs = nowMs;
      startedAt = at.done;
      return undefined;
    }
    const elapsedMs = nowMs - startedMs;
    const progressed = at.done - startedAt;
    if (elapsedMs < settledMs || progressed <= 0 || at.total <= at.done) return undefined;
    return Math.ceil(((at.total - at.done) * elapsedMs) / progressed / 1000);
  };
}
