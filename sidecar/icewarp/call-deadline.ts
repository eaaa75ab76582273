/** A call that took longer than it may. */
export class CallTimeout extends Error {
  override readonly name = 'CallTimeout';
  readonly timeoutMs: number;

  constructor(timeoutMs: number) {
    super(`no complete answer within ${timeoutMs / 1000} s`);
    this.timeoutMs = timeoutMs;
  }
}

/**
 * Runs `work` with a signal that fires after `timeoutMs` (then it rejects with {@link CallTimeout}) or with any of the
 * outer signals (then with that one's reason). Leaves no timer and no listener behind, whatever the outcome.
 */
export async function withDeadline<T>(
  timeoutMs: number,
  outer: readonly (AbortSignal | undefined)[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const signals = outer.filter((signal) => signal !== undefined);
  const forward = (event: Event): void => controller.abort((event.target as AbortSignal).reason);
  for (const signal of signals) {
    signal.throwIfAborted();
    signal.addEventListener('abort', forward);
  }
  const timer = setTimeout(() => controller.abort(new CallTimeout(timeoutMs)), timeoutMs);
  try {
    return await work(controller.signal);
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    clearTimeout(timer);
    for (const signal of signals) signal.removeEventListener('abort', forward);
  }
}
