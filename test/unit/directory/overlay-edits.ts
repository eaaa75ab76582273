import fc from 'fast-check';
import { type Directory, type Group, noFacts, type User } from '../../../sidecar/core/model.ts';
import type { GroupName, LoginName } from '../../../sidecar/core/names.ts';
import { buildDirectory, buildGroup, buildUser, toUuid } from './company.ts';

/** One change of a directory, as a commit makes it. */
export type Edit = (directory: Directory, stamp: Date) => Directory;

// Few, so that they meet: equal local parts, addresses of two, DNs that matching cannot tell apart, escapes.
const localPart = fc.constantFrom('a', 'b', 'ab', 'fi', 'ﬁ', 'é', "o'b", 'a+b', 'x,y');
const domain = fc.constantFrom('a.com', 'b.com');
const address = fc.tuple(localPart, domain).map(([local, own]) => `${local}@${own}`);
const word = fc.constantFrom('', 'Anna', 'anna', 'Bö', ' x ', 'ß', '東京');
const groupNumbers = fc.subarray([0, 1, 2, 3]);
const privileges = fc.subarray(['Administrator', 'LogOn', 'ReadArchive:a@a.com', 'ReadArchive:A@a.com']).map(sorted);
const roles = fc.subarray(['auditor', 'Auditor', 'Ärzte']).map(sorted);
const began = new Date('2020-01-01T00:00:00Z');

const fields = fc.record({
  ...{
    displayName: word,
    surname: word,
    givenName: word,
    description: word,
    telephoneNumber: fc.constantFrom('', '+1 2'),
  },
  aliases: fc.uniqueArray(address, { maxLength: 2 }),
  state: fc.constantFrom('enabled', 'enabled', 'disabled', 'missing'),
  isBlocked: fc.boolean(),
  ...{ groups: groupNumbers, privileges, roles },
});

type Fields = typeof fields extends fc.Arbitrary<infer Value> ? Value : never;

function toUser(number: number, login: string, { aliases, isBlocked, groups, ...own }: Fields): User {
  return buildUser(number, login, {
    ...own,
    state: own.state as User['state'],
    addresses: [login, ...aliases.filter((alias) => alias !== login)],
    facts: { ...noFacts, isBlocked },
    // Of some that do not exist (yet): what the filter leaves out is named by memberships all the same.
    memberships: groups.map((group) => ({ groupId: toUuid('group', group), direct: true })),
  });
}

/** Directories with an old group that nobody touches: it keeps the age of the base entry where it is. */
export const directories: fc.Arbitrary<Directory> = fc
  .tuple(fc.uniqueArray(fc.tuple(address, fields), { maxLength: 7, selector: ([login]) => login }), fc.nat(2))
  .map(([users, groupCount]) =>
    buildDirectory(
      users.map(([login, own], number) => toUser(number, login, own)),
      [
        buildGroup(99, 'old@g.com', { createdAt: began }),
        ...Array.from({ length: groupCount }, (_, number) => buildGroup(number, `g${number}@g.com`)),
      ],
    ),
  );

const setUser: fc.Arbitrary<Edit> = fc
  .tuple(fc.nat(9), address, fields)
  .map(([number, login, own]) => (directory, stamp) => {
    const known = directory.users.get(toUuid('user', number));
    const user = { ...toUser(number, login, own), modifiedAt: stamp, createdAt: known?.createdAt ?? stamp };
    return withUser(directory, user, stamp);
  });

const changeField: fc.Arbitrary<Edit> = fc.tuple(fc.nat(9), word).map(([number, description]) => (directory, stamp) => {
  const user = directory.users.get(toUuid('user', number));
  return user === undefined ? directory : withUser(directory, { ...user, description, modifiedAt: stamp }, stamp);
});

const rename: fc.Arbitrary<Edit> = fc.tuple(fc.nat(9), address).map(([number, login]) => (directory, stamp) => {
  const user = directory.users.get(toUuid('user', number));
  if (user === undefined) return directory;
  const renamed = { ...user, login: login as LoginName, addresses: [login, user.login], modifiedAt: stamp };
  return withUser(directory, renamed, stamp);
});

const removeUser: fc.Arbitrary<Edit> = fc.nat(9).map((number) => (directory, stamp) => {
  const user = directory.users.get(toUuid('user', number));
  if (user === undefined) return directory;
  const users = new Map(directory.users);
  users.delete(user.id);
  return { ...directory, users, groups: stampGroups(directory.groups, [user], stamp) };
});

const linkUser: fc.Arbitrary<Edit> = fc.tuple(fc.nat(9), address).map(([number, account]) => (directory, stamp) => {
  const user = directory.users.get(toUuid('user', number));
  if (user === undefined) return directory;
  const linked = { ...user, origin: 'manual', passwordOf: account as LoginName, modifiedAt: stamp } as const;
  return withUser(directory, linked, stamp);
});

const setGroup: fc.Arbitrary<Edit> = fc.tuple(fc.nat(3), word).map(([number, description]) => (directory, stamp) => {
  const known = directory.groups.get(toUuid('group', number)) ?? buildGroup(number, `g${number}@g.com`);
  const groups = new Map(directory.groups).set(known.id, { ...known, description, modifiedAt: stamp });
  return { ...directory, groups };
});

export const edits: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 4, arbitrary: setUser },
  { weight: 2, arbitrary: changeField },
  { weight: 2, arbitrary: rename },
  { weight: 3, arbitrary: removeUser },
  { weight: 1, arbitrary: linkUser },
  { weight: 1, arbitrary: setGroup },
);

/** A group under another name: no delta. */
export function renameGroup(directory: Directory, number: number, name: string): Directory {
  const group = directory.groups.get(toUuid('group', number));
  if (group === undefined) return directory;
  const groups = new Map(directory.groups).set(group.id, { ...group, name: name as GroupName });
  return { ...directory, groups };
}

/** A login belongs to one user: an edit that would give it to a second does nothing. */
function withUser(directory: Directory, user: User, stamp: Date): Directory {
  for (const other of directory.users.values())
    if (other.login === user.login && other.id !== user.id) return directory;
  const known = directory.users.get(user.id);
  const groups = stampGroups(directory.groups, known === undefined ? [user] : [known, user], stamp);
  return { ...directory, users: new Map(directory.users).set(user.id, user), groups };
}

function stampGroups(groups: Directory['groups'], users: readonly User[], stamp: Date): ReadonlyMap<string, Group> {
  const changed = new Map(groups);
  for (const { groupId } of users.flatMap(({ memberships }) => memberships)) {
    const group = groups.get(groupId);
    if (group !== undefined) changed.set(groupId, { ...group, modifiedAt: stamp });
  }
  return changed;
}

function sorted(names: readonly string[]): string[] {
  return names.toSorted();
}
