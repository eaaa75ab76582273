import { DomainError } from '../core/errors.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { HeldLock, LockHolder, RunLock } from '../core/ports/run-lock.ts';

/** A holder that dies blocks the others for so long at most. */
const ttlMs = 60_000;
const renewMs = 15_000;

export interface LockTerms {
  readonly lock: RunLock;
  readonly name: string;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
}

/** What guarded work gets. */
export interface LockGuard {
  /** Aborted when the lock is lost, too. */
  readonly signal: AbortSignal;
  /** To be awaited before what cannot be undone: rejects with `conflict` when the lock is not ours any more. */
  assertHeld(): Promise<void>;
}

export type Guarded<Result> =
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'taken'; readonly by: LockHolder };

/** Does work while no other process does the same. The lock is renewed until the work ends, and its loss aborts the work. */
export async function holdLock<Result>(
  terms: LockTerms,
  work: (guard: LockGuard) => Promise<Result>,
): Promise<Guarded<Result>> {
  const answer = await terms.lock.acquire(terms.name, ttlMs);
  if (answer.kind === 'taken') return answer;
  const { lock } = answer;
  const lost = new AbortController();
  const ended = new AbortController();
  const signal = terms.signal === undefined ? lost.signal : AbortSignal.any([terms.signal, lost.signal]);
  const renewing = keepRenewing(lock, terms.clock, lost, ended.signal);
  try {
    const result = await work({
      signal,
      async assertHeld() {
        signal.throwIfAborted();
        if (!(await lock.renew())) lost.abort(lockLost());
        signal.throwIfAborted();
      },
    });
    return { kind: 'done', result };
  } finally {
    ended.abort();
    await renewing;
    // One that cannot be given back ends by itself.
    await lock.release().catch(() => {});
  }
}

async function keepRenewing(lock: HeldLock, clock: Clock, lost: AbortController, ended: AbortSignal): Promise<void> {
  let renewedAt = clock.now().getTime();
  while (!lost.signal.aborted) {
    try {
      await clock.sleep(renewMs, ended);
    } catch {
      return;
    }
    try {
      if (!(await lock.renew())) lost.abort(lockLost());
      renewedAt = clock.now().getTime();
    } catch {
      // A database that is busy now may answer in time yet.
      if (clock.now().getTime() - renewedAt >= ttlMs) lost.abort(lockLost());
    }
  }
}

function lockLost(): DomainError {
  return new DomainError(
    'conflict',
    'the lock of the sync was lost, for it could not be renewed in time: another process may be synchronising; nothing was changed',
  );
}
