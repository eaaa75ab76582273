import type { Group, User } from '../model.ts';
import type { FieldChange } from './plan.ts';

/** Gives a group's address for its id, as the directory before or after the plan has it. */
export type NameGroup = (groupId: string) => string;

const userTexts = ['displayName', 'givenName', 'surname', 'description', 'telephoneNumber', 'state'] as const;
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

/** Differences in what is kept but not served: which of the memberships are direct, and since when the account is missing. */
export function compareUnserved(before: User, after: User, nameGroup: NameGroup): readonly FieldChange[] {
  const since = [before, after].map((user) => user.missingSince?.toISOString() ?? '');
  const [from = '', to = ''] = since;
  return [
    ...(from === to ? [] : [{ field: 'missing since', from, to }]),
    ...(sameDirectness(before, after)
      ? []
      : compareSets('direct groups', nameGroups(before, nameGroup, true), nameGroups(after, nameGroup, true))),
  ];
}

/** How the effective members of groups change when a user's memberships do: +1 joins, -1 leaves. */
export function countMoves(before: User | undefined, after: User | undefined, move: (id: string, by: 1 | -1) => void) {
  if (before !== undefined && after !== undefined && sameGroups(before, after)) return;
  const had = new Set(before?.memberships.map((membership) => membership.groupId));
  const has = new Set(after?.memberships.map((membership) => membership.groupId));
  for (const id of has) if (!had.has(id)) move(id, 1);
  for (const id of had) if (!has.has(id)) move(id, -1);
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
  if (sameList(before, after, (a, b) => a === b)) return [];
  const had = new Set(before);
  const has = new Set(after);
  const added = [...has].filter((value) => !had.has(value));
  const removed = [...had].filter((value) => !has.has(value));
  return added.length + removed.length === 0 ? [] : [{ field, added, removed }];
}

function nameGroups(user: User, nameGroup: NameGroup, onlyDirect = false): readonly string[] {
  return user.memberships.flatMap(({ groupId, direct }) => (direct || !onlyDirect ? nameGroup(groupId) : []));
}

function sameGroups(before: User, after: User): boolean {
  return sameList(before.memberships, after.memberships, (a, b) => a.groupId === b.groupId);
}

function sameDirectness(before: User, after: User): boolean {
  return sameList(before.memberships, after.memberships, (a, b) => a.groupId === b.groupId && a.direct === b.direct);
}

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
