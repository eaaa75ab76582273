/** Asks every 100 ms until the answer is yes; rejects after `limitMs` (10 seconds). */
export async function waitUntil(isSo: () => boolean | Promise<boolean>, limitMs = 10_000): Promise<void> {
  const giveUpAt = performance.now() + limitMs;
  while (!(await isSo())) {
    if (performance.now() > giveUpAt) throw new Error(`it did not come true within ${limitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
