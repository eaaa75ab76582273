import type { Directory, User, UserState } from '../model.ts';
import { compileMapping, evaluateMapping } from './evaluate.ts';
import { heldSinceOf } from './held-since.ts';
import type { Reason } from './judge.ts';
import type { MemberPath } from './paths.ts';
import type { Mapping, Rule } from './rules.ts';
import { isInForce } from './times.ts';
import { createTracer, type RuleTrace } from './trace.ts';

export type { RuleTrace } from './trace.ts';

/** One privilege or role: held when nothing denies it. */
export interface RightTrace {
  readonly kind: 'privilege' | 'role';
  readonly name: string;
  readonly held: boolean;
  readonly byDefault: boolean;
  /** Since when the user has it, as far as that is kept; undefined as well while it is not in force yet. */
  readonly since: Date | undefined;
  /** When the grants in force end that the user has it by; undefined: they do not by themselves. */
  readonly until: Date | undefined;
  readonly grantedBy: readonly RuleTrace[];
  readonly deniedBy: readonly RuleTrace[];
}

/** A rule that the user comes under at another time. */
export interface OtherTimeTrace extends RuleTrace {
  readonly time: 'not_yet' | 'over';
  readonly grant: readonly string[];
  readonly deny: readonly string[];
  readonly roles: readonly string[];
}

/** Every right of a user and where it comes from: plain data, ready to be printed. */
export interface Explanation {
  readonly login: string;
  readonly displayName: string;
  readonly state: UserState;
  readonly addresses: readonly string[];
  readonly groups: readonly { readonly name: string; readonly direct: boolean; readonly path: MemberPath }[];
  readonly rights: readonly RightTrace[];
  readonly otherTimes: readonly OtherTimeTrace[];
}

/** Explains users of one directory under one mapping at one time. */
export interface Explainer {
  explain(user: User): Explanation;
  /** The user's rights that `isAsked` picks, denied ones as well; empty for most users and then cheap. */
  explainRights(user: User, isAsked: (reason: Reason) => boolean): readonly RightTrace[];
}

/**
 * Memberships are taken from the directory; the mapping may be another than the one in force when it was committed.
 */
export function createExplainer(directory: Directory, mapping: Mapping, now: Date): Explainer {
  const tracer = createTracer(directory);
  const compiled = compileMapping(mapping, directory.groups.values(), now);
  const others = mapping.rules.filter((rule) => !isInForce(rule, now));
  const compiledOthers = compileMapping(
    { defaults: [], rules: others.map(({ from: _from, until: _until, ...rule }) => rule) },
    directory.groups.values(),
    now,
  );
  const byName = new Map(mapping.rules.map((rule) => [rule.name, rule]));

  const toTraces = (user: User, names: readonly string[]) =>
    names.flatMap((name) => {
      const rule = byName.get(name);
      return rule === undefined ? [] : tracer.trace(rule, user);
    });
  const toRight = (user: User, { kind, name, byDefault, grantedBy, deniedBy }: Reason): RightTrace => {
    const granters = toTraces(user, grantedBy);
    return {
      kind,
      name,
      held: deniedBy.length === 0,
      byDefault,
      since: deniedBy.length === 0 ? heldSinceOf(user, name) : undefined,
      until: byDefault ? undefined : latestEnd(granters),
      grantedBy: granters,
      deniedBy: toTraces(user, deniedBy),
    };
  };
  const explainRights: Explainer['explainRights'] = (user, isAsked) => {
    const reasons = evaluateMapping(compiled, user).reasons.filter(isAsked);
    return reasons.map((reason) => toRight(user, reason));
  };
  return {
    explainRights,
    explain(user) {
      const paths = tracer.findPaths(user);
      const otherRules = evaluateMapping(compiledOthers, user).rules.flatMap((name) => byName.get(name) ?? []);
      return {
        login: user.login,
        displayName: user.displayName,
        state: user.state,
        addresses: user.addresses,
        groups: user.memberships.flatMap(({ groupId, direct }) => {
          const name = directory.groups.get(groupId)?.name;
          return name === undefined ? [] : { name, direct, path: paths.get(groupId) ?? [] };
        }),
        rights: explainRights(user, () => true),
        otherTimes: otherRules.map((rule) => toOtherTime(rule, tracer.trace(rule, user), now)),
      };
    },
  };
}

/** {@link createExplainer} for one user. */
export function explainUser(directory: Directory, mapping: Mapping, user: User, now: Date): Explanation {
  return createExplainer(directory, mapping, now).explain(user);
}

function latestEnd(granters: readonly RuleTrace[]): Date | undefined {
  let latest: Date | undefined;
  for (const { until } of granters) {
    if (until === undefined) return undefined;
    if (latest === undefined || until > latest) latest = until;
  }
  return latest;
}

function toOtherTime({ grant, deny, roles, from }: Rule, trace: RuleTrace, now: Date): OtherTimeTrace {
  return { ...trace, time: from !== undefined && from > now ? 'not_yet' : 'over', grant, deny, roles };
}
