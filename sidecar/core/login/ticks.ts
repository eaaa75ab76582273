import type { Clock } from '../ports/clock.ts';

/** Time in tenths of a second since the login was created: small enough for tables of 32-bit words, never 0. */
export interface Ticks {
  now(): number;
  /** A point in time as ticks; what lies before the login's creation is its first tick. */
  at(time: Date): number;
}

export const ticksPerMs = 1 / 100;

export function createTicks(clock: Clock): Ticks {
  const start = clock.now().getTime();
  const at = (time: Date) => Math.max(1, Math.min(0xffff_ffff, Math.floor((time.getTime() - start) * ticksPerMs) + 1));
  return { at, now: () => at(clock.now()) };
}
