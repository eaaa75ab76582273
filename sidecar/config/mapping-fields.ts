import { type Faults, quote } from './faults.ts';
import { mappingLimits } from './mapping-keys.ts';
import { didYouMean } from './nearest.ts';
import type { Place, Raw } from './raw.ts';

/** A text with the place where it stands. */
export interface PlacedText {
  readonly text: string;
  readonly at: Place;
}

/** Reports faults of one file under their places. */
export type Report = (at: Place, message: string) => void;

export function toReport(faults: Faults): Report {
  return (at, message) => faults.add('mapping', at, message);
}

/** The values of a map by key; what is no map, and every key that is not known, is reported. `what` names the map. */
export function readFields<Key extends string>(
  raw: Raw,
  what: string,
  keys: readonly Key[],
  report: Report,
): ReadonlyMap<Key, Raw> {
  const fields = new Map<Key, Raw>();
  if (raw.kind !== 'map') {
    if (raw.kind !== 'reported') report(raw.at, `${what} must be a section with ${keys.join(', ')}`);
    return fields;
  }
  for (const { key, keyAt, value } of raw.entries) {
    const known = keys.find((each) => each === key);
    if (known !== undefined) fields.set(known, value);
    else report(keyAt, `${what} knows no key ${quote(key)}${didYouMean(key, keys) || `; use ${keys.join(', ')}`}`);
  }
  return fields;
}

/** A text that must be there and not be empty; undefined when it was reported. */
export function readText(raw: Raw | undefined, what: string, at: Place, report: Report): PlacedText | undefined {
  if (raw?.kind === 'text' && raw.text.trim() !== '') return { text: raw.text, at: raw.at };
  if (raw?.kind !== 'reported') report(raw?.at ?? at, `${what} must be a text`);
  return undefined;
}

/** A text of one line and bounded length in its one form; undefined when it is not there or was reported. */
export function readLine(raw: Raw | undefined, what: string, maxLength: number, report: Report): string | undefined {
  if (raw === undefined) return undefined;
  const line = readText(raw, what, raw.at, report);
  if (line === undefined) return undefined;
  const text = line.text.trim().normalize('NFC');
  if (text.length > maxLength) report(line.at, `${what} has more than ${maxLength} characters`);
  else if (/\p{Cc}/u.test(text)) report(line.at, `${what} must be one line without control characters`);
  return text;
}

/** `true` or `false`; undefined when it is not there or was reported. */
export function readYesOrNo(raw: Raw | undefined, what: string, report: Report): boolean | undefined {
  if (raw === undefined || raw.kind === 'reported') return undefined;
  if (raw.kind === 'text' && (raw.text === 'true' || raw.text === 'false')) return raw.text === 'true';
  report(raw.at, `${what} must be true or false`);
  return undefined;
}

/** The entries of a list; one that is not there is empty. `example` shows how it is written. */
export function readItems(raw: Raw | undefined, what: string, example: string, report: Report): readonly Raw[] {
  if (raw === undefined || raw.kind === 'reported') return [];
  if (raw.kind !== 'list') {
    report(raw.at, `${what} must be a list, such as ${example}`);
    return [];
  }
  if (raw.items.length > mappingLimits.listLength) {
    report(raw.at, `${what} has more than ${mappingLimits.listLength} entries; is it the right file?`);
    return [];
  }
  return raw.items;
}

/** {@link readItems} of texts. */
export function readTexts(raw: Raw | undefined, what: string, example: string, report: Report): readonly PlacedText[] {
  const items = readItems(raw, what, example, report);
  return items.flatMap((item) => readText(item, `an entry of ${what}`, item.at, report) ?? []);
}

/** Texts that `parse` takes, in their one form; the others are reported as `describe` says. */
export function parseTexts(
  texts: readonly PlacedText[],
  parse: (text: string) => string | undefined,
  describe: (text: string) => string,
  report: Report,
): readonly PlacedText[] {
  return texts.flatMap(({ text, at }) => {
    const parsed = parse(text);
    if (parsed === undefined) report(at, describe(text));
    return parsed === undefined ? [] : { text: parsed, at };
  });
}

/** The texts alone, each once. */
export function toTexts(placed: readonly PlacedText[]): readonly string[] {
  return [...new Set(placed.map(({ text }) => text))];
}
