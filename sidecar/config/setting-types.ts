import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { parseDomain } from '../core/names.ts';
import { quote } from './faults.ts';
import type { Place, Raw } from './raw.ts';

/** A value as `config print` shows it: secrets are already replaced. */
export type Printable = string | number | boolean | readonly Printable[] | { readonly [key: string]: Printable };

/** Takes one fault; `part` is appended to the setting's name (`[0].password`). */
export type Report = (at: Place, message: string, part?: string) => void;

/** How values of a kind are written, checked and shown. */
export interface SettingType<T> {
  /** What is accepted, for the documentation: `whole number from 0 to 65535`. */
  readonly label: string;
  /** For `--help`: `--ldap-port <number>`. */
  readonly placeholder: string;
  /** Never quoted, never printed, never a flag: process lists show those to everybody. */
  readonly secret: boolean;
  /** The value, or undefined after at least one report. Relative paths are taken from `folder`. */
  parse(raw: Raw, report: Report, folder: string): T | undefined;
  print(value: T): Printable;
}

/** The value, or what is wrong with the text and what to do. */
export type Parsed<T> = { readonly value: T } | { readonly fault: string };

/** Longest single value, in UTF-16 units. */
const maxTextLength = 4096;
const controlCharacter = /\p{Cc}/u;

/** A type whose values are written as one text. */
export function textType<T extends Printable>(
  label: string,
  placeholder: string,
  parseText: (text: string, folder: string) => Parsed<T>,
): SettingType<T> {
  return {
    label,
    placeholder,
    secret: false,
    parse: (raw, report, folder) => parseOneText(raw, report, label, (text) => parseText(text, folder)),
    print: (value) => value,
  };
}

/** Checks that a raw value is one usable text and hands it on; reports what is wrong and gives undefined otherwise. */
export function parseOneText<T>(
  raw: Raw,
  report: Report,
  label: string,
  parseText: (text: string) => Parsed<T>,
  part = '',
): T | undefined {
  if (raw.kind === 'reported') return undefined;
  if (raw.kind === 'nothing') {
    report(raw.at, `has no value; write one (${label}) or remove the line`, part);
    return undefined;
  }
  if (raw.kind !== 'text') {
    report(raw.at, `is a ${raw.kind === 'list' ? 'list' : 'section'}; expected is: ${label}`, part);
    return undefined;
  }
  if (raw.text === '') {
    report(raw.at, `is empty; write a value (${label}) or leave the setting out`, part);
    return undefined;
  }
  if (raw.text.length > maxTextLength) {
    report(raw.at, `is longer than ${maxTextLength} characters; expected is: ${label}`, part);
    return undefined;
  }
  const parsed = parseText(raw.text);
  if ('value' in parsed) return parsed.value;
  report(raw.at, parsed.fault, part);
  return undefined;
}

/** Any text in one line. */
export function textSetting(label: string, placeholder = 'text'): SettingType<string> {
  return textType(label, placeholder, (text) =>
    controlCharacter.test(text)
      ? { fault: 'holds a line break or control character; write it in one line' }
      : { value: text },
  );
}

export function wholeNumber(minimum: number, maximum: number): SettingType<number> {
  const label = `whole number from ${minimum} to ${maximum}`;
  return textType(label, 'number', (text) => {
    const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return number >= minimum && number <= maximum ? { value: number } : { fault: `${quote(text)} is no ${label}` };
  });
}

/** A share of a whole, 1 being all of it. */
export function share(minimum: number): SettingType<number> {
  const label = `number from ${minimum} to 1`;
  return textType(label, 'share', (text) => {
    const number = /^(?:\d(?:\.\d{1,6})?|\.\d{1,6})$/.test(text) ? Number(text) : Number.NaN;
    return number >= minimum && number <= 1 ? { value: number } : { fault: `${quote(text)} is no ${label}` };
  });
}

export const yesOrNo: SettingType<boolean> = textType('`true` or `false`', 'true|false', (text) => {
  const word = text.toLowerCase();
  if (word === 'true' || word === 'false') return { value: word === 'true' };
  return { fault: `${quote(text)} is neither true nor false` };
});

export function oneOf<const T extends string>(...words: readonly T[]): SettingType<T> {
  return textType(`one of ${words.map((word) => `\`${word}\``).join(', ')}`, words.join('|'), (text) => {
    const found = words.find((word) => word === text);
    return found === undefined ? { fault: `${quote(text)} is none of ${words.join(', ')}` } : { value: found };
  });
}

/** An absolute path out of it. Whether anything is there is for whoever uses it. */
export const path: SettingType<string> = textType('path', 'path', (text, folder) =>
  controlCharacter.test(text) ? { fault: 'holds a control character; write a path' } : { value: resolve(folder, text) },
);

/** An address to listen on. */
export const hostName: SettingType<string> = textType('IP address or host name', 'address', (text) => {
  if (isIP(text) !== 0) return { value: text };
  const plain = text.replace(/^\[(.*)\]$/, '$1');
  if (isIP(plain) === 6) return { value: plain };
  if (/^[\d.]+$/.test(text) || text.includes('_') || parseDomain(text) === undefined)
    return {
      fault: `${quote(text)} is no address to listen on; write an IP address (127.0.0.1, 0.0.0.0, ::1) or a host name`,
    };
  return { value: text };
});
