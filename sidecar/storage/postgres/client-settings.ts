import type { PostgresLocation } from './location.ts';

/** Longest time of one statement on the server: a batch takes a second, a migration of a large table some more. */
const statementTimeoutMs = 60_000;
/** A server that has gone without a word says nothing; then the client gives up by itself. */
const answerTimeoutMs = statementTimeoutMs + 15_000;

/** What every connection has in common, in the words of `pg`; not who logs in. */
export function toConnectionOptions({ tls }: PostgresLocation): {
  readonly application_name: string;
  readonly connectionTimeoutMillis: number;
  readonly query_timeout: number;
  readonly keepAlive: boolean;
  readonly ssl: false | { rejectUnauthorized: boolean; ca?: string; checkServerIdentity?: () => undefined };
} {
  return {
    application_name: 'icewarp-sidecar',
    connectionTimeoutMillis: 10_000,
    query_timeout: answerTimeoutMs,
    keepAlive: true,
    ssl: tls && {
      rejectUnauthorized: tls.rejectUnauthorized,
      ...(tls.ca === undefined ? {} : { ca: tls.ca }),
      ...(tls.anyName ? { checkServerIdentity: () => undefined } : {}),
    },
  };
}

/**
 * The first statement of a connection. They are not sent as startup parameters, which poolers refuse. A writer whose machine has died
 * would keep its lock until TCP notices, two hours later, hence the limit for idle transactions.
 */
export function toSessionStatement(lockTimeoutMs: number): string {
  return [
    "SET datestyle = 'ISO'",
    `SET statement_timeout = ${statementTimeoutMs}`,
    `SET lock_timeout = ${Math.max(1, Math.trunc(lockTimeoutMs))}`,
    'SET idle_in_transaction_session_timeout = 60000',
  ].join('; ');
}
