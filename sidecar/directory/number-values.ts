const maxDigits = 100;

/**
 * An INTEGER (RFC 4517 §3.3.16) as a key whose octets sort as the numbers do: sign, count of digits, digits; those of negative numbers
 * are complemented. Undefined for what is no integer or has more than 100 digits.
 */
export function toIntegerKey(text: string): string | undefined {
  const match = /^(-?)([1-9]\d*)$|^0$/.exec(text);
  if (match === null) return undefined;
  const digits = match[2] ?? '0';
  if (digits.length > maxDigits) return undefined;
  const key = String(digits.length).padStart(3, '0') + digits;
  return match[1] === '-' ? `-${complement(key)}` : `0${key}`;
}

/** The number that {@link toIntegerKey} made a key of. */
export function fromIntegerKey(key: string): bigint {
  return key.startsWith('-') ? -BigInt(complement(key.slice(1)).slice(3)) : BigInt(key.slice(4));
}

function complement(digits: string): string {
  return digits.replace(/\d/g, (digit) => String(9 - Number(digit)));
}

const timePattern = /^(\d{4})(\d\d)(\d\d)(\d\d)(?:(\d\d)(\d\d)?)?(?:[.,](\d{1,20}))?(?:Z|([+-])(\d\d)(\d\d)?)$/;

/**
 * A generalizedTime of any precision and zone (RFC 4517 §3.3.13) as a key that sorts by time: UTC in whole seconds, then
 * the fraction without trailing zeros. Undefined for what is none, or lies outside the years 0 to 9999.
 */
export function toTimeKey(text: string): string | undefined {
  const match = timePattern.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', sign, zoneHour = '0', zoneMinute = '0'] = match;
  const parts = [month, day, hour, minute ?? '0', second ?? '0'].map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const date = new Date(0);
  date.setUTCFullYear(Number(year), parts[0] - 1, parts[1]);
  if (date.getUTCMonth() !== parts[0] - 1 || date.getUTCDate() !== parts[1]) return undefined;
  // 60 is a leap second.
  if (parts[2] > 23 || parts[3] > 59 || parts[4] > 60 || Number(zoneHour) > 23 || Number(zoneMinute) > 59)
    return undefined;
  const zoneMinutes = (Number(zoneHour) * 60 + Number(zoneMinute)) * (sign === '-' ? -1 : 1);
  let seconds = parts[2] * 3600 + (parts[3] - zoneMinutes) * 60 + parts[4];
  let rest = fraction;
  if (second === undefined && fraction !== '') {
    // A fraction belongs to the smallest unit given: hours or minutes.
    const [whole = '0', part = ''] = (Number(`0.${fraction}`) * (minute === undefined ? 3600 : 60))
      .toFixed(6)
      .split('.');
    seconds += Number(whole);
    rest = part;
  }
  date.setTime(date.getTime() + seconds * 1000);
  const key = formatSeconds(date);
  const trimmed = rest.replace(/0+$/, '');
  return key === undefined || trimmed === '' ? key : `${key}.${trimmed}`;
}

/** A time as we serve it: generalizedTime in UTC, whole seconds rounded up so that "changed since" misses nothing. */
export function formatTime(date: Date): string {
  const text = formatSeconds(new Date(Math.ceil(date.getTime() / 1000) * 1000));
  if (text === undefined) throw new TypeError(`time outside the years 0 to 9999: ${date.getTime()} ms`);
  return `${text}Z`;
}

/** The moment that a generalizedTime names, to the millisecond; undefined for what is none. */
export function parseTime(text: string): Date | undefined {
  const key = toTimeKey(text);
  if (key === undefined) return undefined;
  const [seconds = '', fraction = ''] = key.split('.');
  const day = `${seconds.slice(0, 4)}-${seconds.slice(4, 6)}-${seconds.slice(6, 8)}`;
  const time = `${seconds.slice(8, 10)}:${seconds.slice(10, 12)}:${seconds.slice(12, 14)}`;
  return new Date(`${day}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}Z`);
}

function formatSeconds(date: Date): string | undefined {
  const year = date.getUTCFullYear();
  if (!(year >= 0 && year <= 9999)) return undefined;
  const iso = date.toISOString();
  return (
    iso.slice(0, 4) + iso.slice(5, 7) + iso.slice(8, 10) + iso.slice(11, 13) + iso.slice(14, 16) + iso.slice(17, 19)
  );
}
