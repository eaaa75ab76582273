import {
  BaseError,
  ConnectionAcquireTimeoutError,
  ConnectionTimedOutError,
  ForeignKeyConstraintError,
  UniqueConstraintError,
} from 'sequelize';
import { DomainError, type ErrorCode, messageOf } from '../../core/errors.ts';

type Fault = readonly [code: ErrorCode, meaning: string];

const unreachable =
  'cannot be reached; check that PostgreSQL runs there and host and port of database.url, and try again';
const cut =
  'cut the connection; try again. Whether a commit that was just ending was kept shows at the next synchronisation';
const refusedLogin =
  'refuses the login; check user and password in database.url (SIDECAR_DATABASE_URL_FILE) and pg_hba.conf of the server';
const untrusted = 'has a certificate that is not trusted; name its authority with sslrootcert=<file> in database.url';
const unchanged = '; nothing was changed';

const outage = (meaning: string): Fault => ['upstream_unavailable', meaning];

/**
 * SQLSTATEs (https://www.postgresql.org/docs/current/errcodes-appendix.html; two characters stand for a class) and error codes of Node
 * that the world outside this program causes.
 */
const faults: Readonly<Record<string, Fault>> = {
  ECONNREFUSED: outage(unreachable),
  ENOTFOUND: outage(unreachable),
  EAI_AGAIN: outage(unreachable),
  EHOSTUNREACH: outage(unreachable),
  ENETUNREACH: outage(unreachable),
  ENOENT: outage(unreachable),
  EACCES: outage(unreachable),
  ETIMEDOUT: outage(unreachable),
  ECONNRESET: outage(cut),
  EPIPE: outage(cut),
  '08': outage(cut),
  '57P01': outage(cut),
  '57P02': outage(cut),
  '57P04': outage(cut),
  '57P05': outage(cut),
  '25P03': outage(cut),
  '57P03': outage('is starting or stopping; try again in a moment'),
  '28': outage(refusedLogin),
  '3D000': outage('does not exist; create it (CREATE DATABASE … ENCODING UTF8), or correct database.url'),
  '3F000': outage('has no schema that this user may use; see CREATE SCHEMA and search_path'),
  '53300': outage('has too many connections; raise max_connections of the server or stop other programs'),
  '53100': outage(`cannot grow, the disk of the server is full; free some space and try again${unchanged}`),
  '53': outage(`lacks memory or another resource of the server; try again${unchanged}`),
  '58': outage(`cannot be read or written by its server; see the server's log${unchanged}`),
  XX001: outage('is damaged; restore a backup'),
  XX002: outage('has a damaged index; run REINDEX DATABASE, or restore a backup'),
  '25006': outage(`is read-only, perhaps a standby; name the primary server in database.url${unchanged}`),
  '42501': outage(
    `may not be used so by this user; make it the owner of the database or GRANT it USAGE and CREATE on the schema${unchanged}`,
  ),
  '55P03': outage(`is locked by another program; wait until it has finished or stop it, then try again${unchanged}`),
  '57014': outage(`took too long over one statement; see what else loads the server, then try again${unchanged}`),
  '40': outage(`was changed by another program at the same time; try again${unchanged}`),
  '54': ['invalid_input', `has no room for one of the values, it is too long${unchanged}`],
  ERR_TLS_CERT_ALTNAME_INVALID: outage(
    'has a certificate for another name; write that name into database.url, or use sslmode=verify-ca',
  ),
  CERT_HAS_EXPIRED: outage('has a certificate that has expired; renew it'),
  DEPTH_ZERO_SELF_SIGNED_CERT: outage(untrusted),
  SELF_SIGNED_CERT_IN_CHAIN: outage(untrusted),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: outage(untrusted),
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: outage(untrusted),
};

/** Failures that `pg` tells by their text alone. */
const texts: readonly (readonly [text: RegExp, fault: Fault])[] = [
  [/^SASL: .*password must be/, outage('wants a password; write it into database.url (SIDECAR_DATABASE_URL_FILE)')],
  [/^(SASL|SCRAM)/, outage(refusedLogin)],
  [/does not support SSL/, outage('offers no TLS; turn it on in the server, or leave sslmode out of database.url')],
  [/^Connection terminated due to connection timeout|^timeout expired/, outage(unreachable)],
  [/^Connection terminated|not queryable|^Client was closed|Client has encountered a connection error/, outage(cut)],
  [/^Query read timeout/, outage('does not answer; see whether its server is alive, then try again')],
];

/** Turns an error of PostgreSQL, however wrapped, into a `DomainError` about the database `name`; gives any other error back. */
export function explainPostgresError(name: string, error: unknown): unknown {
  if (error instanceof DomainError) return error;
  const refuse = (code: ErrorCode, message: string) => new DomainError(code, message, { cause: error });
  if (error instanceof ForeignKeyConstraintError) {
    return refuse(
      'invalid_input',
      `the change refers to a user or group that the database ${name} does not hold; nothing was changed`,
    );
  }
  if (error instanceof UniqueConstraintError) {
    const fields = Object.keys(error.fields).join(', ');
    return refuse(
      'invalid_input',
      `the change holds an entry twice or one that the database ${name} has already (${fields}); nothing was changed`,
    );
  }
  if (error instanceof ConnectionAcquireTimeoutError) {
    return refuse('upstream_unavailable', `the database ${name} is too busy: no connection became free; try again`);
  }
  const [fault, source] = findFault(error) ?? [];
  if (fault === undefined) return error;
  const said = messageOf(source) || String(codeOf(source));
  return refuse(fault[0], `the database ${name} ${fault[1]} (${said})`);
}

function findFault(error: unknown): readonly [Fault, unknown] | undefined {
  let current = error;
  for (let depth = 0; depth < 6 && current instanceof Error; depth++) {
    const code = codeOf(current);
    const { message } = current;
    const fault =
      (typeof code === 'string' ? (faults[code] ?? classOf(code)) : undefined) ??
      texts.find(([text]) => text.test(message))?.[1];
    if (fault !== undefined) return [fault, current];
    if (current instanceof ConnectionTimedOutError) return [outage(unreachable), current];
    current = current instanceof BaseError && 'parent' in current ? current.parent : current.cause;
  }
  return undefined;
}

/** A SQLSTATE has five characters, the first two name its class. */
function classOf(code: string): Fault | undefined {
  return /^[0-9A-Z]{5}$/.test(code) ? faults[code.slice(0, 2)] : undefined;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
