/**
 * Runs `work` over all items, at most `limit` at a time, and gives the results in the items' order. The first failure
 * aborts the signal that the others got, waits for them, and is thrown; so does an abort of the caller's signal.
 */
export async function mapBounded<Item, Result>(
  items: readonly Item[],
  limit: number,
  signal: AbortSignal | undefined,
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
): Promise<readonly Result[]> {
  const failed = new AbortController();
  const both = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]);
  const results: Result[] = new Array(items.length);
  const failures: unknown[] = [];
  const entries = items.entries();
  const lane = async () => {
    // Lanes draw from one iterator: each item is taken once.
    for (const [place, item] of entries) {
      if (both.aborted) return;
      try {
        results[place] = await work(item, both);
      } catch (error) {
        failures.push(error);
        failed.abort(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(limit, items.length)) }, lane));
  signal?.throwIfAborted();
  if (failures.length > 0) throw failures[0];
  return results;
}
