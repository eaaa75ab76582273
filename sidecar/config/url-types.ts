import { isAbsolute, resolve } from 'node:path';
import { quote } from './faults.ts';
import { type Parsed, textType } from './setting-types.ts';

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

/** `sqlite:` and a path, which becomes absolute. */
export const databaseUrl = textType('URL', 'url', (text, folder) => {
  const path = /^sqlite:(?:\/\/(?=\/))?(.+)$/i.exec(text)?.[1];
  if (path === undefined || path.startsWith('//'))
    return {
      fault: 'is no database this version can use; write sqlite: and a path, like sqlite:./data/sidecar.sqlite',
    };
  if (path.startsWith(':'))
    return { fault: 'names no file; a database in memory is lost at every start, write a path' };
  if (/[\p{Cc}?#]/u.test(path)) return { fault: 'has a ?, # or control character in its path; use a plain path' };
  return { value: `sqlite:${isAbsolute(path) ? path : resolve(folder, path)}` };
});
