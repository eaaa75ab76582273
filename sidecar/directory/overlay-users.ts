import type { User } from '../core/model.ts';
import { foldLocalPart, type ListUnit, type OverlayBase } from './overlay-base.ts';
import type { OverlayState } from './overlay-state.ts';

/** A group, privilege or role by name, whether served already or not. */
export interface ListName {
  readonly dn: string;
  readonly unit: ListUnit;
  readonly label: string;
}

/** A user of the overlay and what it is against the block below. */
export interface OverlaidUser {
  readonly user: User;
  readonly dn: string;
  /** Its entry below, under whatever DN. */
  readonly below: number | undefined;
  /** Its id, where the entry below has the same DN and is replaced. */
  readonly replaced: number | undefined;
  readonly lists: readonly ListName[];
}

/** Names the lists that users are in, in the order of `memberOf`: groups, privileges, roles. */
export function createListNaming(
  base: OverlayBase,
  groups: OverlayState['groups'],
): (user: User) => readonly ListName[] {
  const known = new Map<string, ListName | undefined>();
  const nameOf = (unit: ListUnit, label: string): ListName => ({ unit, label, dn: base.toListDn(unit, label) });
  const findGroup = (id: string): ListName | undefined => {
    const own = groups.get(id);
    if (own !== undefined) return nameOf('groups', own.name);
    const below = base.findGroup(id);
    return below === undefined ? undefined : nameOf('groups', base.valueOf(below, 'cn'));
  };
  const groupOf = (id: string) => {
    if (!known.has(id)) known.set(id, findGroup(id));
    return known.get(id);
  };
  const sorted = (names: readonly string[]) => [...new Set(names)].sort();
  return ({ memberships, privileges, roles }) => [
    // A membership of a group that is not served names no entry.
    ...[...new Set(memberships.map(({ groupId }) => groupOf(groupId)))]
      .filter((list) => list !== undefined)
      .sort((a, b) => (a.label < b.label ? -1 : 1)),
    ...sorted(privileges).map((label) => nameOf('privileges', label)),
    ...sorted(roles).map((label) => nameOf('roles', label)),
  ];
}

/** The users of a state in order of login. */
export function placeUsers(
  base: OverlayBase,
  { users }: OverlayState,
  listsOf: (user: User) => readonly ListName[],
): readonly OverlaidUser[] {
  return [...users.values()]
    .sort((a, b) => (a.login < b.login ? -1 : 1))
    .map((user) => {
      const dn = base.toUserDn(user.login);
      const below = base.findUser(user.id);
      const replaced = below !== undefined && base.dnOf(below) === dn ? below : undefined;
      return { user, dn, below, replaced, lists: listsOf(user) };
    });
}

/** What becomes of local parts that users of the overlay have now, or had. */
export interface ShortNames {
  /** Folded: those whose holders are known here, and those of them that several users have. */
  readonly settled: ReadonlySet<string>;
  readonly shared: ReadonlySet<string>;
  /** Users that the overlay would not hold otherwise: their local part became unique, or is so no longer. */
  readonly changed: ReadonlyMap<number, string | undefined>;
}

/** `gone` has the entries below that are no longer served as they are there. */
export function settleShortNames(
  base: OverlayBase,
  users: readonly OverlaidUser[],
  gone: ReadonlySet<number>,
): ShortNames {
  const uses = new Map<string, number>();
  for (const id of gone) uses.set(foldLocalPart(base.valueOf(id, 'uid')), 0);
  for (const { user } of users) {
    const name = foldLocalPart(user.login);
    uses.set(name, (uses.get(name) ?? 0) + 1);
  }
  const shared = new Set<string>();
  const changed = new Map<number, string | undefined>();
  for (const [name, own] of uses) {
    const others = base.findByLocalPart(name, 2, (id) => !gone.has(id));
    if (own + others.length > 1) shared.add(name);
    const [only] = others;
    // Of two that stay as they are neither had it to itself.
    if (only === undefined || others.length > 1) continue;
    const login = base.valueOf(only, 'uid');
    const shortName = own === 0 ? login.slice(0, login.lastIndexOf('@')) : undefined;
    if (base.valuesOf(only, 'sAMAccountName')[0] !== shortName) changed.set(only, shortName);
  }
  return { settled: new Set(uses.keys()), shared, changed };
}
