import type { AccountFacts, User } from '../model.ts';
import { domainOf } from '../names.ts';
import { judge, type Verdict } from './judge.ts';
import { type ConditionFacts, compileCondition, createGroupFinder, type NamedGroup } from './match.ts';
import { conditionsOf, type Mapping, type Rule } from './rules.ts';
import { isInForce } from './times.ts';

/** What a mapping asks about a user; a `User` has it all. */
export interface UserFacts extends ConditionFacts {
  /** The defaults are for synchronised users. */
  readonly origin: User['origin'];
  readonly facts: Pick<AccountFacts, 'admin' | 'defaultsGiven'>;
}

/** A rule that a user may come under. */
interface Candidate {
  /** Index into `rules`. */
  readonly rule: number;
  /** Undefined: it needs no more than being found. */
  readonly holds: ((facts: ConditionFacts) => boolean) | undefined;
}

/** A mapping made ready for the groups of one directory and one moment: see {@link compileMapping}. */
export interface CompiledMapping {
  readonly mapping: Mapping;
  /** Those in force. */
  readonly rules: readonly Rule[];
  readonly byGroup: ReadonlyMap<string, readonly Candidate[]>;
  readonly byAddress: ReadonlyMap<string, readonly Candidate[]>;
  readonly byDomain: ReadonlyMap<string, readonly Candidate[]>;
  /** Rules that every user has to be asked about. */
  readonly general: readonly Candidate[];
  /** Verdicts by the rules that matched, for there are far fewer of these than users. */
  readonly verdicts: Map<string, Verdict>;
}

/** A mapping that tells most users apart must not keep a verdict for each. */
const maxVerdicts = 20_000;

/**
 * Matches all rules against all groups once, so that evaluating a user costs little more than a look at the memberships.
 * Rules that are not in force at `now` are left out: compile anew when `nextChangeAt` is reached.
 */
export function compileMapping(mapping: Mapping, groups: Iterable<NamedGroup>, now: Date): CompiledMapping {
  const rules = mapping.rules.filter((rule) => isInForce(rule, now));
  const findGroups = createGroupFinder(groups);
  const byGroup = new Map<string, Candidate[]>();
  const byAddress = new Map<string, Candidate[]>();
  const byDomain = new Map<string, Candidate[]>();
  const general: Candidate[] = [];
  for (const [rule, { when }] of rules.entries()) {
    for (const condition of conditionsOf({ when })) {
      const { anchor, holds } = compileCondition(condition, findGroups);
      const candidate: Candidate = { rule, holds: anchor.exact ? undefined : holds };
      if (anchor.kind === 'everybody') general.push(candidate);
      else if (anchor.kind === 'groups') enter(byGroup, anchor.ids, candidate);
      else enter(anchor.kind === 'addresses' ? byAddress : byDomain, new Set(anchor.names), candidate);
    }
  }
  return { mapping, rules, byGroup, byAddress, byDomain, general, verdicts: new Map() };
}

/** Applies every rule that matches. A denial beats any grant; the order of rules does not matter. */
export function evaluateMapping(compiled: CompiledMapping, facts: UserFacts): Verdict {
  const matched = matchRules(compiled, facts).sort((a, b) => a - b);
  const defaults = defaultsOf(compiled.mapping, facts);
  // Names of privileges hold no line feed.
  const key = `${matched.join()}${defaults === compiled.mapping.defaults ? '' : `\n${defaults.join('\n')}`}`;
  const known = compiled.verdicts.get(key);
  if (known !== undefined) return known;
  const rules = matched.flatMap((rule) => compiled.rules[rule] ?? []);
  const verdict = judge(defaults, rules);
  if (compiled.verdicts.size >= maxVerdicts) compiled.verdicts.clear();
  compiled.verdicts.set(key, verdict);
  return verdict;
}

/** Indexes of the rules in force that the user comes under, each once, in no order. */
function matchRules(compiled: CompiledMapping, facts: ConditionFacts): number[] {
  const matched: number[] = [];
  // Far quicker than a set, which would be asked a hundred times per user.
  const isMatched = new Uint8Array(compiled.rules.length);
  const ask = (candidates: readonly Candidate[] | undefined) => {
    if (candidates === undefined) return;
    for (const { rule, holds } of candidates) {
      if (isMatched[rule] === 1 || (holds !== undefined && !holds(facts))) continue;
      isMatched[rule] = 1;
      matched.push(rule);
    }
  };
  for (const { groupId } of facts.memberships) ask(compiled.byGroup.get(groupId));
  if (compiled.byAddress.size > 0) for (const address of facts.addresses) ask(compiled.byAddress.get(address));
  if (compiled.byDomain.size > 0) ask(compiled.byDomain.get(domainOf(facts.login)));
  ask(compiled.general);
  return matched;
}

function defaultsOf(mapping: Mapping, { origin, facts }: UserFacts): readonly string[] {
  if (origin === 'manual') return noDefaults;
  return mapping.newUsersOnly === true ? (facts.defaultsGiven ?? mapping.defaults) : mapping.defaults;
}

const noDefaults: readonly string[] = [];

function enter(index: Map<string, Candidate[]>, names: Iterable<string>, candidate: Candidate): void {
  for (const name of names) {
    const candidates = index.get(name);
    if (candidates === undefined) index.set(name, [candidate]);
    else candidates.push(candidate);
  }
}
