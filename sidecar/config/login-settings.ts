import { defaultLoginSettings } from '../core/login/settings.ts';
import { networkList } from './network-types.ts';
import { setting } from './setting.ts';
import { oneOf, wholeNumber } from './setting-types.ts';

const { limits, lanes, knownBad, justAcceptedSeconds, recentSuccessSeconds, outageHours } = defaultLoginSettings;
const twoFactor = oneOf('accept', 'reject', 'code');

/** Settings of the login. Their numbers are those of the login itself. */
export const loginSettingTree = {
  deadlineSeconds: setting(
    wholeNumber(1, 60),
    '3',
    'When an LDAP login is answered at the latest. Keycloak waits 5 seconds.',
  ),
  upstreamTimeoutSeconds: setting(
    wholeNumber(5, 600),
    '90',
    'How long IceWarp may think about a password; it holds wrong ones back for 30 seconds.',
  ),
  applicationNetworks: setting(
    networkList,
    '127.0.0.0/8,::1/128',
    'Where applications (Keycloak, archives) are: one address for many people, so failed logins do not count against it.',
  ),
  twoFactor: {
    ldap: setting(
      twoFactor,
      'reject',
      'What an account with a second factor gets over LDAP: in with the password alone, refused, or in with `password,123456`.',
    ),
    oidc: setting(twoFactor, 'code', 'The same on web pages; `code` asks for the code on a page of its own.'),
  },
  limits: {
    accountFailures: setting(
      wholeNumber(0, 100),
      String(limits.accountFailures),
      "Failed logins of an account before IceWarp is not asked any more; 0 takes IceWarp's own limit less 2, or 3 where it cannot be read.",
    ),
    addressFailures: setting(
      wholeNumber(1, 1000),
      String(limits.addressFailures),
      "Failed logins from an end user's address, over all accounts.",
    ),
    windowMinutes: setting(
      wholeNumber(1, 1440),
      String(limits.windowMinutes),
      "How long a failed login counts; IceWarp's own block period where that is longer.",
    ),
    blockMinutes: setting(
      wholeNumber(1, 1440),
      String(limits.blockMinutes),
      'How long IceWarp may hold right passwords back after a wrong one, where its policy cannot be read.',
    ),
  },
  lanes: {
    fastCalls: setting(
      wholeNumber(1, 256),
      String(lanes.fastCalls),
      'Passwords that IceWarp is asked about at the same time.',
    ),
    reservedCalls: setting(
      wholeNumber(0, 64),
      String(lanes.reservedCalls),
      'Of these, kept for passwords that IceWarp accepted before, so that wrong ones never keep them waiting; at most a quarter.',
    ),
    slowCalls: setting(
      wholeNumber(1, 1024),
      String(lanes.slowCalls),
      'Wrong passwords that IceWarp may be holding back at the same time; one more ends the oldest.',
    ),
    fastSeconds: setting(
      wholeNumber(1, 30),
      String(lanes.fastSeconds),
      'After how long without an answer a password is presumed to be wrong.',
    ),
    waiting: setting(wholeNumber(0, 10_000), String(lanes.waiting), 'Logins that wait for their turn at most.'),
    accountShare: setting(
      wholeNumber(1, 256),
      String(lanes.accountShare),
      'Passwords of one account that are asked about at the same time.',
    ),
    addressShare: setting(
      wholeNumber(1, 256),
      String(lanes.addressShare),
      "Passwords from one end user's address that are asked about at the same time.",
    ),
    applicationShare: setting(
      wholeNumber(1, 256),
      String(lanes.applicationShare),
      'The same for an address in `login.applicationNetworks`.',
    ),
  },
  knownBad: {
    firstMinutes: setting(
      wholeNumber(1, 1440),
      String(knownBad.firstMinutes),
      'How long a password that IceWarp refused is refused without asking again. Doubles each time.',
    ),
    longestMinutes: setting(
      wholeNumber(1, 1440),
      String(knownBad.longestMinutes),
      'The longest such time. An administrator may since have set that very password.',
    ),
    pairs: setting(
      wholeNumber(1000, 1_000_000),
      String(knownBad.pairs),
      'Refused passwords that are remembered, as keyed hashes; a million take 95 MB.',
    ),
  },
  justAcceptedSeconds: setting(
    wholeNumber(0, 600),
    String(justAcceptedSeconds),
    'How long a right password whose answer came too late lets the next try in, once.',
  ),
  recentSuccessSeconds: setting(
    wholeNumber(0, 300),
    String(recentSuccessSeconds),
    'How long a right password is taken again without asking; 0 always asks.',
  ),
  outageHours: setting(
    wholeNumber(0, 168),
    String(outageHours),
    'How old a right password may be that is taken without asking while IceWarp is down; 0 takes none.',
  ),
} as const;
