import { resolve } from 'node:path';
import { Secret } from '../core/secret.ts';
import { parseServiceAccountName, toServiceAccountKey } from '../core/service-accounts.ts';
import { readTextFile } from './bounded-file.ts';
import { quote } from './faults.ts';
import { didYouMean } from './nearest.ts';
import type { Raw, RawEntry } from './raw.ts';
import { type Parsed, parseOneText, type Report, type SettingType, yesOrNo } from './setting-types.ts';

/** Largest file that holds one value. */
export const maxValueFileBytes = 64 * 1024;

const maxAccounts = 100;
const accountKeys = ['name', 'password', 'passwordFile', 'beforeUse'];

/** A password. Taken as it is, spaces included. */
export const secretText: SettingType<Secret> = {
  label: 'secret',
  placeholder: 'secret',
  secret: true,
  parse: (raw, report) => parseOneText(raw, report, 'password', parseSecret),
  print: (value) => value.toString(),
};

/** A named LDAP identity of an application, such as an archive server. */
export interface ServiceAccount {
  readonly name: string;
  readonly password: Secret;
  /** Exact searches for unknown addresses are put to IceWarp. */
  readonly beforeUse: boolean;
}

/** Service accounts: in YAML a list of sections, in the environment a JSON array of objects. */
export const serviceAccountList: SettingType<readonly ServiceAccount[]> = {
  label:
    'list of accounts, each with `name` and either `password` or `passwordFile`, and `beforeUse: true` where exact searches for addresses unknown yet are put to IceWarp',
  placeholder: 'JSON',
  secret: true,
  parse(raw, report, folder) {
    const list = raw.kind === 'text' ? parseJsonList(raw.text, raw.at, report) : raw;
    if (list === undefined || list.kind === 'reported') return undefined;
    if (list.kind !== 'list' || list.items.length > maxAccounts) {
      report(list.at, `write a list of at most ${maxAccounts} accounts, each with name and password or passwordFile`);
      return undefined;
    }
    const accounts = list.items.map((item, index) => parseAccount(item, `[${index}]`, report, folder));
    const usable = accounts.filter((account) => account !== undefined);
    if (usable.length < accounts.length || hasDoubles(usable, list.at, report)) return undefined;
    return usable;
  },
  print: (accounts) =>
    accounts.map(({ name, password, beforeUse }) => ({
      ...{ name, password: password.toString() },
      ...(beforeUse ? { beforeUse } : {}),
    })),
};

/** A value out of a file: one line, its end dropped. */
export function readValueFile(file: string): Parsed<string> {
  const read = readTextFile(file, maxValueFileBytes);
  if ('fault' in read) return read;
  const value = read.text.replace(/\r?\n$/, '');
  return value === '' ? { fault: `${file} is empty; write the value into it` } : { value };
}

/** A secret's text, of one line. */
export function parseSecret(text: string): Parsed<Secret> {
  // XML 1.0 §2.2, which the password travels in, has no way to write the others.
  if (/[\r\n]/.test(text)) return { fault: 'holds more than one line; a password is one line' };
  return /\p{Cc}/u.test(text)
    ? { fault: 'holds a control character, which no password can' }
    : { value: new Secret(text) };
}

function parseAccount(raw: Raw, part: string, report: Report, folder: string): ServiceAccount | undefined {
  if (raw.kind === 'reported') return undefined;
  if (raw.kind !== 'map') {
    report(raw.at, 'is no account; write a name, and password or passwordFile', part);
    return undefined;
  }
  const known = new Map<string, RawEntry>();
  let sound = true;
  for (const entry of raw.entries) {
    known.set(entry.key, entry);
    if (accountKeys.includes(entry.key)) continue;
    report(entry.keyAt, `unknown key${didYouMean(entry.key, accountKeys)}`, `${part}.${entry.key.slice(0, 60)}`);
    sound = false;
  }
  const name = known.get('name')?.value;
  if (name === undefined) report(raw.at, 'has no name; write one, such as archive', part);
  const parsedName = name && parseOneText(name, report, 'name', parseAccountName, `${part}.name`);
  const password = sound ? parsePassword(raw.at, known, part, report, folder) : undefined;
  const asked = known.get('beforeUse')?.value;
  const beforeUse =
    asked === undefined ? false : yesOrNo.parse(asked, (at, text) => report(at, text, `${part}.beforeUse`), folder);
  if (parsedName === undefined || password === undefined || beforeUse === undefined) return undefined;
  return { name: parsedName, password, beforeUse };
}

function parseAccountName(text: string): Parsed<string> {
  const name = parseServiceAccountName(text);
  if (name !== undefined) return { value: name };
  return { fault: `${quote(text)} is no name; use letters, digits, dots, hyphens and underscores, at most 64` };
}

function parsePassword(
  at: string,
  known: ReadonlyMap<string, RawEntry>,
  part: string,
  report: Report,
  folder: string,
): Secret | undefined {
  const password = known.get('password')?.value;
  const file = known.get('passwordFile')?.value;
  if ((password === undefined) === (file === undefined)) {
    report(
      at,
      `has ${password ? 'both' : 'neither'} password ${password ? 'and' : 'nor'} passwordFile; write one of them`,
      part,
    );
    return undefined;
  }
  if (password !== undefined) return parseOneText(password, report, 'password', parseSecret, `${part}.password`);
  if (file === undefined) return undefined;
  return parseOneText(
    file,
    report,
    'path',
    (path) => {
      const read = readValueFile(resolve(folder, path));
      return 'fault' in read ? read : parseSecret(read.value);
    },
    `${part}.passwordFile`,
  );
}

function hasDoubles(accounts: readonly ServiceAccount[], at: string, report: Report): boolean {
  const seen = new Set<string>();
  let found = false;
  accounts.forEach(({ name }, index) => {
    if (seen.has(toServiceAccountKey(name))) {
      report(at, `${quote(name)} is there twice; names differ by more than case`, `[${index}].name`);
      found = true;
    }
    seen.add(toServiceAccountKey(name));
  });
  return found;
}

/** A list of sections out of a variable, which holds it as JSON. */
export function parseJsonList(text: string, at: string, report: Report): Raw | undefined {
  try {
    return toRaw(JSON.parse(text), at);
  } catch {
    // The parser's own message quotes the text, and with it passwords.
    report(at, 'is no JSON; write an array such as [{"name":"archive","passwordFile":"/run/secrets/archive"}]');
    return undefined;
  }
}

function toRaw(value: unknown, at: string): Raw {
  if (Array.isArray(value))
    return { kind: 'list', items: value.slice(0, maxAccounts + 1).map((item) => toRaw(item, at)), at };
  if (value === null) return { kind: 'nothing', at };
  if (typeof value !== 'object') return { kind: 'text', text: String(value), at };
  const entries = Object.entries(value).map(([key, item]) => ({ key, keyAt: at, value: toRaw(item, at) }));
  return { kind: 'map', entries, at };
}
