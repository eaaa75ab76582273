import type { Directory, Group } from '../core/model.ts';
import { localPartOf } from '../core/names.ts';
import type { AttributeName } from './attributes.ts';
import { formatTime } from './number-values.ts';
import { type EntryKind, entryClasses } from './object-classes.ts';
import { type EntryName, type MemberList, type Tree, toNameBasedUuid, type UserPlace } from './tree.ts';

/** Values of one attribute; DNs of entries are given as entries. */
export type EntryAttribute = readonly [name: AttributeName, values: readonly (string | EntryName)[]];

/** One entry with its attributes in the order of attributes.ts: what a client is served. */
export interface Entry {
  readonly name: EntryName;
  readonly parent: number;
  /** The highest id at or below this entry, plus 1. */
  readonly subtreeEnd: number;
  readonly attributes: readonly EntryAttribute[];
}

/** Users, groups, privileges and roles: what stands right below the base. */
const unitCount = 4;

/** The subschema's DN, outside the base as RFC 4512 §4.2 has it. */
export const subschemaDn = 'cn=subschema';

/**
 * The entries of a tree in order of id, one at a time. Base and units bear the earliest creation time of all users and groups as both their times, so
 * that they do not change by themselves; privileges and roles were modified at `publishedAt`, for nobody keeps when a member left.
 */
export function* describeEntries(tree: Tree, directory: Directory, publishedAt: Date): Generator<Entry> {
  const began = formatTime(earliest(directory) ?? publishedAt);
  const published = formatTime(publishedAt);
  const { base, usersUnit, groupsUnit, privilegesUnit, rolesUnit, entryCount } = tree;
  const { type, value } = base.rdn;
  const kinds = { o: 'organization', ou: 'unit', dc: 'domain' } as const;
  const kind = type === 'o' || type === 'dc' ? kinds[type] : kinds.ou;
  yield {
    ...{ name: base.name, parent: base.name.id, subtreeEnd: entryCount },
    attributes: [
      classesOf(kind),
      [type, [value]],
      ...operational(kind, base.name, toNameBasedUuid(base.name.text), began, began, unitCount),
    ],
  };
  const unit = (name: EntryName, label: string, subtreeEnd: number): Entry => ({
    ...{ name, parent: base.name.id, subtreeEnd },
    attributes: [
      classesOf('unit'),
      ['ou', [label]],
      ...operational('unit', name, toNameBasedUuid(name.text), began, began, subtreeEnd - name.id - 1),
    ],
  });
  const memberNames = ({ members }: MemberList) => members.map((place) => tree.users[place]?.name ?? base.name);
  const grant = (list: MemberList, parent: EntryName) =>
    describeGrant({ name: list.name, label: list.label }, memberNames(list), parent, {
      created: began,
      modified: published,
    });

  yield unit(usersUnit, 'users', groupsUnit.id);
  for (const place of tree.users) yield describeUser(place, usersUnit, base.name);
  yield unit(groupsUnit, 'groups', privilegesUnit.id);
  for (const list of tree.groups) yield describeGroup(list.group, list.name, memberNames(list), groupsUnit);
  yield unit(privilegesUnit, 'privileges', rolesUnit.id);
  for (const list of tree.privileges) yield grant(list, privilegesUnit);
  yield unit(rolesUnit, 'roles', entryCount);
  for (const list of tree.roles) yield grant(list, rolesUnit);
}

/** A privilege or role; times as served. */
export function describeGrant(
  { name, label }: Pick<MemberList, 'name' | 'label'>,
  members: readonly (string | EntryName)[],
  unit: EntryName,
  { created, modified }: { readonly created: string; readonly modified: string },
): Entry {
  return {
    ...{ name, parent: unit.id, subtreeEnd: name.id + 1 },
    attributes: [
      classesOf('grant'),
      ['cn', [label]],
      ['member', members],
      ...operational('grant', name, toNameBasedUuid(name.text), created, modified, 0),
    ],
  };
}

