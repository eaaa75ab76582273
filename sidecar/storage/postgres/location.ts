import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { DomainError, messageOf } from '../../core/errors.ts';
import { Secret } from '../../core/secret.ts';

/** Where a PostgreSQL database lives and how it is reached. */
export interface PostgresLocation {
  /** A host name, an IP address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string | undefined;
  readonly password: Secret | undefined;
  readonly database: string;
  /** How the server's certificate is checked; false = no TLS. */
  readonly tls: false | { readonly rejectUnauthorized: boolean; readonly anyName: boolean; readonly ca?: string };
  /** What is sent can be read on the way to another machine. */
  readonly isExposed: boolean;
}

const parameters = ['sslmode', 'sslrootcert', 'host'];
const tlsModes = ['disable', 'require', 'verify-ca', 'verify-full'];
const example = 'postgres://user:password@host:5432/database';

/**
 * Reads a connection URI as PostgreSQL's own programs do (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING)
 * with the parameters `sslmode` (`disable`, which is the default, `require`, `verify-ca`, `verify-full`), `sslrootcert` (a file) and
 * `host` (the folder of a Unix socket). Throws `invalid_input`, which repeats nothing of the URL's user part.
 */
export function parsePostgresUrl(text: string): PostgresLocation {
  const url = URL.parse(text);
  if (url === null) throw wrong(`is no URL; write ${example}, with %40 for an @ in the password`);
  if (url.hash !== '') throw wrong('has a # in it; write %23 in a password');
  for (const key of url.searchParams.keys()) {
    if (!parameters.includes(key) || url.searchParams.getAll(key).length > 1) {
      throw wrong(
        `has a parameter ${JSON.stringify(key)} that is unknown or given twice; known: ${parameters.join(', ')}`,
      );
    }
  }
  const host = url.searchParams.get('host') ?? decode(url.hostname.replace(/^\[(.*)\]$/, '$1'));
  const database = decode(url.pathname.slice(1));
  if (host === '') throw wrong(`names no host; write ${example}`);
  if (database === '' || database.includes('/')) throw wrong(`names no database; write ${example}`);
  const user = decode(url.username);
  const password = decode(url.password);
  const tls = parseTls(url.searchParams);
  return {
    host,
    port: url.port === '' ? 5432 : Number(url.port),
    user: user === '' ? undefined : user,
    password: password === '' ? undefined : new Secret(password),
    database,
    tls,
    isExposed: tls === false && !isOnThisMachine(host),
  };
}

/** The database for messages: no user, no password, no parameters. */
export function nameLocation({ host, port, database }: PostgresLocation): string {
  return host.startsWith('/')
    ? `postgres:${host}/${database}`
    : `postgres://${isIP(host) === 6 ? `[${host}]` : host}:${port}/${database}`;
}

function parseTls(given: URLSearchParams): PostgresLocation['tls'] {
  const file = given.get('sslrootcert');
  const mode = given.get('sslmode') ?? (file === null ? 'disable' : 'verify-full');
  if (!tlsModes.includes(mode)) throw wrong(`has an unknown sslmode; write one of ${tlsModes.join(', ')}`);
  if (mode === 'disable') return false;
  return {
    rejectUnauthorized: mode !== 'require',
    anyName: mode !== 'verify-full',
    ...(file === null ? {} : { ca: readCertificates(file) }),
  };
}

function readCertificates(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw wrong(`names a sslrootcert that cannot be read (${messageOf(error)})`);
  }
}

function isOnThisMachine(host: string): boolean {
  return host.startsWith('/') || host === 'localhost' || host === '::1' || /^127\./.test(host);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong('has a % that begins no code; write %25 for a % in the password');
  }
}

function wrong(fault: string): DomainError {
  return new DomainError('invalid_input', `database.url ${fault}`);
}
