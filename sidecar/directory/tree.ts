import { createHash } from 'node:crypto';
import { DomainError } from '../core/errors.ts';
import { plainPrivileges } from '../core/mapping/rules.ts';
import type { Directory, Group, User } from '../core/model.ts';
import { localPartOf } from '../core/names.ts';
import { type AttributeName, findAttribute } from './attributes.ts';
import { escapeDnValue, formatDn, formatNormalDn, parseDn } from './dn.ts';
import { foldText } from './string-preparation.ts';

/** An entry's place and its DN, as served and in normal form (see dn.ts). */
export interface EntryName {
  readonly id: number;
  readonly text: string;
  readonly normal: string;
}

/** Groups, privileges and roles: named entries with users as members. */
export interface MemberList {
  readonly name: EntryName;
  readonly label: string;
  /** Places in {@link Tree.users}, ascending. */
  readonly members: number[];
}

export interface UserPlace {
  readonly name: EntryName;
  readonly user: User;
  /** Entries of the groups, then of the privileges, then of the roles, each in their order. */
  readonly memberOf: readonly EntryName[];
  /** Local part of the login key when no other user's is equal to it. */
  readonly shortName: string | undefined;
}

/** The whole tree in depth-first order, before attributes. Ids count upwards through the fields in this order. */
export interface Tree {
  readonly base: { readonly name: EntryName; readonly rdn: { readonly type: AttributeName; readonly value: string } };
  readonly usersUnit: EntryName;
  readonly users: readonly UserPlace[];
  readonly groupsUnit: EntryName;
  readonly groups: readonly (MemberList & { readonly group: Group })[];
  readonly privilegesUnit: EntryName;
  readonly privileges: readonly MemberList[];
  readonly rolesUnit: EntryName;
  readonly roles: readonly MemberList[];
  readonly entryCount: number;
}

/** Lays out the tree of a directory. Throws `invalid_input` for a base DN that is none or begins with another type than o, ou or dc. */
export function planTree(directory: Directory, baseDn: string): Tree {
  let nextId = 0;
  const rdns = parseDn(baseDn);
  const rdn = parseBaseRdn(baseDn, rdns);
  const base = { id: nextId++, text: formatDn(rdns), normal: formatNormalDn(rdns) };
  const nameBelow = (parent: EntryName, type: AttributeName, value: string): EntryName => {
    const text = `${type}=${escapeDnValue(value)},${parent.text}`;
    const normal = `${type}=${escapeDnValue(foldText(value))},${parent.normal}`;
    // Mostly they are equal: one string is half the memory of two.
    return { id: nextId++, text, normal: normal === text ? text : normal };
  };
  const nameLists = (parent: EntryName, labels: readonly string[]): MemberList[] =>
    labels.map((label) => ({ name: nameBelow(parent, 'cn', label), label, members: [] }));

  const sorted = [...directory.users.values()].sort((a, b) => compareText(a.login, b.login));
  const shortNameUses = countShortNames(sorted);
  const usersUnit = nameBelow(base, 'ou', 'users');
  const userNames = sorted.map(({ login }) => nameBelow(usersUnit, 'uid', login));
  const groupsUnit = nameBelow(base, 'ou', 'groups');
  const groups = [...directory.groups.values()]
    .sort((a, b) => compareText(a.name, b.name))
    .map((group) => ({ name: nameBelow(groupsUnit, 'cn', group.name), label: group.name, members: [], group }));
  const privilegesUnit = nameBelow(base, 'ou', 'privileges');
  const held = collectSorted(plainPrivileges, sorted, ({ privileges }) => privileges);
  const privileges = nameLists(privilegesUnit, held);
  const rolesUnit = nameBelow(base, 'ou', 'roles');
  const roles = nameLists(
    rolesUnit,
    collectSorted([], sorted, ({ roles: own }) => own),
  );

  const groupsById = new Map(groups.map((list) => [list.group.id, list]));
  const privilegesByLabel = new Map(privileges.map((list) => [list.label, list]));
  const rolesByLabel = new Map(roles.map((list) => [list.label, list]));
  const users = sorted.map((user, place): UserPlace => {
    const shortName = localPartOf(user.login);
    const memberOf = [
      // A membership of a group that is not served (left out by the filter) names no entry and is left out too.
      ...join(
        place,
        user.memberships.map(({ groupId }) => groupId),
        groupsById,
      ),
      ...join(place, user.privileges, privilegesByLabel),
      ...join(place, user.roles, rolesByLabel),
    ];
    return {
      name: userNames[place] ?? base,
      user,
      // Exactly as long as it has to be: an array that grew holds room for many more.
      memberOf: memberOf.slice(),
      shortName: shortNameUses.get(foldText(shortName)) === 1 ? shortName : undefined,
    };
  });
  return {
    base: { name: base, rdn },
    ...{ usersUnit, users, groupsUnit, groups, privilegesUnit, privileges, rolesUnit, roles },
    entryCount: nextId,
  };
}

const uuidNamespace = 'ad0b2d90329642179de5bd2614cde8ee';

/** entryUUID of an entry that has no id of its own in the store: a name-based UUID (RFC 9562 §5.5) of its DN. */
export function toNameBasedUuid(dn: string): string {
  const hash = createHash('sha1').update(Buffer.from(uuidNamespace, 'hex')).update(dn, 'utf8').digest();
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  return hash.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function parseBaseRdn(baseDn: string, rdns: ReturnType<typeof parseDn>): Tree['base']['rdn'] {
  const [part, ...more] = rdns[0] ?? [];
  const type = part === undefined ? undefined : findAttribute(part.type)?.name;
  if (part === undefined || more.length > 0 || part.value === '' || (type !== 'o' && type !== 'ou' && type !== 'dc')) {
    throw new DomainError('invalid_input', `base DN "${baseDn}": its first part must be o=, ou= or dc= with a value`);
  }
  return { type, value: part.value };
}

function countShortNames(users: readonly User[]): ReadonlyMap<string, number> {
  const uses = new Map<string, number>();
  for (const { login } of users) {
    const shortName = foldText(localPartOf(login));
    uses.set(shortName, (uses.get(shortName) ?? 0) + 1);
  }
  return uses;
}

function collectSorted(
  always: readonly string[],
  users: readonly User[],
  labelsOf: (user: User) => readonly string[],
): string[] {
  const labels = new Set(always);
  for (const user of users) for (const label of labelsOf(user)) labels.add(label);
  return [...labels].sort(compareText);
}

/** Makes a user a member of lists; gives the names of those, in their order. */
function join(place: number, keys: readonly string[], lists: ReadonlyMap<string, MemberList>): EntryName[] {
  const own: EntryName[] = [];
  for (const key of new Set(keys)) {
    const list = lists.get(key);
    if (list === undefined) continue;
    list.members.push(place);
    own.push(list.name);
  }
  return own.sort((a, b) => a.id - b.id);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
