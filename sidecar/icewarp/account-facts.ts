import type { AdminKind, PasswordCheck, SourceUser } from '../core/ports/directory-source.ts';
import { parseDayOrUnixTime } from './calendar-days.ts';
import { asksOwnDirectory, type OwnPlaces } from './own-directory.ts';
import { readSwitch, type Subject, warn } from './subject.ts';

/** The switch of each kind of administrator, the mightiest first. */
export const adminSwitches: readonly (readonly [name: string, kind: AdminKind])[] = [
  ['U_Admin', 'administrator'],
  ['U_DomainAdmin', 'domain_administrator'],
  ['U_WebAdmin', 'web_administrator'],
];

/** Values of U_AuthMode by their numbers. */
const passwordChecks: readonly PasswordCheck[] = ['standard', 'nt', 'directory', 'any_password'];

export const accountFactProperties = [
  ...adminSwitches.map(([name]) => name),
  'U_IsGuestAccount',
  'U_Blocked',
  'U_AuthMode',
  'U_AuthModeValue',
  'U_Login',
  'U_Created',
] as const;

type AccountFacts = Pick<SourceUser, 'admin' | 'isGuest' | 'isBlocked' | 'passwordCheck' | 'loginText' | 'createdOn'>;

/**
 * What else the properties say about an account. Older servers do not have all of them, so one that cannot be read is
 * undefined or takes nothing away; an impossible value grants nothing, with a warning.
 */
export function toAccountFacts(subject: Subject, ownPlaces: OwnPlaces): AccountFacts {
  const isOn = (name: string, whenDoubtful: boolean, taken: string): boolean | undefined => {
    const state = readSwitch(subject, name, taken);
    return state === 'doubtful' ? whenDoubtful : state;
  };
  const admin = adminSwitches.filter(([name]) => isOn(name, false, 'the account is taken for no administrator'));
  return {
    admin: admin[0]?.[1] ?? 'none',
    isGuest: isOn('U_IsGuestAccount', true, 'the account is taken for a guest') ?? false,
    isBlocked: isOn('U_Blocked', true, 'the account is taken for blocked'),
    passwordCheck: toPasswordCheck(subject, ownPlaces),
    loginText: subject.properties.text('U_Login'),
    createdOn: toCreatedOn(subject),
  };
}

function toPasswordCheck(subject: Subject, ownPlaces: OwnPlaces): PasswordCheck | undefined {
  const text = subject.properties.text('U_AuthMode');
  if (text === undefined) return undefined;
  const check = /^\d?$/.test(text) ? passwordChecks[Number(text)] : undefined;
  if (check === undefined) warn(subject, 'U_AuthMode', text, 'none of 0 to 3', 'nobody may log in with this account');
  if (check !== 'directory') return check ?? 'any_password';
  const servers = subject.properties.text('U_AuthModeValue') ?? '';
  if (!asksOwnDirectory(servers, ownPlaces)) return check;
  const why = 'this very service, so that a check of the password would go round in a circle';
  warn(subject, 'U_AuthModeValue', servers, why, 'nobody may log in with this account');
  return 'directory_loop';
}

function toCreatedOn(subject: Subject): string | undefined {
  const text = subject.properties.text('U_Created');
  const day = parseDayOrUnixTime(text ?? '');
  if (day !== 'invalid') return day;
  warn(subject, 'U_Created', text ?? '', 'no date', 'the day of creation is taken for unknown');
  return undefined;
}
