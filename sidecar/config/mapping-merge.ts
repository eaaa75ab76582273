import { parsePrivilege } from '../core/mapping/privileges.ts';
import { type Constraints, type Mapping, plainPrivileges } from '../core/mapping/rules.ts';
import { quote } from './faults.ts';
import type { MappingDocument } from './mapping-document.ts';
import { type Report, toTexts } from './mapping-fields.ts';
import type { PlacedRule } from './mapping-rule.ts';
import { didYouMean } from './nearest.ts';
import type { Place } from './raw.ts';

const maxRules = 10_000;

/** Granted when no mapping file says anything about defaults. */
export const standardDefaults: readonly string[] = ['LogOn', 'ReadOwnArchive'];

/** Puts the files together: order does not matter. What two files may not both say is reported with both places. */
export function mergeDocuments(documents: readonly MappingDocument[], report: Report): Mapping {
  const rules = mergeRules(documents, report);
  const constraints = mergeConstraints(documents, report);
  return {
    ...mergeDefaults(documents, report),
    rules: rules.map(({ rule }) => rule),
    ...(constraints === undefined ? {} : { constraints }),
  };
}

function mergeRules(documents: readonly MappingDocument[], report: Report): readonly PlacedRule[] {
  const rules = documents.flatMap((document) => document.rules);
  const last = rules[maxRules];
  if (last !== undefined) report(last.at, `more than ${maxRules} rules; grant to fewer, larger groups`);
  const places = new Map<string, Place>();
  for (const { rule, at } of rules) {
    const first = places.get(rule.name);
    if (first === undefined) places.set(rule.name, at);
    else report(at, `a rule ${quote(rule.name)} is there already, at ${first}; give one of them another name`);
  }
  return rules;
}

function mergeDefaults(
  documents: readonly MappingDocument[],
  report: Report,
): Pick<Mapping, 'defaults' | 'newUsersOnly'> {
  const stated = documents.flatMap((document) => document.defaults ?? []);
  const [first, ...others] = stated;
  for (const { at } of others) report(at, `defaults are stated already, at ${first?.at}; state them in one file`);
  return {
    defaults: first?.grant ?? standardDefaults,
    ...(first?.newUsersOnly === true ? { newUsersOnly: true } : {}),
  };
}

function mergeConstraints(documents: readonly MappingDocument[], report: Report): Constraints | undefined {
  const all = documents.map((document) => document.constraints);
  const limits = new Map<string, { readonly count: number; readonly at: Place }>();
  for (const { name, count, at } of all.flatMap((each) => each.atMost)) {
    const first = limits.get(name);
    if (first === undefined) limits.set(name, { count, at });
    else report(at, `atMost of ${name} is stated already, at ${first.at}; state it once`);
  }
  const constraints: Constraints = {
    never: all.flatMap((each) => each.never.map((set) => set.map(({ name }) => name))),
    atMost: [...limits].map(([name, { count }]) => ({ name, count })),
    protected: toTexts(all.flatMap((each) => each.protected)),
  };
  const isEmpty = Object.values(constraints).every((part) => part.length === 0);
  return isEmpty ? undefined : constraints;
}

/** Denials of one archive that a grant of all, or of a group's, archives makes vain: such a grant is never cut up. */
export function findVainDenials({ defaults, rules }: Mapping, placed: readonly PlacedRule[]): readonly string[] {
  const wide = new Map<string, string>();
  for (const { grant, name } of [{ grant: defaults, name: 'defaults' }, ...rules]) {
    for (const privilege of grant) {
      const [right = '', whose = ''] = privilege.split(':');
      if (whose === '*' || whose === 'group') wide.set(right, `${privilege} (${name})`);
    }
  }
  return placed.flatMap(({ deny }) =>
    deny.flatMap(({ text, at }) => {
      const [right = '', whose = ''] = text.split(':');
      const wider = wide.get(right);
      if (wider === undefined || whose === '' || whose === '*' || wider.startsWith(`${text} `)) return [];
      return [`${at}: denying ${text} takes nothing away from who is granted ${wider}`];
    }),
  );
}

/** Names in constraints that are neither a privilege nor a role of any rule: slips of the pen that would guard nothing. */
export function findIdleConstraints(
  { rules, constraints }: Mapping,
  documents: readonly MappingDocument[],
): readonly string[] {
  if (constraints === undefined) return [];
  const roles = new Set(rules.flatMap((rule) => rule.roles));
  const named = documents.flatMap(({ constraints: { never, atMost } }) => [...never.flat(), ...atMost]);
  return named.flatMap(({ name, at }) => {
    if (parsePrivilege(name) !== undefined || roles.has(name)) return [];
    return [
      `${at}: no rule gives the role ${quote(name)}: the constraint guards nothing${didYouMean(name, [...plainPrivileges, ...roles])}`,
    ];
  });
}
