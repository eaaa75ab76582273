import { parseGroupPattern } from '../core/mapping/glob.ts';
import { parsePrivilege, parseRole } from '../core/mapping/privileges.ts';
import { archivePrivileges, plainPrivileges, type Rule } from '../core/mapping/rules.ts';
import { quote } from './faults.ts';
import { type PlacedText, parseTexts, type Report, readFields, readText, readTexts } from './mapping-fields.ts';
import { didYouMean } from './nearest.ts';
import type { Place, Raw } from './raw.ts';

const maxNameLength = 200;

/** A rule and where it stands. */
export interface PlacedRule {
  readonly rule: Rule;
  readonly at: Place;
  readonly deny: readonly PlacedText[];
}

/** What one mapping file says. */
export interface MappingDocument {
  /** Undefined when the file says nothing about defaults. */
  readonly defaults: { readonly grant: readonly string[]; readonly at: Place } | undefined;
  readonly rules: readonly PlacedRule[];
}

/** Turns a file's content into rules. Everything wrong is reported; what is right is given all the same. */
export function readMappingDocument(raw: Raw, report: Report): MappingDocument {
  const fields = readFields(raw, 'a mapping file', ['version', 'defaults', 'rules'], report);
  const version = fields.get('version');
  if (raw.kind === 'map' && (version?.kind !== 'text' || version.text !== '1')) {
    report(version?.at ?? raw.at, 'version must be 1: write "version: 1" at the top of the file');
  }
  const rules = fields.get('rules');
  return {
    defaults: readDefaults(fields.get('defaults'), report),
    rules: rules === undefined ? [] : readRules(rules, report),
  };
}

function readDefaults(raw: Raw | undefined, report: Report): MappingDocument['defaults'] {
  if (raw === undefined) return undefined;
  const grant = readFields(raw, 'defaults', ['grant'], report).get('grant');
  if (raw.kind === 'map' && grant === undefined) report(raw.at, 'defaults must hold grant, such as grant: [LogOn]');
  return { grant: readPrivileges(grant, 'defaults.grant', report).map(({ text }) => text), at: raw.at };
}

function readRules(raw: Raw, report: Report): readonly PlacedRule[] {
  if (raw.kind === 'nothing' || raw.kind === 'reported') return [];
  if (raw.kind !== 'list') {
    report(raw.at, 'rules must be a list: begin each rule with "- name: …"');
    return [];
  }
  return raw.items.flatMap((item) => readRule(item, report) ?? []);
}

function readRule(raw: Raw, report: Report): PlacedRule | undefined {
  const fields = readFields(raw, 'a rule', ['name', 'when', 'grant', 'deny', 'roles'], report);
  if (raw.kind !== 'map') return undefined;
  const name = readText(fields.get('name'), 'name of a rule', raw.at, report);
  if (name !== undefined && name.text.length > maxNameLength) {
    report(name.at, `name of a rule has more than ${maxNameLength} characters`);
  }
  const group = readCondition(fields.get('when'), raw.at, report);
  const grant = readPrivileges(fields.get('grant'), 'grant', report);
  const deny = readPrivileges(fields.get('deny'), 'deny', report);
  const roles = parseTexts(readTexts(fields.get('roles'), 'roles', '[auditor]', report), parseRole, noRole, report);
  if (!(['grant', 'deny', 'roles'] as const).some((effect) => fields.has(effect))) {
    report(raw.at, 'this rule does nothing: give it grant, deny or roles');
  }
  if (name === undefined || group === undefined) return undefined;
  const toTexts = (placed: readonly PlacedText[]) => [...new Set(placed.map(({ text }) => text))];
  const rule: Rule = {
    name: name.text.trim().normalize('NFC'),
    when: { group },
    grant: toTexts(grant),
    deny: toTexts(deny),
    roles: toTexts(roles),
  };
  return { rule, at: name.at, deny };
}

function readCondition(raw: Raw | undefined, at: Place, report: Report): string | undefined {
  if (raw === undefined) {
    report(at, 'this rule does not say when it applies: give it when, such as when: { group: staff@example.com }');
    return undefined;
  }
  const fields = readFields(raw, 'when', ['group'], report);
  if (raw.kind !== 'map') return undefined;
  const group = readText(fields.get('group'), 'when.group', raw.at, report);
  if (group === undefined) return undefined;
  const pattern = parseGroupPattern(group.text);
  if (pattern === undefined) {
    report(
      group.at,
      `${quote(group.text)} is no address of a group and no pattern for one; write staff@example.com, or legal-*@example.com, ` +
        'where * stands for any characters',
    );
  }
  return pattern;
}

function readPrivileges(raw: Raw | undefined, what: string, report: Report): readonly PlacedText[] {
  return parseTexts(readTexts(raw, what, '[LogOn, ReadOwnArchive]', report), parsePrivilege, noPrivilege, report);
}

function noPrivilege(text: string): string {
  const [right = ''] = text.split(':');
  if (archivePrivileges.some((known) => known === right)) {
    return `${quote(text)} names no archive; write ${right}:bob@example.com, ${right}:group:staff@example.com or "${right}:*"`;
  }
  const known = [...plainPrivileges, ...archivePrivileges.map((name) => `${name}:…`)];
  const near = didYouMean(right, [...plainPrivileges, ...archivePrivileges]);
  return `unknown privilege ${quote(text)}${near || `; known are ${known.join(', ')}`}`;
}

function noRole(text: string): string {
  return (
    `${quote(text)} cannot be a role: up to 64 letters, digits, spaces, ".", "_" and "-", beginning with a letter or digit, and ` +
    'not the name of a privilege'
  );
}
