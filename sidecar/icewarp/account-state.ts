import { DomainError } from '../core/errors.ts';
import type { SourceDomain, SourceUser } from '../core/ports/directory-source.ts';
import { type Properties, unreadable } from './properties.ts';

export const accountStateProperties = [
  'U_AccountDisabled',
  'U_AccountValid',
  'U_AccountValidTill_Date',
  'U_PasswordExpired',
] as const;

/**
 * Whether the account may log in, as its properties say. Rejects with `forbidden` when one that decides cannot be
 * read: taking it for "enabled" would let a disabled account in, taking it for "disabled" lock everybody out.
 */
export function toAccountState(
  properties: Properties,
  domain: SourceDomain,
  now: Date,
  about: string,
): SourceUser['state'] {
  const disabled = readNumber(properties, 'U_AccountDisabled', about);
  const hasExpired = isPastDate(properties, 'U_AccountValid', 'U_AccountValidTill_Date', now, about);
  const passwordExpired = readSwitch(properties, 'U_PasswordExpired', about);
  if (disabled === 4 || domain.loginDisabled) return 'domain_disabled';
  if (disabled !== 0) return 'disabled';
  if (hasExpired) return 'expired';
  return passwordExpired ? 'password_expired' : 'enabled';
}

/** A property that must be readable. Rejects with `forbidden` naming it when it is not. */
export function readText(properties: Properties, name: string, about: string): string {
  const text = properties.text(name);
  if (text === undefined) throw unreadable(name, about);
  return text;
}

/** A property that is on (1) or off (0, unset). */
export function readSwitch(properties: Properties, name: string, about: string): boolean {
  return readNumber(properties, name, about) !== 0;
}

/** Whether the date of `dateName` has passed, where `switchName` says that the date counts. */
export function isPastDate(
  properties: Properties,
  switchName: string,
  dateName: string,
  now: Date,
  about: string,
): boolean {
  if (!readSwitch(properties, switchName, about)) return false;
  const text = readText(properties, dateName, about);
  const day = parseDay(text);
  if (day === 'invalid') {
    throw new DomainError('upstream_unavailable', `IceWarp gives a date that is none: ${dateName} of ${about}`);
  }
  if (day === undefined) return false;
  // The last day still counts. The server tells no time zone; the sidecar stands beside it, so its own is the best guess.
  return now >= new Date(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate() + 1);
}

const dayMs = 86_400_000;
/** Day 0 of the server's calendar: what an unset date reads as. */
const epoch = Date.UTC(1899, 11, 30);

/** A date as `yyyy/mm/dd` or as days since 1899/12/30; undefined when it is unset. The day is that of the UTC date. */
export function parseDay(text: string): Date | undefined | 'invalid' {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  const [, year, month, day] = /^(\d{4})\/(\d{1,2})\/(\d{1,2})$/.exec(trimmed) ?? [];
  let time: number;
  if (year !== undefined) {
    time = Date.UTC(Number(year), Number(month) - 1, Number(day));
    if (new Date(time).getUTCDate() !== Number(day)) return 'invalid';
  } else if (/^\d{1,6}(?:[.,]\d+)?$/.test(trimmed)) time = epoch + Number.parseInt(trimmed, 10) * dayMs;
  else return 'invalid';
  return time <= epoch ? undefined : new Date(time);
}

function readNumber(properties: Properties, name: string, about: string): number {
  const text = readText(properties, name, about);
  if (text === '') return 0;
  if (!/^[0-9]{1,3}$/.test(text)) {
    throw new DomainError('upstream_unavailable', `IceWarp gives ${name} of ${about} as something other than a number`);
  }
  return Number(text);
}
