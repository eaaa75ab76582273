import type { Group, Membership, User } from '../model.ts';
import type { FieldChange } from './plan.ts';

/** Gives a group's address for its id, as the directory before or after the plan has it. */
export type NameGroup = (groupId: string) => string;

const userTexts = ['login', 'displayName', 'givenName', 'surname', 'description', 'telephoneNumber', 'state'] as const;
const groupTexts = ['displayName', 'description', 'kind'] as const;

/** Differences between two versions of a user in what is served: whether a membership is direct is not. */
export function compareUsers(before: User, after: User, nameGroup: NameGroup): readonly FieldChange[] {
  return [
    ...compareTexts(userTexts, before, after),
    ...compareSets('addresses', before.addresses, after.addresses),
    ...(sameGroups(before, after)
      ? []
      : compareSets('groups', nameGroups(before, nameGroup), nameGroups(after, nameGroup))),
    ...compareSets('privileges', before.privileges, after.privileges),
    ...compareSets('roles', before.roles, after.roles),
  ];
}

/** Differences in what is kept but not served: direct memberships, since when the account is missing, the link of a manual user. */
export function compareUnserved(before: User, after: User, nameGroup: NameGroup): readonly FieldChange[] {
  const since = [before, after].map((user) => user.missingSince?.toISOString() ?? '');
  const [from = '', to = ''] = since;
  return [
    ...(from === to ? [] : [{ field: 'missing since', from, to }]),
    ...(before.passwordOf === after.passwordOf
      ? []
      : [{ field: 'password of', from: before.passwordOf ?? '', to: after.passwordOf ?? '' }]),
    ...(sameList(before.memberships, after.memberships, isSameMembership)
      ? []
      : compareSets('direct groups', nameGroups(before, nameGroup, true), nameGroups(after, nameGroup, true))),
  ];
}

/** Whether there is nothing to store: as most users are at most times, this costs no object. */
export function isSameUser(before: User, after: User): boolean {
  return (
    userTexts.every((field) => before[field] === after[field]) &&
    before.missingSince?.getTime() === after.missingSince?.getTime() &&
    before.facts === after.facts &&
    before.passwordOf === after.passwordOf &&
    sameList(before.addresses, after.addresses, isSameText) &&
    sameList(before.memberships, after.memberships, isSameMembership) &&
    sameList(before.privileges, after.privileges, isSameText) &&
    sameList(before.roles, after.roles, isSameText)
  );
}

/** Differences between two versions of a group in its own fields. */
export function compareGroups(before: Group, after: Group): readonly FieldChange[] {
  return [...compareTexts(groupTexts, before, after), ...compareSets('addresses', before.addresses, after.addresses)];
}

function compareTexts<Field extends string>(
  fields: readonly Field[],
  before: Readonly<Record<Field, string>>,
  after: Readonly<Record<Field, string>>,
): readonly FieldChange[] {
  return fields.flatMap((field) =>
    before[field] === after[field] ? [] : { field, from: before[field], to: after[field] },
  );
}

/** Texts added and removed, whatever their order; nothing when the lists hold the same. */
export function compareSets(
  field: string,
  before: readonly string[],
  after: readonly string[],
): readonly FieldChange[] {
  if (sameList(before, after, isSameText)) return [];
  const had = new Set(before);
  const has = new Set(after);
  const added = [...has].filter((value) => !had.has(value));
  const removed = [...had].filter((value) => !has.has(value));
  return added.length + removed.length === 0 ? [] : [{ field, added, removed }];
}

function nameGroups(user: User, nameGroup: NameGroup, onlyDirect = false): readonly string[] {
  const names = user.memberships.flatMap(({ groupId, direct }) => (direct || !onlyDirect ? nameGroup(groupId) : []));
  // The order of memberships is that of ids, and a new group has another id in the dry run than in the commit.
  return names.sort();
}

/** Whether a user is in the same groups, directly or not. */
export function sameGroups(before: User, after: User): boolean {
  return sameList(before.memberships, after.memberships, (a, b) => a.groupId === b.groupId);
}

const isSameText = (a: string, b: string): boolean => a === b;
const isSameMembership = (a: Membership, b: Membership): boolean => a.groupId === b.groupId && a.direct === b.direct;

function sameList<Item>(
  before: readonly Item[],
  after: readonly Item[],
  isSame: (before: Item, after: Item) => boolean,
): boolean {
  if (before === after) return true;
  if (before.length !== after.length) return false;
  return before.every((item, place) => {
    const other = after[place];
    return other !== undefined && isSame(item, other);
  });
}
