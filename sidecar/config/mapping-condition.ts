import { parseAddressPattern, parseDomainPattern, parseTextPattern } from '../core/mapping/glob.ts';
import type { Condition } from '../core/mapping/rules.ts';
import type { AdminKind } from '../core/ports/directory-source.ts';
import { quote } from './faults.ts';
import {
  type PlacedText,
  parseTexts,
  type Report,
  readFields,
  readText,
  readTexts,
  readYesOrNo,
  toTexts,
} from './mapping-fields.ts';
import { mappingKeys, mappingLimits } from './mapping-keys.ts';
import { didYouMean } from './nearest.ts';
import type { Place, Raw } from './raw.ts';

const adminKinds: readonly AdminKind[] = ['administrator', 'domain_administrator', 'web_administrator', 'none'];

/** Reads `when`: a condition, or a list of which one has to hold. What is wrong is reported. `at` is the rule's place. */
export function readConditions(raw: Raw | undefined, at: Place, report: Report): readonly Condition[] {
  if (raw === undefined) {
    report(at, 'this rule does not say when it applies: give it when, such as when: { group: staff@example.com }');
    return [];
  }
  return readAlternatives(raw, 'when', 0, report);
}

function readAlternatives(raw: Raw, what: string, depth: number, report: Report): readonly Condition[] {
  if (raw.kind !== 'list') return readCondition(raw, what, depth, report);
  if (raw.items.length === 0) report(raw.at, `${what} is an empty list: name a condition`);
  if (raw.items.length > mappingLimits.listLength) {
    report(raw.at, `${what} has more than ${mappingLimits.listLength} conditions; use fewer, larger groups`);
    return [];
  }
  return raw.items.flatMap((item) => readCondition(item, `an entry of ${what}`, depth, report));
}

function readCondition(raw: Raw, what: string, depth: number, report: Report): readonly Condition[] {
  const fields = readFields(raw, what, mappingKeys.condition, report);
  if (raw.kind !== 'map') return [];
  const stated = [...fields.keys()].filter((key) => key !== 'nested');
  if (stated.length === 0 && fields.size === raw.entries.length) {
    report(raw.at, `${what} names no condition; what everybody gets belongs into defaults`);
  }
  const nested = readYesOrNo(fields.get('nested'), `nested of ${what}`, report);
  const asksForGroup = (['group', 'anyGroup', 'allGroups'] as const).some((key) => fields.has(key));
  if (fields.has('nested') && !asksForGroup) {
    report(fields.get('nested')?.at ?? raw.at, `nested means nothing without group, anyGroup or allGroups beside it`);
  }
  const group = fields.get('group');
  const [groupName] = group === undefined ? [] : readAddresses(one(group, 'when.group', report), groupNoun, report);
  const not = fields.get('not');
  if (not !== undefined && depth >= mappingLimits.notDepth)
    report(not.at, 'not is nested too deep; say it with several rules');
  return [
    {
      ...list('user', readAddresses(oneOrMore(fields.get('user'), `${what}.user`, report), userNoun, report)),
      ...(groupName === undefined ? {} : { group: groupName }),
      ...list('anyGroup', readGroups(fields.get('anyGroup'), `${what}.anyGroup`, report)),
      ...list('allGroups', readGroups(fields.get('allGroups'), `${what}.allGroups`, report)),
      ...(nested === undefined ? {} : { nested }),
      ...list('domain', readDomains(fields.get('domain'), `${what}.domain`, report)),
      ...readAttribute(fields.get('attribute'), report),
      ...(not === undefined || depth >= mappingLimits.notDepth
        ? {}
        : { not: readAlternatives(not, 'not', depth + 1, report) }),
    },
  ];
}

function readAttribute(raw: Raw | undefined, report: Report): Pick<Condition, 'attribute'> {
  if (raw === undefined) return {};
  const fields = readFields(raw, 'attribute', mappingKeys.attribute, report);
  if (raw.kind === 'map' && raw.entries.length === 0) report(raw.at, 'attribute names none; use admin or comment');
  const admin = readAdmin(fields.get('admin'), report);
  const comment = parseTexts(
    one(fields.get('comment'), 'attribute.comment', report),
    parseTextPattern,
    noComment,
    report,
  );
  const pattern = comment[0]?.text;
  return {
    attribute: { ...(admin === undefined ? {} : { admin }), ...(pattern === undefined ? {} : { comment: pattern }) },
  };
}

function readAdmin(raw: Raw | undefined, report: Report): readonly AdminKind[] | undefined {
  const text = one(raw, 'attribute.admin', report)[0];
  if (text === undefined) return undefined;
  if (text.text === 'true') return adminKinds.filter((kind) => kind !== 'none');
  if (text.text === 'false') return ['none'];
  const kind = adminKinds.find((each) => each === text.text);
  if (kind !== undefined) return [kind];
  const near = didYouMean(text.text, adminKinds) || `; use true, false or ${adminKinds.join(', ')}`;
  report(text.at, `${quote(text.text)} is no kind of administrator${near}`);
  return undefined;
}

function list<Key extends 'user' | 'anyGroup' | 'allGroups' | 'domain'>(
  key: Key,
  values: readonly string[] | undefined,
): { readonly [Name in Key]?: readonly string[] } {
  return values === undefined || values.length === 0 ? {} : ({ [key]: values } as { [Name in Key]: readonly string[] });
}

function one(raw: Raw | undefined, what: string, report: Report): readonly PlacedText[] {
  const text = raw === undefined ? undefined : readText(raw, what, raw.at, report);
  return text === undefined ? [] : [text];
}

function oneOrMore(raw: Raw | undefined, what: string, report: Report): readonly PlacedText[] {
  if (raw?.kind !== 'list') return one(raw, what, report);
  return nonEmpty(raw, readTexts(raw, what, '', report), what, report);
}

function readGroups(raw: Raw | undefined, what: string, report: Report): readonly string[] {
  const texts = readTexts(raw, what, '[auditors@example.com, legal-*@example.com]', report);
  return readAddresses(nonEmpty(raw, texts, what, report), groupNoun, report);
}

// An empty list would hold for nobody, or, forgotten, for everybody.
function nonEmpty(raw: Raw | undefined, texts: readonly PlacedText[], what: string, report: Report) {
  if (raw?.kind === 'list' && raw.items.length === 0) report(raw.at, `${what} is an empty list: name at least one`);
  return texts;
}

const groupNoun = { noun: 'address of a group', examples: 'staff@example.com, or legal-*@example.com' };
const userNoun = { noun: 'address of a user', examples: 'jane@example.com, or *@branch.example.com' };

function readAddresses(texts: readonly PlacedText[], kind: typeof userNoun, report: Report): readonly string[] {
  const describe = (text: string) =>
    `${quote(text)} is no ${kind.noun} and no pattern for one; write ${kind.examples}, where * stands for any characters`;
  return toTexts(parseTexts(texts, parseAddressPattern, describe, report));
}

function readDomains(raw: Raw | undefined, what: string, report: Report): readonly string[] {
  const describe = (text: string) =>
    `${quote(text)} is no domain and no pattern for one; write example.com, or *.example.com`;
  return toTexts(parseTexts(oneOrMore(raw, what, report), parseDomainPattern, describe, report));
}

function noComment(text: string): string {
  return `${quote(text)} is no pattern for a comment: one line of up to 320 characters, where * stands for any characters`;
}
