import { plainPrivileges } from '../core/mapping/rules.ts';
import type { OverlayBase } from './overlay-base.ts';
import { findMembers, keepMembers } from './overlay-members.ts';
import type { OverlayState } from './overlay-state.ts';
import type { ListName, OverlaidUser } from './overlay-users.ts';

/** A group, privilege or role of the overlay. */
export interface OverlaidList extends ListName {
  /** Its entry below, which is replaced. */
  readonly below: number | undefined;
  /** What is left of the members below: see `keepMembers`. */
  readonly kept: Uint32Array;
  /** DNs of members of the overlay that the entry below does not have. */
  readonly added: readonly string[];
}

interface MemberChange {
  /** Entries of users below. */
  readonly cut: number[];
  readonly added: string[];
}

/**
 * The lists that are not served as they are below, by what they are now. One that nobody is in any more is given with `isGone` where
 * such a one is not served.
 */
export function placeLists(
  base: OverlayBase,
  state: OverlayState,
  users: readonly OverlaidUser[],
  gone: readonly number[],
): readonly (OverlaidList & { readonly isGone: boolean })[] {
  const changes = compareMembers(base, users, gone);
  const names = new Map<string, ListName>();
  for (const { lists } of users) for (const list of lists) names.set(list.dn, list);
  const touched = new Set([...changes.keys(), ...state.stamps.keys()]);
  for (const { id, name } of state.groups.values()) {
    const below = base.findGroup(id);
    const dn = below === undefined ? base.toListDn('groups', name) : base.dnOf(below);
    names.set(dn, { dn, unit: 'groups', label: name });
    touched.add(dn);
  }
  const placed: (OverlaidList & { readonly isGone: boolean })[] = [];
  for (const dn of touched) {
    const below = base.findDn(dn);
    const name = below === undefined ? names.get(dn) : nameOfEntry(base, below);
    // Served for a while only: it came with one delta and went with another.
    if (name === undefined) continue;
    const { cut = [], added = [] } = changes.get(dn) ?? {};
    const kept = below === undefined ? new Uint32Array() : keep(base, below, cut);
    const isKept = name.unit === 'groups' || (name.unit === 'privileges' && isPlain(name.label));
    placed.push({ ...name, below, kept, added, isGone: !isKept && kept.length === 0 && added.length === 0 });
  }
  return placed;
}

function nameOfEntry(base: OverlayBase, id: number): ListName {
  return { dn: base.dnOf(id), unit: base.unitOf(id), label: base.valueOf(id, 'cn') };
}

function isPlain(label: string): boolean {
  return (plainPrivileges as readonly string[]).includes(label);
}

function keep(base: OverlayBase, list: number, cut: readonly number[]): Uint32Array {
  const { records } = base.index;
  // A list's members stand in the order of their ids.
  const dns = cut.toSorted((a, b) => a - b).map((id) => base.dnOf(id));
  return keepMembers(records, findMembers(records, list), dns);
}

/** Who left and who joined, by DN of the list. A user under another DN leaves and joins. */
function compareMembers(
  base: OverlayBase,
  users: readonly OverlaidUser[],
  gone: readonly number[],
): ReadonlyMap<string, MemberChange> {
  const changes = new Map<string, MemberChange>();
  const changeOf = (dn: string): MemberChange => {
    const known = changes.get(dn) ?? { cut: [], added: [] };
    changes.set(dn, known);
    return known;
  };
  const replaced = new Map(users.map((user) => [user.replaced, user]));
  for (const id of gone) {
    const now = new Set(replaced.get(id)?.lists.map(({ dn }) => dn));
    for (const dn of base.valuesOf(id, 'memberOf')) if (!now.has(dn)) changeOf(dn).cut.push(id);
  }
  for (const user of users) {
    const before = new Set(user.replaced === undefined ? [] : base.valuesOf(user.replaced, 'memberOf'));
    for (const { dn } of user.lists) if (!before.has(dn)) changeOf(dn).added.push(user.dn);
  }
  return changes;
}