export function describeUser({ name, user, memberOf, shortName }: UserPlace, unit: EntryName, base: EntryName): Entry {
  const enabled = user.state === 'enabled';
  const addresses = distinct(user.addresses);
  const localPart = localPartOf(user.login);
  const commonName = firstFilled(user.displayName, `${user.givenName} ${user.surname}`.trim(), localPart);
  return {
    ...{ name, parent: unit.id, subtreeEnd: name.id + 1 },
    attributes: [
      classesOf('user'),
      ['uid', [user.login]],
      ['cn', [commonName]],
      // RFC 4519 §3.12: a person has a surname; IceWarp does not insist.
      ['sn', [firstFilled(user.surname, user.displayName, localPart)]],
      ['givenName', filled(user.givenName)],
      ['displayName', filled(user.displayName)],
      ['mail', addresses],
      ['mailAlternateAddress', addresses.slice(1)],
      ['proxyAddresses', addresses.map(toProxyAddress)],
      ['sAMAccountName', shortName === undefined ? [] : [shortName]],
      ['userPrincipalName', [user.login]],
      ['objectCategory', [`cn=Person,cn=Schema,cn=Configuration,${base.text}`]],
      ['description', filled(user.description)],
      ['telephoneNumber', filled(user.telephoneNumber)],
      ['accountEnabled', [enabled ? 'TRUE' : 'FALSE']],
      // NORMAL_ACCOUNT, with ACCOUNTDISABLE (2) for everybody who cannot log in.
      ['userAccountControl', [enabled ? '512' : '514']],
      ['nsAccountLock', enabled ? [] : ['TRUE']],
      // The ppolicy draft's "locked until an administrator unlocks it".
      ['pwdAccountLockedTime', enabled ? [] : ['000001010000Z']],
      ['memberOf', memberOf],
      ...operational('user', name, user.id, formatTime(user.createdAt), formatTime(user.modifiedAt), 0),
    ],
  };
}

export function describeGroup(
  group: Group,
  name: EntryName,
  members: readonly (string | EntryName)[],
  unit: EntryName,
): Entry {
  const addresses = distinct(group.addresses);
  return {
    ...{ name, parent: unit.id, subtreeEnd: name.id + 1 },
    attributes: [
      classesOf('group'),
      ['cn', [group.name]],
      ['mail', addresses],
      ['proxyAddresses', addresses.map(toProxyAddress)],
      ['description', filled(group.description)],
      ['member', members],
      ...operational('group', name, group.id, formatTime(group.createdAt), formatTime(group.modifiedAt), 0),
    ],
  };
}

function operational(
  kind: EntryKind,
  name: EntryName,
  uuid: string,
  created: string,
  modified: string,
  subordinates: number,
): readonly EntryAttribute[] {
  return [
    ['entryUUID', [uuid.toLowerCase()]],
    ['entryDN', [name]],
    ['createTimestamp', [created]],
    ['modifyTimestamp', [modified]],
    ['structuralObjectClass', [entryClasses[kind].structural]],
    ['subschemaSubentry', [subschemaDn]],
    ['hasSubordinates', [subordinates > 0 ? 'TRUE' : 'FALSE']],
    ['numSubordinates', [String(subordinates)]],
  ];
}

function classesOf(kind: EntryKind): EntryAttribute {
  return ['objectClass', entryClasses[kind].values];
}

function toProxyAddress(address: string, place: number): string {
  return `${place === 0 ? 'SMTP' : 'smtp'}:${address}`;
}

function distinct(values: readonly string[]): readonly string[] {
  return values.length < 2 ? values : [...new Set(values)];
}

function filled(value: string): readonly string[] {
  return value.trim() === '' ? [] : [value];
}

function firstFilled(...values: readonly string[]): string {
  return values.find((value) => value.trim() !== '') ?? '';
}

function earliest({ users, groups }: Directory): Date | undefined {
  let first: Date | undefined;
  for (const entries of [users.values(), groups.values()]) {
    for (const { createdAt } of entries) if (first === undefined || createdAt < first) first = createdAt;
  }
  return first;
}
