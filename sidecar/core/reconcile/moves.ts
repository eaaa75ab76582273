import type { User } from '../model.ts';
import { sameGroups } from './changes.ts';

/** Users who join and leave one group with the plan, as its served list of members shows them: by their names. */
export interface Moves {
  joined: number;
  left: number;
  /** Logins of those who were there and are a member no more: not who was missing anyway, nor who goes on under another name. */
  readonly leavers: string[];
}

/** Counts, group by group, what a plan does to memberships. */
export interface MoveCounter {
  /** One user before and after the plan; undefined: not served. */
  count(before: User | undefined, after: User | undefined): void;
  /** An entry that another one takes the place of. */
  countReplaced(before: User): void;
  of(groupId: string): Moves | undefined;
  all(): ReadonlyMap<string, Moves>;
}

export function createMoveCounter(): MoveCounter {
  const moves = new Map<string, Moves>();
  const open = (id: string): Moves => {
    const known = moves.get(id);
    if (known !== undefined) return known;
    const fresh: Moves = { joined: 0, left: 0, leavers: [] };
    moves.set(id, fresh);
    return fresh;
  };
  const leave = (before: User, groupId: string) => {
    open(groupId).left += 1;
    if (before.state !== 'missing') open(groupId).leavers.push(before.login);
  };
  return {
    count(before, after) {
      if (before === after) return;
      if (before === undefined || after === undefined) {
        if (before !== undefined) for (const { groupId } of before.memberships) leave(before, groupId);
        for (const { groupId } of after?.memberships ?? []) open(groupId).joined += 1;
        return;
      }
      const isRenamed = before.login !== after.login;
      if (!isRenamed && sameGroups(before, after)) return;
      const had = new Set(before.memberships.map(({ groupId }) => groupId));
      const has = new Set(after.memberships.map(({ groupId }) => groupId));
      for (const id of has) if (isRenamed || !had.has(id)) open(id).joined += 1;
      for (const id of had) {
        if (!has.has(id)) leave(before, id);
        else if (isRenamed) open(id).left += 1;
      }
    },
    countReplaced(before) {
      for (const { groupId } of before.memberships) open(groupId).left += 1;
    },
    of: (groupId) => moves.get(groupId),
    all: () => moves,
  };
}
