import { setTimeout as delay } from 'node:timers/promises';

/** Resolves when a condition holds; rejects with what it waited for when it does not within five seconds. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 5000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`in vain: ${what}`);
    await delay(10);
  }
}
