import type { Directory, User } from '../model.ts';
import { describeCondition } from './describe.ts';
import {
  type CompiledCondition,
  compileCondition,
  createGroupFinder,
  type FindGroups,
  groupPatternsOf,
} from './match.ts';
import { createPathFinder, type FindPaths, isBetterPath, type MemberPath } from './paths.ts';
import { type Condition, conditionsOf, type Rule } from './rules.ts';

/** A rule that applies to a user, and why. */
export interface RuleTrace {
  readonly rule: string;
  /** For each group that the rule asks for, the shortest way from one that fits down to the user. */
  readonly paths: readonly MemberPath[];
  /** The condition of the rule that holds, part by part: `domain example.com`. */
  readonly because: readonly string[];
  readonly from: Date | undefined;
  readonly until: Date | undefined;
  readonly reason: string | undefined;
}

/** Says why rules apply to users of one directory. */
export interface Tracer {
  readonly findPaths: FindPaths;
  /** Of several conditions that hold, the first speaks. */
  trace(rule: Rule, user: User): RuleTrace;
}

export function createTracer(directory: Directory): Tracer {
  const findGroups = createGroupFinder(directory.groups.values());
  const findPaths = createPathFinder(directory);
  const compiled = new Map<Condition, CompiledCondition>();
  const holds = (condition: Condition, user: User) => {
    const known = compiled.get(condition) ?? compileCondition(condition, findGroups);
    compiled.set(condition, known);
    return known.holds(user);
  };
  return {
    findPaths,
    trace(rule, user) {
      const { name, from, until, reason } = rule;
      const condition = conditionsOf(rule).find((each) => holds(each, user));
      return {
        rule: name,
        paths: condition === undefined ? [] : pathsOf(condition, user, findGroups, findPaths),
        because: condition === undefined ? [] : describeCondition(condition),
        from,
        until,
        reason,
      };
    },
  };
}

function pathsOf(
  condition: Condition,
  user: User,
  findGroups: FindGroups,
  findPaths: FindPaths,
): readonly MemberPath[] {
  const asked = groupPatternsOf(condition);
  if (asked.length === 0) return [];
  const paths = findPaths(user);
  return asked.flatMap((patterns) => {
    let best: MemberPath | undefined;
    for (const { groupId } of user.memberships) {
      const path = paths.get(groupId);
      if (path === undefined || !patterns.some((pattern) => findGroups(pattern).has(groupId))) continue;
      if (best === undefined || isBetterPath(path, best)) best = path;
    }
    return best === undefined ? [] : [best];
  });
}
