import { isCoveredBy } from '../core/mapping/privileges.ts';
import { parseAddress } from '../core/names.ts';
import { quote } from './faults.ts';
import {
  type PlacedText,
  parseTexts,
  type Report,
  readFields,
  readItems,
  readText,
  readTexts,
} from './mapping-fields.ts';
import { mappingKeys } from './mapping-keys.ts';
import { noRight, parseRight } from './mapping-names.ts';
import type { Place, Raw } from './raw.ts';

/** A privilege or role, and where it stands. */
export interface PlacedName {
  readonly name: string;
  readonly at: Place;
}

/** Constraints of one file, with places. */
export interface PlacedConstraints {
  readonly never: readonly (readonly PlacedName[])[];
  readonly atMost: readonly (PlacedName & { readonly count: number })[];
  readonly protected: readonly PlacedText[];
}

const neverExample = '[Administrator, "ReadArchive:*"]';

/** Reads `constraints`. Everything wrong is reported; what is right is given all the same. */
export function readConstraints(raw: Raw | undefined, report: Report): PlacedConstraints {
  const fields = raw === undefined ? undefined : readFields(raw, 'constraints', mappingKeys.constraints, report);
  return {
    never: readNever(fields?.get('never'), report),
    atMost: readAtMost(fields?.get('atMost'), report),
    protected: readProtected(fields?.get('protected'), report),
  };
}

/** One set of names, or a list of sets. */
function readNever(raw: Raw | undefined, report: Report): PlacedConstraints['never'] {
  if (raw === undefined) return [];
  const items = readItems(raw, 'never', neverExample, report);
  const hasSets = items.some((item) => item.kind === 'list');
  return (hasSets ? items : [raw]).flatMap((set) => {
    const texts = readTexts(set, hasSets ? 'an entry of never' : 'never', neverExample, report);
    const names = parseTexts(texts, parseRight, noRight, report);
    const isOneOfOther = names.find((name, index) =>
      names.some((other, place) => place !== index && isCoveredBy(name.text, other.text)),
    );
    if (isOneOfOther !== undefined) {
      report(
        isOneOfOther.at,
        `${isOneOfOther.text} is covered by another name of the same set: it would never be allowed`,
      );
    } else if (names.length === 1 && texts.length === 1) {
      report(set.at, 'a set of names that must not meet has two at least');
    }
    return names.length < 2 ? [] : [names.map(({ text, at }) => ({ name: text, at }))];
  });
}

function readAtMost(raw: Raw | undefined, report: Report): PlacedConstraints['atMost'] {
  if (raw === undefined || raw.kind === 'reported') return [];
  if (raw.kind !== 'map') {
    report(raw.at, 'atMost must be a section of names with numbers, such as { Administrator: 5 }');
    return [];
  }
  return raw.entries.flatMap(({ key, keyAt, value }) => {
    const name = parseRight(key);
    if (name === undefined) report(keyAt, noRight(key));
    const text = readText(value, `atMost of ${quote(key)}`, keyAt, report);
    if (text === undefined) return [];
    if (!/^\d{1,7}$/.test(text.text)) {
      report(text.at, `${quote(text.text)} is no number of people; write a whole number such as 5`);
      return [];
    }
    return name === undefined ? [] : { name, count: Number(text.text), at: keyAt };
  });
}

function readProtected(raw: Raw | undefined, report: Report): readonly PlacedText[] {
  const describe = (text: string) =>
    `${quote(text)} is no address; protected takes addresses of users and groups, such as ceo@example.com`;
  return parseTexts(readTexts(raw, 'protected', '[ceo@example.com]', report), parseAddress, describe, report);
}
