/** A day as `YYYY-MM-DD`, undefined when it is unset, `invalid` for what is no day. */
export type ParsedDay = string | undefined | 'invalid';

const dayMs = 86_400_000;
/** Day 0 of the server's calendar, 1899-12-30: what an unset date reads as. */
const epoch = Date.UTC(1899, 11, 30);

/** A date as the server writes it: `yyyy/mm/dd` (a time of day behind it is passed over), or days since 1899/12/30. */
export function parseDay(text: string): ParsedDay {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  const [, year, month, day] = /^(\d{4})\/(\d{1,2})\/(\d{1,2})(?: \d{1,2}:\d{2}(?::\d{2})?)?$/.exec(trimmed) ?? [];
  if (year !== undefined) {
    const time = Date.UTC(Number(year), Number(month) - 1, Number(day));
    const iso = toDay(time);
    // Date.UTC makes 1 March of 30 February, and 1950 of the year 50.
    if (iso !== `${year}-${month?.padStart(2, '0')}-${day?.padStart(2, '0')}`) return 'invalid';
    return time <= epoch ? undefined : iso;
  }
  if (!/^\d{1,6}(?:[.,]\d+)?$/.test(trimmed)) return 'invalid';
  const days = Number.parseInt(trimmed, 10);
  return days === 0 ? undefined : toDay(epoch + days * dayMs);
}

/**
 * {@link parseDay}, or seconds since 1970 (from 1973 on, else they could be another way to write a date). Their day is
 * that of UTC: a local one would move with summer time.
 */
export function parseDayOrUnixTime(text: string): ParsedDay {
  return /^\d{9,11}$/.test(text.trim()) ? toDay(Number(text) * 1000) : parseDay(text);
}

/**
 * Whether the day is over. The last day still counts. The server tells no time zone; the sidecar stands beside it, so
 * its own is the best guess.
 */
export function isOver(day: string, now: Date): boolean {
  return day < toDay(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()));
}

function toDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
