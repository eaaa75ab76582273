import type { DirectConnection, Step } from '../direct.ts';

interface Waiting {
  readonly step: Step;
  readonly done: (changed: number) => void;
  readonly failed: (error: unknown) => void;
}

/** Steps of one transaction at most: a reader of the same table waits for it on PostgreSQL's row locks. */
const maxSteps = 200;
/** Steps that wait at most: a database that hangs must not fill the memory. */
const maxWaiting = 10_000;

/**
 * Gathers what is written within a turn of the event loop, and while a transaction is under way, into one transaction: a commit costs as
 * much for one row as for fifty. Each promise resolves, with the number of rows changed, when its step is committed.
 */
export function createGatheredWrites(
  direct: DirectConnection,
  tooMany: () => Error,
): { write(step: Step): Promise<number>; drain(): Promise<void> } {
  let waiting: Waiting[] = [];
  let running: Promise<void> | undefined;

  const flush = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const batch = waiting.slice(0, maxSteps);
      waiting = waiting.slice(maxSteps);
      await writeBatch(direct, batch);
    }
    running = undefined;
  };

  return {
    write(step) {
      if (waiting.length >= maxWaiting) return Promise.reject(tooMany());
      return new Promise((resolve, reject) => {
        waiting.push({ step, done: resolve, failed: reject });
        running ??= flush();
      });
    },
    async drain() {
      await running;
    },
  };
}

async function writeBatch(direct: DirectConnection, batch: readonly Waiting[]): Promise<void> {
  try {
    const counts = await direct.write(batch.map(({ step }) => step));
    for (const [index, { done }] of batch.entries()) done(counts[index] ?? 0);
  } catch (error) {
    // All of them are undone: none may fail for another's fault.
    if (batch.length === 1) batch[0]?.failed(error);
    else for (const each of batch) await writeBatch(direct, [each]);
  }
}
