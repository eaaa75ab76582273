import type { SourceDomain, SourceUser } from '../core/ports/directory-source.ts';
import { isOver, parseDay } from './calendar-days.ts';
import { requireSwitch, requireText, type Subject, warn } from './subject.ts';

export const accountStateProperties = [
  'U_AccountDisabled',
  'U_AccountValid',
  'U_AccountValidTill_Date',
  'U_PasswordExpired',
] as const;

const takenForDisabled = 'the account is taken for disabled';

/**
 * Whether the account may log in, and its last day, as its properties say; what is no possible value makes it
 * `disabled`, with a warning. Rejects with `forbidden` when one that decides cannot be read: taking it for "enabled" would
 * let a disabled account in, taking it for "disabled" lock everybody out.
 */
export function toAccountState(
  subject: Subject,
  domain: SourceDomain,
  now: Date,
): Pick<SourceUser, 'state' | 'expiresOn'> {
  const disabled = requireText(subject, 'U_AccountDisabled') || '0';
  const isKnown = /^[0-4]$/.test(disabled);
  if (!isKnown) warn(subject, 'U_AccountDisabled', disabled, 'none of 0 to 4', takenForDisabled);
  const passwordExpired = requireSwitch(subject, 'U_PasswordExpired', takenForDisabled);
  const lastDay = readLastDay(subject, 'U_AccountValid', 'U_AccountValidTill_Date', takenForDisabled);
  const isInDoubt = !isKnown || passwordExpired === 'doubtful' || lastDay === 'doubtful';
  const expiresOn = lastDay === 'doubtful' ? undefined : lastDay;
  const toState = (): SourceUser['state'] => {
    if (disabled === '4' || domain.loginDisabled) return 'domain_disabled';
    if (disabled !== '0' || isInDoubt) return 'disabled';
    if (expiresOn !== undefined && isOver(expiresOn, now)) return 'expired';
    return passwordExpired ? 'password_expired' : 'enabled';
  };
  return { state: toState(), expiresOn };
}

/**
 * The day of `dateName`, where `switchName` says that it counts and it is set. `taken` says, for the warning, what comes
 * of a switch or a day that is none.
 */
export function readLastDay(
  subject: Subject,
  switchName: string,
  dateName: string,
  taken: string,
): string | undefined | 'doubtful' {
  const counts = requireSwitch(subject, switchName, taken);
  if (counts !== true) return counts === 'doubtful' ? 'doubtful' : undefined;
  const text = requireText(subject, dateName);
  const day = parseDay(text);
  if (day !== 'invalid') return day;
  warn(subject, dateName, text, 'no date', taken);
  return 'doubtful';
}
