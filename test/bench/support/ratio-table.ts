import type { PairedFigures } from './paired-measure.ts';

/** A row of the comparison with slapd. */
export interface RatioRow {
  readonly name: string;
  /** How many times slapd's rate, and how many times cheaper in server CPU, it should be. */
  readonly aims: readonly [rate: number, cpu: number];
  readonly figures: PairedFigures;
}

/** A table in Markdown: rates and CPU of both, the ratio, the aim and whether it is met. */
export function toRatioTable(rows: readonly RatioRow[]): string {
  const lines = rows.map(({ name, aims: [rateAim, cpuAim], figures: { ours, slapd } }) => {
    const rate = ours.rate / slapd.rate;
    const cpu = slapd.cpuMicros / ours.cpuMicros;
    return [
      name.replaceAll('|', '\\|'),
      `${toAmount(ours.rate)} : ${toAmount(slapd.rate)}`,
      toVerdict(rate, rateAim),
      `${toAmount(ours.cpuMicros)} : ${toAmount(slapd.cpuMicros)}`,
      toVerdict(cpu, cpuAim),
    ];
  });
  return [
    ['', 'operations/s, ours : slapd', 'ratio (aim)', 'server CPU µs, ours : slapd', 'cheaper (aim)'],
    ['---', '---', '---', '---', '---'],
    ...lines,
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function toVerdict(ratio: number, aim: number): string {
  const shown = `${toAmount(ratio)} × (${aim})`;
  return ratio >= aim ? shown : `**${shown}**`;
}

/** Three significant digits. */
export function toAmount(value: number): string {
  return value >= 1_000 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));
}
