/** The middle value; the mean of the two middle ones when their number is even. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (upper === undefined || lower === undefined) throw new TypeError('the median of nothing');
  return (lower + upper) / 2;
}

/** Runs a measurement so many times, one after the other, and gives the median of each of its figures. */
export async function medianOf<Figures extends Readonly<Record<string, number>>>(
  count: number,
  measure: () => Promise<Figures>,
): Promise<{ readonly [Name in keyof Figures]: number }> {
  const runs: Figures[] = [];
  for (let run = 0; run < count; run++) runs.push(await measure());
  const names = Object.keys(runs[0] ?? {}) as (keyof Figures)[];
  const medians = names.map((name) => [name, median(runs.map((figures) => figures[name] ?? Number.NaN))]);
  return Object.fromEntries(medians) as { readonly [Name in keyof Figures]: number };
}

/** {@link medianOf} three runs. */
export function medianOfThree<Figures extends Readonly<Record<string, number>>>(
  measure: () => Promise<Figures>,
): ReturnType<typeof medianOf<Figures>> {
  return medianOf(3, measure);
}
