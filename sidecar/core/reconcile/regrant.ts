import { compileMapping } from '../mapping/evaluate.ts';
import type { User } from '../model.ts';
import { assemblePlan } from './assemble.ts';
import { createMoveCounter } from './moves.ts';
import type { Plan, PlanLine, ReconcileInput } from './plan.ts';
import { stampFor } from './stamp.ts';
import { regrantUser } from './users.ts';
import { createWarnings } from './warnings.ts';

export type RegrantInput = Pick<ReconcileInput, 'current' | 'mapping' | 'sourceId' | 'policy' | 'confirmed' | 'now'>;

/**
 * What the mapping makes of the directory as it is kept: accounts, groups and memberships stay, privileges and roles of all
 * users, manual ones too, follow the rules in force at `now`. Under the limits of a sync, and a plan with the same risky
 * changes bears the same name as a sync's. Pure: nothing is written.
 */
export function regrant(input: RegrantInput): Plan {
  const { current, mapping, now } = input;
  const warnings = createWarnings();
  const planner = {
    mapping: compileMapping(mapping, current.groups.values(), now),
    stamp: stampFor(current, now),
    nameGroup: (id: string) => current.groups.get(id)?.name ?? id,
  };
  const users = new Map<string, User>();
  const before = new Map<string, User>();
  const lines: PlanLine[] = [];
  for (const stored of current.users.values()) {
    const { user, line } = regrantUser(planner, stored);
    users.set(stored.id, user ?? stored);
    before.set(stored.login, stored);
    if (line !== undefined) lines.push(line);
  }
  return assemblePlan({
    input,
    users,
    groups: current.groups,
    lines: lines.sort((a, b) => (a.address < b.address ? -1 : 1)),
    moves: createMoveCounter(),
    filteredOut: 0,
    proposedRenames: [],
    warnings,
    before,
  });
}
