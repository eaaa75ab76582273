import type { Directory, Group, User } from '../model.ts';
import type { DirectoryChange } from '../ports/directory-store.ts';
import { findReasonsToHold } from './guard.ts';
import type { Plan, PlanCounts, PlanLine, PlanLineKind, SyncPolicy } from './plan.ts';

export interface PlannedParts {
  readonly current: Directory;
  readonly users: ReadonlyMap<string, User>;
  readonly groups: ReadonlyMap<string, Group>;
  readonly lines: readonly PlanLine[];
  readonly filteredOut: number;
  readonly warnings: readonly string[];
  /** The synchronised users of the source before the plan. */
  readonly before: Iterable<User>;
  readonly policy: SyncPolicy;
}

/** Makes the plan of its parts: what has to be written, the counts, and whether it must wait. */
export function assemblePlan(parts: PlannedParts): Plan {
  const { current, users, groups, lines } = parts;
  const change: DirectoryChange = {
    users: findDifferences(current.users, users),
    groups: findDifferences(current.groups, groups),
  };
  const isEmpty = [change.users, change.groups].every((part) => part.saved.length + part.removedIds.length === 0);
  const counts = countLines(lines, parts);
  return {
    next: { generation: current.generation + (isEmpty ? 0 : 1), users, groups },
    change,
    lines,
    counts,
    warnings: parts.warnings,
    held: findReasonsToHold(counts, parts.before, parts.policy),
    isEmpty,
  };
}

// Unchanged entries are the stored objects themselves.
function findDifferences<Entry extends { readonly id: string }>(
  before: ReadonlyMap<string, Entry>,
  after: ReadonlyMap<string, Entry>,
): { readonly saved: readonly Entry[]; readonly removedIds: readonly string[] } {
  return {
    saved: [...after.values()].filter((entry) => before.get(entry.id) !== entry),
    removedIds: [...before.keys()].filter((id) => !after.has(id)),
  };
}

function countLines(lines: readonly PlanLine[], { users, groups, filteredOut }: PlannedParts): PlanCounts {
  const found = new Map<PlanLineKind, number>();
  for (const { kind } of lines) found.set(kind, (found.get(kind) ?? 0) + 1);
  const count = (kind: PlanLineKind) => found.get(kind) ?? 0;
  return {
    new: count('new'),
    changed: count('changed'),
    disabled: count('disabled'),
    removed: count('removed'),
    returned: count('returned'),
    groupsNew: count('group_new'),
    groupsChanged: count('group_changed'),
    groupsRemoved: count('group_removed'),
    filteredOut,
    users: users.size,
    groups: groups.size,
  };
}
