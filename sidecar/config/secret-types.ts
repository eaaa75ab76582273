import { resolve } from 'node:path';
import { Secret } from '../core/secret.ts';
import { parseServiceAccountName, type ServiceAccountAccess, toServiceAccountKey } from '../core/service-accounts.ts';
import { profileType, scopeType } from './access-types.ts';
import { readTextFile } from './bounded-file.ts';
import { quote } from './faults.ts';
import { readJsonText } from './json-raw.ts';
import { baseDn } from './name-types.ts';
import { didYouMean } from './nearest.ts';
import type { Raw, RawEntry } from './raw.ts';
import { type Parsed, parseOneText, type Report, type SettingType, yesOrNo } from './setting-types.ts';

/** Largest file that holds one value. */
export const maxValueFileBytes = 64 * 1024;

const maxAccounts = 100;
const accountKeys = ['name', 'password', 'passwordFile', 'certificate', 'profile', 'scope', 'beforeUse'];

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
  /** Empty: it has none. */
  readonly password: Secret;
  /** Exact searches for unknown addresses are put to IceWarp. */
  readonly beforeUse: boolean;
  /** Subject, as a DN, of the client's certificate that stands for it. */
  readonly certificate?: string;
  /** What narrows it beside its listener. */
  readonly access?: ServiceAccountAccess;
}

/** Service accounts: in YAML a list of sections, in the environment a JSON array of objects. */
export const serviceAccountList: SettingType<readonly ServiceAccount[]> = {
  label:
    'list of accounts, each with `name` and `password`, `passwordFile` or `certificate`, and `beforeUse: true` where exact searches for addresses unknown yet are put to IceWarp',
  placeholder: 'JSON',
  secret: true,
  parse(raw, report, folder) {
    const list = readJsonText(raw, report, '[{"name":"archive","passwordFile":"/run/secrets/archive"}]');
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
    accounts.map(({ name, password, beforeUse, certificate, access: { profile, scope } = {} }) => ({
      ...{ name, password: password.toString() },
      ...(beforeUse ? { beforeUse } : {}),
      ...(certificate === undefined ? {} : { certificate }),
      ...(profile === undefined ? {} : { profile }),
      ...(scope === undefined ? {} : { scope: scopeType.print(scope) }),
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
  const certificate = known.get('certificate')?.value;
  const reportSubject: Report = (at, message) => report(at, message, `${part}.certificate`);
  const subject = certificate && baseDn.parse(certificate, reportSubject, folder);
  const password = sound ? parsePassword(raw.at, known, part, report, folder) : undefined;
  const access = parseAccess(known, part, report, folder);
  const asked = known.get('beforeUse')?.value;
  const beforeUse =
    asked === undefined ? false : yesOrNo.parse(asked, (at, text) => report(at, text, `${part}.beforeUse`), folder);
  if (parsedName === undefined || password === undefined || (certificate !== undefined && subject === undefined))
    return undefined;
  if (access === undefined || beforeUse === undefined) return undefined;
  return {
    ...access,
    name: parsedName,
    password,
    beforeUse,
    ...(subject === undefined ? {} : { certificate: subject }),
  };
}

/** Undefined after at least one report. */
function parseAccess(
  known: ReadonlyMap<string, RawEntry>,
  part: string,
  report: Report,
  folder: string,
): Pick<ServiceAccount, 'access'> | undefined {
  const parse = <T>(name: string, type: SettingType<T>): T | undefined => {
    const raw = known.get(name)?.value;
    return raw && type.parse(raw, (at, message, below = '') => report(at, message, `${part}.${name}${below}`), folder);
  };
  const profile = parse('profile', profileType);
  const scope = parse('scope', scopeType);
  if ((known.has('profile') && profile === undefined) || (known.has('scope') && scope === undefined)) return undefined;
  return profile === undefined && scope === undefined ? {} : { access: { profile, scope } };
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
  if (password === undefined && file === undefined && known.has('certificate')) return new Secret('');
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
  const subjects = new Set<string>();
  accounts.forEach(({ name, certificate }, index) => {
    const subject = certificate?.toLowerCase().replace(/\s*([,+=])\s*/g, '$1');
    if (subject !== undefined && subjects.has(subject)) {
      report(
        at,
        `${quote(certificate ?? '')} is another account's too; a certificate stands for one`,
        `[${index}].certificate`,
      );
      found = true;
    }
    if (subject !== undefined) subjects.add(subject);
    if (seen.has(toServiceAccountKey(name))) {
      report(at, `${quote(name)} is there twice; names differ by more than case`, `[${index}].name`);
      found = true;
    }
    seen.add(toServiceAccountKey(name));
  });
  return found;
}
