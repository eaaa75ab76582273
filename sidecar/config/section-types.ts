import { didYouMean } from './nearest.ts';
import type { Place, Raw, RawEntry } from './raw.ts';
import type { AnySetting, ValuesOf } from './setting.ts';
import type { Printable, Report } from './setting-types.ts';

/** The keys of a section that is an item of a list; none of them is a section itself. */
export interface SectionFields {
  readonly [name: string]: AnySetting;
}

/**
 * Reads one section: every key by its own type, left-out ones by their default; a default of '' means that the key must be there.
 * Undefined after at least one report. `part` names the section: `[0]`.
 */
export function parseSection<const Fields extends SectionFields>(
  fields: Fields,
  raw: Raw,
  part: string,
  report: Report,
  folder: string,
): ValuesOf<Fields> | undefined {
  if (raw.kind === 'reported') return undefined;
  if (raw.kind !== 'map') {
    report(raw.at, `is no section; write keys such as ${Object.keys(fields).slice(0, 3).join(', ')}`, part);
    return undefined;
  }
  let sound = true;
  const reportHere = (at: Place, message: string, below = '') => {
    sound = false;
    report(at, message, part + below);
  };
  const names = Object.keys(fields);
  const known = new Map<string, RawEntry>(raw.entries.map((entry) => [entry.key, entry]));
  for (const { key, keyAt } of raw.entries) {
    if (!names.includes(key)) reportHere(keyAt, `unknown key${didYouMean(key, names)}`, `.${key.slice(0, 60)}`);
  }
  const values = Object.entries(fields).map(([name, field]) => {
    const reportField = (at: Place, message: string, below = '') => reportHere(at, message, `.${name}${below}`);
    const given = known.get(name)?.value;
    if (given !== undefined) return [name, field.type.parse(given, reportField, folder)];
    if (field.optional) return [name, undefined];
    if (
      field.default === '' &&
      field.type.parse({ kind: 'text', text: '', at: raw.at }, () => {}, folder) === undefined
    ) {
      reportHere(raw.at, `has no ${name}; write one (${field.type.label})`);
      return [name, undefined];
    }
    return [name, field.type.parse({ kind: 'text', text: field.default, at: raw.at }, reportField, folder)];
  });
  return sound ? (Object.fromEntries(values) as ValuesOf<Fields>) : undefined;
}

/** A section as `config print` shows it; keys that were left out are left out. */
export function printSection(fields: SectionFields, values: Readonly<Record<string, unknown>>): Printable {
  const entries = Object.entries(fields).filter(([name]) => values[name] !== undefined);
  return Object.fromEntries(entries.map(([name, { type }]) => [name, type.print(values[name])]));
}
