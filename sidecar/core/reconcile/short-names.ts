import type { User } from '../model.ts';
import { localPartOf } from '../names.ts';
import type { PlanLine } from './plan.ts';

export interface ShortNames {
  readonly before: ReadonlyMap<string, User>;
  readonly after: ReadonlyMap<string, User>;
  /** Of the users of the plan. */
  readonly lines: readonly PlanLine[];
  /** Whose users are planned; others and manual ones pass unchanged, but count as namesakes. */
  readonly sourceId: string;
  readonly stamp: Date;
}

/**
 * The part before the `@` is served as a name of its own while nobody else has it. So a user's entry changes when a namesake
 * comes or goes, though nothing of the account did: such users get the time of the change and a line, or a client that asks
 * for what is newer would miss it.
 */
export function stampShortNames({
  before,
  after,
  lines,
  sourceId,
  stamp,
}: ShortNames): Pick<ShortNames, 'after' | 'lines'> {
  const concerned = before.size === 0 ? new Set<string>() : findMoved(before, after);
  if (concerned.size === 0) return { after, lines };
  const had = countBearers(before, concerned);
  const has = countBearers(after, concerned);
  const told = new Set(lines.map(({ address }) => address));
  const next = new Map(after);
  const more: PlanLine[] = [];
  for (const user of after.values()) {
    if (user.origin !== 'synchronised' || user.sourceId !== sourceId) continue;
    const name = shortNameOf(user);
    const [wasAlone, isAlone] = [had.get(name) === 1, has.get(name) === 1];
    // Whoever is new under the name is stamped as new.
    if (!concerned.has(name) || wasAlone === isAlone || before.get(user.id)?.login !== user.login) continue;
    next.set(user.id, { ...user, modifiedAt: stamp });
    if (told.has(user.login)) continue;
    const [from, to] = [wasAlone ? name : '', isAlone ? name : ''];
    more.push({ kind: 'changed', address: user.login, changes: [{ field: 'short name', from, to }] });
  }
  if (more.length === 0) return { after: next, lines };
  return { after: next, lines: [...lines, ...more].sort((a, b) => (a.address < b.address ? -1 : 1)) };
}

/** Names that somebody has got or lost. */
function findMoved(before: ShortNames['before'], after: ShortNames['after']): ReadonlySet<string> {
  const moved = new Set<string>();
  for (const user of after.values()) {
    const old = before.get(user.id);
    if (old?.login === user.login) continue;
    moved.add(shortNameOf(user));
    if (old !== undefined) moved.add(shortNameOf(old));
  }
  for (const user of before.values()) if (!after.has(user.id)) moved.add(shortNameOf(user));
  return moved;
}

function countBearers(users: ShortNames['before'], names: ReadonlySet<string>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const user of users.values()) {
    const name = shortNameOf(user);
    if (names.has(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

function shortNameOf({ login }: User): string {
  return localPartOf(login).normalize('NFKC').toLowerCase();
}
