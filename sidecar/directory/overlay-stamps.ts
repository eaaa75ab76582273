import type { User } from '../core/model.ts';
import { formatTime } from './number-values.ts';
import type { OverlayBase } from './overlay-base.ts';
import type { DirectoryDelta } from './overlay-delta.ts';
import { addDelta, type OverlayState } from './overlay-state.ts';
import { createListNaming } from './overlay-users.ts';

/** What is served of a user that its lists depend on. */
interface Standing {
  readonly dn: string;
  readonly lists: ReadonlySet<string>;
}

/** What a state becomes by a delta: each list whose members the delta changes bears its time, unless the delta has the group itself. */
export function advanceState(base: OverlayBase, state: OverlayState, delta: DirectoryDelta): OverlayState {
  const next = addDelta(state, delta);
  const before = createStandings(base, state);
  const after = createStandings(base, next);
  const changed = new Set<string>();
  for (const id of [...delta.users.map((user) => user.id), ...delta.removedUsers]) {
    for (const dn of changedLists(before(id), after(id))) changed.add(dn);
  }
  for (const { name } of delta.groups) changed.delete(base.toListDn('groups', name));
  const published = formatTime(delta.publishedAt);
  const stamps = new Map(state.stamps);
  for (const dn of changed) stamps.set(dn, laterOf(stamps.get(dn), published));
  return { ...next, stamps };
}

/** The later of two times as served: no clock that was set back makes a time go backwards. */
export function laterOf(one: string | undefined, other: string): string {
  return one !== undefined && one > other ? one : other;
}

/**
 * When a user or group last changed, in milliseconds; 0 = there are none. Not merely the later of two times: with a removed user its
 * time goes, and what is told of the users that changed since then would miss those of a clock that was set back.
 * `gone` has the users below that are not served as they are there.
 */
export function latestChangeOf(base: OverlayBase, state: OverlayState, gone: ReadonlySet<number>): number {
  const replaced = new Set([...state.groups.keys()].map((id) => base.findGroup(id)));
  const below = base.latestChange((id) => !gone.has(id) && !replaced.has(id));
  const own = [...state.users.values(), ...state.groups.values()].map(({ modifiedAt }) => modifiedAt.getTime());
  const suffix = `,${base.units.groups.text}`;
  const stamps = [...state.stamps].filter(([dn]) => dn.endsWith(suffix)).map(([, time]) => time);
  return Math.max(0, ...own, ...[...stamps, below ?? []].flat().map(parseServedTime));
}

/** A time that {@link formatTime} wrote, in milliseconds. */
function parseServedTime(time: string): number {
  return Date.parse(time.replace(/^(....)(..)(..)(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

function createStandings(base: OverlayBase, state: OverlayState): (id: string) => Standing | undefined {
  const listsOf = createListNaming(base, state.groups);
  const standingOf = (user: User): Standing => ({
    dn: base.toUserDn(user.login),
    lists: new Set(listsOf(user).map(({ dn }) => dn)),
  });
  return (id) => {
    const own = state.users.get(id);
    if (own !== undefined) return standingOf(own);
    const below = state.removedUsers.has(id) ? undefined : base.findUser(id);
    if (below === undefined) return undefined;
    return { dn: base.dnOf(below), lists: new Set(base.valuesOf(below, 'memberOf')) };
  };
}

function changedLists(before: Standing | undefined, after: Standing | undefined): ReadonlySet<string> {
  const [was, is] = [before?.lists ?? new Set<string>(), after?.lists ?? new Set<string>()];
  return before?.dn === after?.dn ? was.symmetricDifference(is) : was.union(is);
}
