/** How long one operation may keep the others of its thread waiting. */
const sliceMs = 10;

/**
 * Runs work that yields, and lets other work of the thread go on every 10 ms. `goOn` is called each time before it goes on:
 * false ends it with undefined, and it may throw.
 */
export async function runInSlices<Result>(
  work: Generator<undefined, Result>,
  goOn: () => boolean,
): Promise<Result | undefined> {
  let startedAt = performance.now();
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (performance.now() - startedAt < sliceMs) continue;
    await new Promise((resolve) => setImmediate(resolve));
    if (!goOn()) return undefined;
    startedAt = performance.now();
  }
}
