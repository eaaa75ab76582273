import type { FaultList } from './faults.ts';

/** Reads one value; adds to the faults and gives undefined when it cannot be used. */
export type Field<T> = (value: unknown, path: string, faults: FaultList) => T | undefined;

/** One field for each key of a record. */
export type FieldTable<T> = { readonly [K in keyof T]-?: Field<T[K]> };

// XML 1.0 §2.2: what is outside of Char cannot be sent at all, not even as a reference.
const notInXml = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/** A text of at most `max` UTF-16 units that XML can carry. */
export function textField(max = 1_000): Field<string> {
  return (value, path, faults) => {
    if (typeof value !== 'string') faults.add(path, `must be a text${unquotedHint(value)}`);
    else if (value.length > max) faults.add(path, `is longer than ${max} characters`);
    else if (notInXml.test(value)) faults.add(path, 'holds a character that XML cannot carry');
    else return value;
    return undefined;
  };
}

function unquotedHint(value: unknown): string {
  return typeof value === 'number' || typeof value === 'boolean' ? `; put "${value}" into quotes` : '';
}

/** A text that matches a pattern, named in the fault. */
export function patternField(pattern: RegExp, wanted: string, max = 1_000): Field<string> {
  const readText = textField(max);
  return (value, path, faults) => {
    const text = readText(value, path, faults);
    if (text === undefined || pattern.test(text)) return text;
    faults.add(path, `must be ${wanted}`);
    return undefined;
  };
}

/** `yyyy/mm/dd`, a day of the calendar, or nothing. */
export const dateField: Field<string> = (value, path, faults) => {
  if (value === '') return '';
  const parts = typeof value === 'string' ? /^(\d{4})\/(\d\d)\/(\d\d)$/.exec(value) : null;
  const iso = parts === null ? '' : `${parts[1]}-${parts[2]}-${parts[3]}`;
  const date = new Date(`${iso}T00:00:00Z`);
  if (!Number.isNaN(date.getTime()) && date.toISOString().startsWith(iso)) return value as string;
  faults.add(path, 'must be a date as yyyy/mm/dd in quotes');
  return undefined;
};

export const flagField: Field<boolean> = (value, path, faults) => {
  if (typeof value === 'boolean') return value;
  faults.add(path, 'must be true or false');
  return undefined;
};

/** A whole number within limits. */
export function numberField(min: number, max: number): Field<number> {
  return (value, path, faults) => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    faults.add(path, `must be a whole number from ${min} to ${max}`);
    return undefined;
  };
}

/** One of a few words. */
export function choiceField<const T extends string>(choices: readonly T[]): Field<T> {
  return (value, path, faults) => {
    const choice = choices.find((each) => each === value);
    if (choice === undefined) faults.add(path, `must be one of ${choices.join(', ')}`);
    return choice;
  };
}

/** A list of at most `max` values. */
export function listField<T>(item: Field<T>, max: number): Field<readonly T[]> {
  return (value, path, faults) => {
    if (!Array.isArray(value)) {
      faults.add(path, 'must be a list');
      return undefined;
    }
    if (value.length > max) {
      faults.add(path, `has more than ${max} items`);
      return undefined;
    }
    const items = value.map((each, index) => item(each, `${path}[${index}]`, faults));
    return items.some((each) => each === undefined) ? undefined : (items as T[]);
  };
}

/** A map of names to texts. */
export function textMapField(name: RegExp, wanted: string): Field<Readonly<Record<string, string>>> {
  const readText = textField();
  return (value, path, faults) => {
    if (!isRecord(value)) {
      faults.add(path, 'must be a map of names to texts');
      return undefined;
    }
    const entries: [string, string][] = [];
    for (const [key, each] of Object.entries(value)) {
      if (!name.test(key)) faults.add(join(path, key), `is no ${wanted}`);
      const text = readText(each, join(path, key), faults);
      if (text !== undefined) entries.push([key, text]);
    }
    return Object.fromEntries(entries);
  };
}

/** The value, or null where null is written. */
export function nullableField<T>(field: Field<T>): Field<T | null> {
  return (value, path, faults) => (value === null ? null : field(value, path, faults));
}

/** A record whose absent keys are taken from `base`; keys that the table does not know are faults. */
export function recordField<T extends object>(
  table: FieldTable<T>,
  base: T,
  required: readonly (keyof T & string)[] = [],
): Field<T> {
  const known = Object.keys(table) as (keyof T & string)[];
  return (value, path, faults) => {
    if (!isRecord(value)) {
      faults.add(path, 'must be a map');
      return undefined;
    }
    const before = faults.faults.length;
    for (const key of Object.keys(value)) {
      if (!known.some((each) => each === key)) faults.add(join(path, key), `is unknown; known: ${known.join(', ')}`);
    }
    const record: T = { ...base };
    for (const key of known) {
      if (!Object.hasOwn(value, key)) {
        if (required.includes(key)) faults.add(join(path, key), 'is missing');
        continue;
      }
      const read = table[key](value[key], join(path, key), faults);
      if (read !== undefined) record[key] = read;
    }
    return faults.faults.length > before ? undefined : record;
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
