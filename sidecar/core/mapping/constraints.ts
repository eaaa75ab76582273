import type { Directory } from '../model.ts';
import { compileMapping, evaluateMapping } from './evaluate.ts';
import { compareText, type Verdict } from './judge.ts';
import { isCoveredBy } from './privileges.ts';
import { findOpenings } from './protection.ts';
import type { Constraints, Mapping } from './rules.ts';

/** A constraint that a mapping breaks. */
export interface Breach {
  readonly kind: 'never' | 'atMost' | 'protected';
  /** One line for people; names users and rules, the first few of them. */
  readonly message: string;
  /** Login names, sorted; empty where the rule itself is the breach. */
  readonly users: readonly string[];
  /** The rule that is the breach, if it is one alone. */
  readonly rule: string | undefined;
}

const shownNames = 5;

/**
 * Everything in which the mapping breaks its own constraints for the users of a directory at a time. The users' memberships
 * are those of the directory; what it says of their privileges is not looked at. Every user counts, whatever the state:
 * who is disabled today may be enabled tomorrow.
 */
export function findBreaches(mapping: Mapping, directory: Directory, now: Date): readonly Breach[] {
  const { constraints } = mapping;
  if (constraints === undefined) return [];
  const holders =
    constraints.never.length + constraints.atMost.length === 0 ? [] : listHolders(mapping, directory, now);
  return [
    ...constraints.never.flatMap((names) => findMeetings(names, holders)),
    ...constraints.atMost.flatMap((limit) => findCrowds(limit, holders)),
    ...findOpenings(mapping, directory).map(
      ({ message, rule }): Breach => ({ kind: 'protected', message, users: [], rule }),
    ),
  ];
}

interface Holder {
  readonly login: string;
  readonly verdict: Verdict;
}

function listHolders(mapping: Mapping, directory: Directory, now: Date): readonly Holder[] {
  const compiled = compileMapping(mapping, directory.groups.values(), now);
  return [...directory.users.values()].map((user) => ({ login: user.login, verdict: evaluateMapping(compiled, user) }));
}

function findMeetings(names: Constraints['never'][number], holders: readonly Holder[]): readonly Breach[] {
  const meets = memoize((verdict) => names.filter((name) => holds(verdict, name)).length > 1);
  const users = listLogins(holders, meets);
  if (users.length === 0) return [];
  const message = `${names.join(' and ')} must not meet in one person, and do in ${shorten(users)}`;
  return [{ kind: 'never', message, users, rule: undefined }];
}

function findCrowds({ name, count }: Constraints['atMost'][number], holders: readonly Holder[]): readonly Breach[] {
  const has = memoize((verdict) => holds(verdict, name));
  const users = listLogins(holders, has);
  if (users.length <= count) return [];
  const message = `${name} may be held by ${count} at most, and is by ${users.length}: ${shorten(users)}`;
  return [{ kind: 'atMost', message, users, rule: undefined }];
}

function listLogins(holders: readonly Holder[], isMeant: (verdict: Verdict) => boolean): readonly string[] {
  const meant = holders.filter(({ verdict }) => isMeant(verdict));
  return meant.map(({ login }) => login).sort(compareText);
}

function holds({ privileges, roles }: Verdict, name: string): boolean {
  return roles.includes(name) || privileges.some((privilege) => isCoveredBy(privilege, name));
}

/** Most users share a verdict with many others. */
function memoize(ask: (verdict: Verdict) => boolean): (verdict: Verdict) => boolean {
  const known = new Map<Verdict, boolean>();
  return (verdict) => {
    const answer = known.get(verdict) ?? ask(verdict);
    known.set(verdict, answer);
    return answer;
  };
}

function shorten(names: readonly string[]): string {
  const more = names.length - shownNames;
  return names.slice(0, shownNames).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
