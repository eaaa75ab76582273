import { parseDn } from '../../../directory/dn.ts';
import type { FilterItem, PlannedFilter } from '../../../directory/filter.ts';
import { fromIntegerKey } from '../../../directory/number-values.ts';
import type { DerivedAttribute } from '../../../directory/shape.ts';
import { decodeAssertion, toAssertionKey } from '../../../directory/values.ts';
import { addClasses, posixClasses } from './classes.ts';
import { type DerivedKind, deriveConstant, deriveCopy, deriveValue, readStored } from './derive.ts';
import type { NumericIds } from './numeric-ids.ts';
import type { ProfileFacts } from './profile.ts';
import { type EntryNames, fullNames } from './short-names.ts';

const everything = { kind: 'everything' } as const;
const none: PlannedFilter = { kind: 'or', filters: [] };

/** What RFC 2307 §4 has for accounts and groups. A user's group number is the own number: there is a group of one for each. */
export function derivePosix(
  { numericIds, homeDirectory, loginShell }: ProfileFacts,
  names: EntryNames = fullNames,
): readonly DerivedAttribute[] {
  return [
    ...names.derived,
    addClasses(posixClasses),
    deriveNumber('uidNumber', ['user'], numericIds),
    deriveNumber('gidNumber', ['user', 'group'], numericIds),
    deriveHome(homeDirectory, names),
    deriveConstant('loginShell', loginShell, ['user']),
    deriveCopy('gecos', 'cn', ['user']),
    deriveMemberNames(names),
  ];
}

function deriveNumber(name: string, kinds: readonly DerivedKind[], ids: NumericIds): DerivedAttribute {
  return deriveValue({
    ...{ name, kinds },
    valuesOf: ({ id, snapshot }) =>
      readStored(snapshot, id, 'entryUUID').map((uuid) => String(ids.numberOf(uuid, snapshot))),
    find(value, order, snapshot) {
      const key = toAssertionKey('integer', value);
      return key === undefined ? undefined : ids.plan(order, fromIntegerKey(key), snapshot);
    },
  });
}

function deriveHome(pattern: string, names: EntryNames): DerivedAttribute {
  const [before = '', after = ''] = pattern.split('%u', 2);
  const isSame = !pattern.includes('%u');
  return deriveValue({
    name: 'homeDirectory',
    kinds: ['user'],
    // A name is one part of a path, whatever is in it.
    valuesOf: ({ id, snapshot }) => [
      isSame ? pattern : `${before}${names.userNameOf(snapshot, id).replaceAll('/', '_')}${after}`,
    ],
    find(value, order, snapshot) {
      if (order !== 'equal') return undefined;
      const text = decodeAssertion(value) ?? '';
      if (isSame) return text === pattern ? { kind: 'and', filters: [] } : none;
      if (!text.startsWith(before) || !text.endsWith(after)) return none;
      const name = text.slice(before.length, text.length - after.length);
      return name === '' ? none : names.findUser(toEqual('uid', name), snapshot);
    },
  });
}

/** `memberUid`: the names of a group's members. */
function deriveMemberNames(names: EntryNames): DerivedAttribute {
  return deriveValue({
    name: 'memberUid',
    kinds: ['group'],
    isPresent: { kind: 'present', attribute: 'member' },
    valuesOf: ({ id, snapshot }) =>
      readStored(snapshot, id, 'member').flatMap((dn) => {
        const user = names.isFull ? undefined : snapshot.findDn(dn, everything);
        const full = parseDn(dn)[0]?.[0]?.value ?? '';
        return user === undefined ? [full] : [names.userNameOf(snapshot, user)];
      }),
    find(value, order, snapshot) {
      if (order !== 'equal') return undefined;
      const isUser = names.findUser(toEqual('uid', decodeAssertion(value) ?? ''), snapshot);
      const users = snapshot.search(0, 'sub', isUser, everything);
      // A name is one user's, or that of few whom matching cannot tell apart.
      return { kind: 'or', filters: Array.from(users.subarray(0, 16), (id) => toEqual('member', snapshot.dnOf(id))) };
    },
  });
}

function toEqual(attribute: string, value: string): FilterItem {
  return { kind: 'equal', attribute, value: Buffer.from(value) };
}
