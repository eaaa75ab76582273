import type { Rule } from '../core/mapping/rules.ts';
import { quote } from './faults.ts';
import { readConditions } from './mapping-condition.ts';
import { type PlacedText, type Report, readFields, readLine, readText, toTexts } from './mapping-fields.ts';
import { mappingKeys, mappingLimits } from './mapping-keys.ts';
import { readPrivileges, readRoles } from './mapping-names.ts';
import type { ParseTime } from './mapping-times.ts';
import type { Place, Raw } from './raw.ts';

/** A rule and where it stands. */
export interface PlacedRule {
  readonly rule: Rule;
  readonly at: Place;
  readonly deny: readonly PlacedText[];
}

/** Reads the list of rules. Everything wrong is reported; what is right is given all the same. */
export function readRules(raw: Raw, parseTime: ParseTime, report: Report): readonly PlacedRule[] {
  if (raw.kind === 'nothing' || raw.kind === 'reported') return [];
  if (raw.kind !== 'list') {
    report(raw.at, 'rules must be a list: begin each rule with "- name: …"');
    return [];
  }
  return raw.items.flatMap((item) => readRule(item, parseTime, report) ?? []);
}

function readRule(raw: Raw, parseTime: ParseTime, report: Report): PlacedRule | undefined {
  const fields = readFields(raw, 'a rule', mappingKeys.rule, report);
  if (raw.kind !== 'map') return undefined;
  const nameField = fields.get('name');
  if (nameField === undefined) readText(undefined, 'name of a rule', raw.at, report);
  const name = readLine(nameField, 'name of a rule', mappingLimits.nameLength, report);
  const when = readConditions(fields.get('when'), raw.at, report);
  const deny = readPrivileges(fields.get('deny'), 'deny', report);
  const effects = {
    grant: toTexts(readPrivileges(fields.get('grant'), 'grant', report)),
    deny: toTexts(deny),
    roles: toTexts(readRoles(fields.get('roles'), 'roles', report)),
  };
  if (!(['grant', 'deny', 'roles'] as const).some((effect) => fields.has(effect))) {
    report(raw.at, 'this rule does nothing: give it grant, deny or roles');
  }
  const from = readTime(fields.get('from'), 'from', parseTime, report);
  const until = readTime(fields.get('until'), 'until', parseTime, report);
  if (from !== undefined && until !== undefined && until <= from) {
    report(fields.get('until')?.at ?? raw.at, 'until must be later than from: it is the first moment without the rule');
  }
  const reason = readLine(fields.get('reason'), 'reason', mappingLimits.reasonLength, report);
  if (name === undefined || when.length === 0) return undefined;
  const [only] = when;
  const rule: Rule = {
    name,
    when: when.length === 1 && only !== undefined ? only : when,
    ...effects,
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
    ...(reason === undefined ? {} : { reason }),
  };
  return { rule, at: nameField?.at ?? raw.at, deny };
}

function readTime(raw: Raw | undefined, what: string, parseTime: ParseTime, report: Report): Date | undefined {
  if (raw === undefined) return undefined;
  const text = readText(raw, what, raw.at, report);
  if (text === undefined) return undefined;
  const time = parseTime(text.text);
  if (time === undefined) {
    report(
      text.at,
      `${quote(text.text)} is no date for ${what}; write 2026-12-01 (it begins at 00:00), 2026-12-01T14:30, or 2026-12-01T14:30+01:00`,
    );
  }
  return time;
}
