import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DomainError, messageOf } from '../core/errors.ts';
import type { Log } from '../core/ports/log.ts';
import type { Secret } from '../core/secret.ts';
import type { ReadCommand } from './read-commands.ts';

/** One call as it ended, for counting. `uid` is the server's own word for an error. */
export interface CallRecord {
  readonly command: ReadCommand;
  readonly outcome: 'ok' | 'error';
  readonly uid?: string;
  readonly durationMs: number;
}

/** How to reach the server, and as whom. */
export interface IcewarpConnection {
  /** With or without the path of the API: `https://mail.example.com` or `https://mail.example.com/icewarpapi/`. */
  readonly url: string;
  /** Address of an administrator's account. */
  readonly username: string;
  readonly password: Secret;
  readonly acceptAnyCertificate: boolean;
  /** PEM file with the only certificates to trust; undefined = those that Node trusts. */
  readonly caFile: string | undefined;
  /** Longest time for one read, from connecting to the last byte. */
  readonly timeoutMs: number;
  /** Longest time for the service account's login; at least 90 s when left out, for a wrong password is held back. */
  readonly loginTimeoutMs?: number;
  readonly log: Log;
  /** Called once for every command that was sent. */
  readonly onCall?: (call: CallRecord) => void;
}

/**
 * The address of the API in one form. A URL without a path gets `/icewarpapi/`; any other path is kept, with a slash
 * at the end. Throws `invalid_input` for what is no http(s) URL, or holds a login, a query or a fragment.
 */
export function toApiUrl(text: string): URL {
  const url = URL.parse(text.trim());
  const refuse = (what: string): never => {
    throw new DomainError('invalid_input', `icewarp.url ${what}; write it like https://mail.example.com`);
  };
  if (url === null) return refuse('is no URL');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return refuse('must begin with https:// or http://');
  // A password in a URL ends up in logs.
  if (url.username !== '' || url.password !== '') return refuse('must not hold a user name or password');
  if (url.search !== '' || url.hash !== '') return refuse('must not hold a query or fragment');
  url.pathname = url.pathname === '/' ? '/icewarpapi/' : url.pathname.replace(/\/*$/, '/');
  return url;
}

/** The certificates of a PEM file. Throws `invalid_input` naming the file when it cannot be read or holds none. */
export function readCaFile(path: string): string {
  const refuse = (why: string): never => {
    throw new DomainError('invalid_input', `icewarp.caFile: ${path} ${why}`);
  };
  let pem: string;
  try {
    pem = readFileSync(path, 'utf8');
  } catch (error) {
    return refuse(`cannot be read (${messageOf(error)})`);
  }
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) return refuse('holds no certificate in PEM form');
  try {
    // TLS itself passes over what it cannot read, and would then trust nothing without saying why.
    for (const block of blocks) new X509Certificate(block);
  } catch (error) {
    return refuse(`holds a certificate that cannot be read (${messageOf(error)})`);
  }
  return pem;
}
