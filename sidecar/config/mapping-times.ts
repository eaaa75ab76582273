const shape = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::00)?(Z|[+-]\d\d:\d\d)?)?$/;
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** Gives the instant of a date (00:00) or a date-time to the minute; undefined for what is neither. */
export type ParseTime = (text: string) => Date | undefined;

/**
 * Reads `2026-11-01`, `2026-11-01T14:30`, `2026-11-01 14:30` and those with `Z` or `+01:00` behind. Without an offset it is
 * the local time of the zone (IANA name); one that a change of clocks repeats is the first of the two, one that it leaves out
 * is counted with the offset before the change (RFC 5545 §3.3.5). Throws `RangeError` for a zone that Node does not know.
 */
export function createTimeParser(timeZone: string): ParseTime {
  const offsetAt = createOffsets(timeZone);
  return (text) => {
    const parts = shape.exec(text.trim());
    if (parts === null) return undefined;
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = parts.slice(1, 6).map((part) => Number(part ?? 0));
    const local = Date.UTC(year, month - 1, day, hour, minute);
    const isReal = new Date(local).toISOString().startsWith(`${parts[1]}-${parts[2]}-${parts[3]}T`);
    if (!isReal || year < 1970 || hour > 23 || minute > 59) return undefined;
    const offset = parts[6];
    if (offset === undefined) return new Date(toInstant(local, offsetAt));
    const offsetMs = parseOffset(offset);
    return offsetMs === undefined ? undefined : new Date(local - offsetMs);
  };
}

function parseOffset(text: string): number | undefined {
  if (text === 'Z') return 0;
  const [hours = 0, minutes = 0] = text.slice(1).split(':').map(Number);
  if (hours > 14 || minutes > 59) return undefined;
  return (hours * 60 + minutes) * minuteMs * (text.startsWith('-') ? -1 : 1);
}

function toInstant(local: number, offsetAt: (instant: number) => number): number {
  const before = offsetAt(local - dayMs);
  const after = offsetAt(local + dayMs);
  const fitting = [before, after].map((offset) => local - offset).filter((time) => time + offsetAt(time) === local);
  return fitting.length === 0 ? local - before : Math.min(...fitting);
}

function createOffsets(timeZone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (instant) => {
    const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
    const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
    return local - instant;
  };
}
