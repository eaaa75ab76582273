import type { Group, User } from '../model.ts';
import type { DirectoryChange } from '../ports/directory-store.ts';
import { sortBreaches } from './breaches.ts';
import { findRisks } from './guard.ts';
import type { MoveCounter } from './moves.ts';
import type { Plan, PlanCounts, PlanLine, PlanLineKind, ReconcileInput } from './plan.ts';
import type { Warnings } from './warnings.ts';

export interface PlannedParts {
  readonly input: Pick<ReconcileInput, 'current' | 'policy' | 'sourceId' | 'confirmed' | 'mapping' | 'now'>;
  readonly users: ReadonlyMap<string, User>;
  readonly groups: ReadonlyMap<string, Group>;
  readonly lines: readonly PlanLine[];
  readonly moves: MoveCounter;
  readonly filteredOut: number;
  readonly proposedRenames: Plan['proposedRenames'];
  readonly warnings: Warnings;
  /** The users that the plan may change, before it, by login. */
  readonly before: ReadonlyMap<string, User>;
}

/** Makes the plan of its parts: what has to be written, the counts, and whether it must wait. */
export function assemblePlan(parts: PlannedParts): Plan {
  const { users, groups, lines, warnings } = parts;
  const { current, policy, sourceId, confirmed } = parts.input;
  const change: DirectoryChange = {
    users: findDifferences(current.users, users),
    groups: findDifferences(current.groups, groups),
  };
  const isEmpty = [change.users, change.groups].every((part) => part.saved.length + part.removedIds.length === 0);
  const counts = countLines(lines, parts);
  const { moves, before } = parts;
  const next = { generation: current.generation + (isEmpty ? 0 : 1), users, groups };
  const breaches = sortBreaches(parts.input.mapping, next, lines, parts.input.now);
  for (const { message } of breaches.standing) warnings.add(`the mapping breaks its constraints: ${message}`);
  const risks = findRisks({
    ...{ sourceId, lines, counts, moves, before, policy },
    groups: current.groups,
    breaches: breaches.caused,
    doubt: parts.input.mapping.doubt,
  });
  const isConfirmed = risks.hash === confirmed.risk;
  if (!isConfirmed && risks.hash !== undefined && confirmed.risk !== undefined) {
    warnings.add(
      `the plan that was confirmed (${confirmed.risk}) is not this one (${risks.hash}): look at its changes again`,
    );
  }
  return {
    next,
    change,
    lines,
    counts,
    warnings: warnings.list(),
    held: isConfirmed ? [] : risks.reasons,
    riskHash: risks.hash,
    proposedRenames: parts.proposedRenames,
    isEmpty,
  };
}

// Unchanged entries are the stored objects themselves.
function findDifferences<Entry extends { readonly id: string }>(
  before: ReadonlyMap<string, Entry>,
  after: ReadonlyMap<string, Entry>,
): { readonly saved: readonly Entry[]; readonly removedIds: readonly string[] } {
  return {
    saved: after
      .values()
      .filter((entry) => before.get(entry.id) !== entry)
      .toArray(),
    removedIds: before
      .keys()
      .filter((id) => !after.has(id))
      .toArray(),
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
    renamed: count('renamed'),
    groupsNew: count('group_new'),
    groupsChanged: count('group_changed'),
    groupsRemoved: count('group_removed'),
    filteredOut,
    users: users.size,
    groups: groups.size,
  };
}
