import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from './ldap-load.ts';
import { bindOnce, compareDistributions } from './login-load.ts';
import type { Figure } from './print-figures.ts';

export interface RefusalRun {
  readonly port: number;
  /** Refusals of each kind. */
  readonly samples: number;
  /** Binds begun in a second: so few that no lane fills up. */
  readonly perSecond: number;
  /** Names of accounts in order, of disabled ones, and of nobody; the first account is locked before. */
  readonly enabled: readonly string[];
  readonly disabled: readonly string[];
  readonly nextAddress: () => string;
  /** A right login, for the service to see that the server is well. */
  readonly bindRight: () => Promise<unknown>;
}

/**
 * Refusals of every cause, mixed as chance has it and begun at a steady rate: what was answered, and whether the times to the answer can be
 * told apart (two-sample Kolmogorov-Smirnov against wrong passwords of accounts in order).
 */
export async function compareRefusals(run: RefusalRun): Promise<readonly Figure[]> {
  const { port, samples, enabled, disabled, nextAddress } = run;
  const [locked = '', ...fresh] = enabled;
  await Promise.all(['a', 'b', 'c', 'd'].map((guess) => bindOnce(port, nextAddress(), locked, guess)));
  // Every kind uses its names equally often: a second try of the same name is another case than the first.
  const names = Math.min(fresh.length, disabled.length);
  if (names === 0) throw new RangeError('the company has no disabled accounts to compare with');
  const makers: Readonly<Record<string, (index: number) => string>> = {
    wrong: (index) => fresh[index % names] ?? '',
    unknown: (index) => `nobody${index % names}@${locked.split('@')[1]}`,
    disabled: (index) => disabled[index % names] ?? '',
    locked: () => locked,
  };
  const work = Object.entries(makers)
    .flatMap(([cause, make]) => Array.from({ length: samples }, (_, index) => ({ cause, name: make(index), index })))
    .sort(() => Math.random() - 0.5);
  const times = new Map<string, number[]>(Object.keys(makers).map((cause) => [cause, []]));
  const codes = new Map<string, number>();
  let asking = true;
  const beside = (async () => {
    for (; asking; await sleep(100)) await run.bindRight();
  })();
  const startedAt = performance.now();
  const binds = work.map(async ({ cause, name, index }, place) => {
    await sleep(Math.max(0, (place * 1000) / run.perSecond - (performance.now() - startedAt)));
    const { code, ms } = await bindOnce(port, nextAddress(), name, `no-${index}-${cause}`);
    times.get(cause)?.push(ms);
    const kind = `refusal, ${cause}: answered ${code}`;
    codes.set(kind, (codes.get(kind) ?? 0) + 1);
  });
  await Promise.all(binds);
  asking = false;
  await beside;
  const figures: Figure[] = [...codes].map(([name, value]) => ({ name, value, unit: `of ${samples}` }));
  const wrong = times.get('wrong') ?? [];
  for (const [cause, list] of times) {
    const at = (q: number) => quantile(Float64Array.from(list), q);
    figures.push({ name: `refusal, ${cause}: p50`, value: at(0.5), unit: 'ms' });
    if (cause === 'wrong') continue;
    const { distance, limit } = compareDistributions(wrong, list);
    figures.push({
      name: `KS distance of wrong and ${cause} (below ${limit.toFixed(3)}: same)`,
      value: distance,
      unit: '',
    });
  }
  return figures.sort((one, other) => (one.name < other.name ? -1 : 1));
}
