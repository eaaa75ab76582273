import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until `isDone` says so, which is asked again and again; rejects after `limitMs`. */
export async function until(isDone: () => boolean | Promise<boolean>, limitMs = 10_000): Promise<void> {
  const giveUpAt = performance.now() + limitMs;
  while (!(await isDone())) {
    if (performance.now() > giveUpAt) throw new Error(`not within ${limitMs} ms: ${isDone}`);
    await sleep(5);
  }
}
