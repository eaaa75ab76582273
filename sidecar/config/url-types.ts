import { isAbsolute, resolve } from 'node:path';
import { quote } from './faults.ts';
import type { Place } from './raw.ts';
import { type Parsed, parseOneText, type SettingType, textType } from './setting-types.ts';

/** Where IceWarp answers: scheme, host, port, and a path if its API has been moved. */
export const serverUrl = textType('URL', 'url', parseServerUrl);

function parseServerUrl(text: string): Parsed<string> {
  // With an @ it may hold a password, so it is not quoted.
  const shown = text.includes('@') ? 'the value' : quote(text);
  const url = /^https?:\/\/[^/]/i.test(text) ? URL.parse(text) : null;
  if (url === null) return { fault: `${shown} is no URL; write it like https://mail.example.com` };
  if (url.username !== '' || url.password !== '')
    return { fault: 'holds a user name or password; write those in icewarp.username and icewarp.password' };
  if (url.search !== '' || url.hash !== '') return { fault: `${shown} has a ? or # part; leave that out` };
  return { value: url.href };
}

/** Where browsers reach this service: scheme, host and port, no path. */
export const publicUrl = textType('URL', 'url', (text) => {
  const parsed = parseServerUrl(text);
  if (!('value' in parsed)) return { fault: `${quote(text)} is no address; write one like https://sso.example.com` };
  const { origin, pathname } = new URL(parsed.value);
  return pathname === '/' ? { value: origin } : { fault: `${quote(text)} has a path; write ${origin} alone` };
});

/** `sqlite:` and a path, which becomes absolute, or `postgres://` and where PostgreSQL answers. Shown without password. */
export const databaseUrl: SettingType<string> = {
  label: 'URL',
  placeholder: 'url',
  secret: false,
  parse: (raw, report, folder) =>
    parseOneText(raw, report, 'URL', (text) =>
      /^postgres(ql)?:/i.test(text) ? parsePostgresUrl(text, raw.at) : parseSqliteUrl(text, folder),
    ),
  print: hidePassword,
};

function parseSqliteUrl(text: string, folder: string): Parsed<string> {
  const path = /^sqlite:(?:\/\/(?=\/))?(.+)$/i.exec(text)?.[1];
  if (path === undefined || path.startsWith('//'))
    return {
      fault:
        'is no database this version can use; write sqlite: and a path, like sqlite:./data/sidecar.sqlite, or postgres://user:password@host/database',
    };
  if (path.startsWith(':'))
    return { fault: 'names no file; a database in memory is lost at every start, write a path' };
  if (/[\p{Cc}?#]/u.test(path)) return { fault: 'has a ?, # or control character in its path; use a plain path' };
  return { value: `sqlite:${isAbsolute(path) ? path : resolve(folder, path)}` };
}

/** Only the form: what stands in it is checked when the database is opened. The text is never quoted. */
function parsePostgresUrl(text: string, at: Place): Parsed<string> {
  const url = /\p{Cc}|\s/u.test(text) ? null : URL.parse(text);
  if (url === null || url.pathname.length < 2 || !text.slice(url.protocol.length).startsWith('//'))
    return {
      fault:
        'is no URL of a database; write postgres://user:password@host:5432/database, with %40 for an @ in the password',
    };
  if (url.hash !== '') return { fault: 'has a # in it; write %23 in a password' };
  // Whoever can list the processes of the machine reads their arguments.
  if (url.password !== '' && at.startsWith('--'))
    return {
      fault: 'holds a password, which every user of the machine could read here; use SIDECAR_DATABASE_URL_FILE',
    };
  return { value: text };
}

function hidePassword(value: string): string {
  const url = value.startsWith('sqlite:') ? null : URL.parse(value);
  if (url === null || url.password === '') return value;
  url.password = '[redacted]';
  return url.href.replace('%5Bredacted%5D', '[redacted]');
}
