import { DomainError } from '../core/errors.ts';
import { type CompiledMapping, compileMapping, evaluateMapping, type UserFacts } from '../core/mapping/evaluate.ts';
import type { Expectation } from '../core/mapping/expectation.ts';
import type { Verdict } from '../core/mapping/judge.ts';
import { isCoveredBy } from '../core/mapping/privileges.ts';
import type { Mapping } from '../core/mapping/rules.ts';
import type { Directory } from '../core/model.ts';
import { findUser } from './find-user.ts';
import { stateUsers } from './stated-users.ts';

export interface MappingTestResult {
  readonly name: string;
  /** What was otherwise than expected, one line each; empty: passed. */
  readonly failures: readonly string[];
}

/** Asks a mapping about each expectation, in their order. Somebody whom the directory does not know is a failure. */
export function testMappings(
  directory: Directory,
  mapping: Mapping,
  expectations: readonly Expectation[],
  now: Date,
): readonly MappingTestResult[] {
  const stated = stateUsers(directory, expectations);
  const roles = new Set(mapping.rules.flatMap((rule) => rule.roles));
  const compiled = new Map<number, CompiledMapping>();
  const compileAt = (time: Date) => {
    const known = compiled.get(time.getTime()) ?? compileMapping(mapping, stated.groups, time);
    compiled.set(time.getTime(), known);
    return known;
  };
  return expectations.map((expectation) => {
    const { name, forbid } = expectation;
    const unknown = forbid.roles
      .filter((role) => !roles.has(role))
      .map((role) => `forbids the role ${role}, which no rule gives: is it spelt right?`);
    const facts = factsOf(expectation, directory, stated.factsOf);
    if (typeof facts === 'string') return { name, failures: [...unknown, facts] };
    const verdict = evaluateMapping(compileAt(expectation.at ?? now), facts);
    return { name, failures: [...unknown, ...compare(expectation, verdict)] };
  });
}

/** What is asked about, or why it cannot be. */
function factsOf(
  expectation: Expectation,
  directory: Directory,
  statedFactsOf: (expectation: Expectation) => UserFacts | undefined,
): UserFacts | string {
  const { subject } = expectation;
  if (subject.kind === 'user') {
    try {
      return findUser(directory, subject.name);
    } catch (error) {
      if (error instanceof DomainError) return error.message;
      throw error;
    }
  }
  const facts = statedFactsOf(expectation);
  if (facts === undefined) throw new TypeError(`the user that "${expectation.name}" states was not made`);
  return facts;
}

function compare({ expect, forbid }: Expectation, verdict: Verdict): readonly string[] {
  const { privileges, roles } = verdict;
  const lacks = (kind: string, wanted: readonly string[], held: readonly string[]) =>
    wanted.filter((name) => !held.includes(name)).map((name) => `lacks the ${kind} ${name}${causeOf(verdict, name)}`);
  const has = (kind: string, name: string) => `has the ${kind} ${name}${causeOf(verdict, name)}`;
  return [
    ...lacks('privilege', expect.privileges, privileges),
    ...lacks('role', expect.roles, roles),
    ...privileges
      .filter((name) => forbid.privileges.some((forbidden) => isCoveredBy(name, forbidden)))
      .map((name) => has('privilege', name)),
    ...roles.filter((name) => forbid.roles.includes(name)).map((name) => has('role', name)),
  ];
}

function causeOf({ reasons }: Verdict, name: string): string {
  const reason = reasons.find((each) => each.name === name);
  if (reason === undefined) return ': no rule that applies grants it';
  const rules = (verb: string, names: readonly string[]) => `${verb} ${names.map((each) => `"${each}"`).join(', ')}`;
  if (reason.deniedBy.length > 0) return `: ${rules('denied by', reason.deniedBy)}`;
  const causes = [...(reason.byDefault ? ['by default'] : [])];
  if (reason.grantedBy.length > 0) causes.push(rules('by', reason.grantedBy));
  return `: ${causes.join(' and ')}`;
}
