import type { User, UserState } from '../core/model.ts';
import type { LoginName } from '../core/names.ts';
import type { LoginUser } from '../core/ports/user-directory.ts';
import { GrowableWords } from './growable.ts';
import { octetsOf, type SectionSource, type SnapshotBlock, toSection, wordsOf } from './layout.ts';

const states: readonly UserState[] = [
  'enabled',
  'disabled',
  'expired',
  'password_expired',
  'domain_disabled',
  'missing',
];

/** What a login asks of a user beyond the served entry. */
export interface Grants extends Pick<LoginUser, 'state' | 'privileges' | 'roles' | 'isBlocked' | 'passwordCheck'> {
  /** Of a manual user: the account that it is linked to. */
  readonly passwordOf: LoginName | undefined;
}

/** What {@link encodeGrants} takes of a user. */
export type GrantHolder = Pick<User, 'state' | 'privileges' | 'roles' | 'passwordOf'> & {
  readonly facts: {
    readonly isBlocked?: boolean | undefined;
    readonly passwordCheck?: User['facts']['passwordCheck'] | LoginUser['passwordCheck'];
  };
};

/** Bits of a user's login marks. */
const blockedBit = 1;
const anyPasswordBit = 2;
const directoryLoopBit = 4;

/** Sections with state, login marks, privileges and roles of each user in order. Users with the same privileges and roles share one text. */
export function encodeGrants(users: readonly GrantHolder[]): SectionSource[] {
  const numbers = new Map<string, number>();
  const ends = new GrowableWords();
  const texts: Buffer[] = [];
  let end = 0;
  const sets = Uint32Array.from(users, ({ privileges, roles, passwordOf }) => {
    const text = JSON.stringify(passwordOf === undefined ? [privileges, roles] : [privileges, roles, passwordOf]);
    const known = numbers.get(text);
    if (known !== undefined) return known;
    const octets = Buffer.from(text, 'utf8');
    texts.push(octets);
    end += octets.length;
    ends.push(end);
    numbers.set(text, numbers.size);
    return numbers.size - 1;
  });
  return [
    toSection(
      'states',
      Uint8Array.from(users, ({ state }) => states.indexOf(state)),
    ),
    toSection('loginMarks', Uint8Array.from(users, toLoginMarks)),
    toSection('grantSets', sets),
    toSection('grantEnds', ends.view()),
    toSection('grantTexts', Buffer.concat(texts)),
  ];
}

/** Reads what {@link encodeGrants} wrote: gives a user's by place (0 = the first user). */
export function openGrants(block: SnapshotBlock): (place: number) => Grants {
  const stateNumbers = octetsOf(block, 'states');
  const marks = octetsOf(block, 'loginMarks');
  const sets = wordsOf(block, 'grantSets');
  const ends = wordsOf(block, 'grantEnds');
  const texts = octetsOf(block, 'grantTexts');
  return (place) => {
    const set = sets[place] ?? 0;
    const text = texts.toString('utf8', set === 0 ? 0 : ends[set - 1], ends[set]);
    const [privileges, roles, passwordOf] = JSON.parse(text) as [string[], string[], LoginName?];
    const mark = marks[place] ?? 0;
    return {
      state: states[stateNumbers[place] ?? -1] ?? 'missing',
      ...{ privileges, roles, passwordOf },
      ...((mark & blockedBit) === 0 ? {} : { isBlocked: true }),
      ...toPasswordCheck(mark),
    };
  };
}

function toPasswordCheck(mark: number): Pick<Grants, 'passwordCheck'> {
  if ((mark & anyPasswordBit) !== 0) return { passwordCheck: 'any_password' };
  return (mark & directoryLoopBit) === 0 ? {} : { passwordCheck: 'directory_loop' };
}

function toLoginMarks({ facts: { isBlocked, passwordCheck } }: GrantHolder): number {
  return (
    (isBlocked === true ? blockedBit : 0) |
    (passwordCheck === 'any_password' ? anyPasswordBit : 0) |
    (passwordCheck === 'directory_loop' ? directoryLoopBit : 0)
  );
}
