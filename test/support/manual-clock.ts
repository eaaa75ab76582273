import type { Clock } from '../../sidecar/core/ports/clock.ts';

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** A clock that stands still until it is told otherwise. */
export interface ManualClock extends Clock {
  /** Moves on, waking sleepers in order, and lets what they set off run. */
  advance(ms: number): Promise<void>;
  set(time: Date): void;
  /** How long each present sleeper has still to sleep, in milliseconds. */
  pending(): readonly number[];
}

export function createManualClock(start = '2026-11-24T10:00:00.000Z'): ManualClock {
  let now = Date.parse(start);
  const sleepers = new Set<Sleeper>();
  return {
    now: () => new Date(now),
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const abort = () => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        const wake = () => {
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', abort);
          resolve();
        };
        const sleeper: Sleeper = { until: now + ms, wake };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', abort, { once: true });
      });
    },
    async advance(ms) {
      now += ms;
      for (const sleeper of [...sleepers].sort((a, b) => a.until - b.until)) if (sleeper.until <= now) sleeper.wake();
      await settleTasks();
    },
    set(time) {
      now = time.getTime();
    },
    pending: () => [...sleepers].map((sleeper) => sleeper.until - now),
  };
}

/** Lets promises that are ready run to their next wait. */
export async function settleTasks(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
