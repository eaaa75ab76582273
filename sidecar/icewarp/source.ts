import type { DirectorySource } from '../core/ports/directory-source.ts';
import { readUser, readUserRows } from './account-reader.ts';
import type { IcewarpConnection } from './connection.ts';
import { readDomains } from './domain-reader.ts';
import { readGroup, readGroupRows } from './group-reader.ts';
import { createHttpApi } from './http-api.ts';
import type { Reader } from './reader.ts';
import { checkAdministrator } from './rights.ts';
import { readVersion } from './server-version.ts';
import { createSession } from './session.ts';

export interface IcewarpSourceOptions {
  /** Names the server in the store's keys; `icewarp` when left out. */
  readonly sourceId?: string;
  /** Calls at the same time; 8 when left out. */
  readonly concurrency?: number;
  /** Today, for accounts and domains that expire. */
  readonly now?: () => Date;
}

/**
 * The accounts of an IceWarp server over its HTTP admin API. Connects and logs in at the first call. Throws
 * `invalid_input` for a URL or CA file that cannot be used.
 *
 * Beside the codes of the port, a call may reject with `unsupported`: a server older than 10.4 (`probe`), or a mailing
 * list whose members are no list (`readGroup`). An aborted call rejects with the signal's reason.
 */
export function createIcewarpSource(
  connection: IcewarpConnection,
  options: IcewarpSourceOptions = {},
): DirectorySource {
  const api = createHttpApi(connection, { concurrency: options.concurrency ?? 8 });
  const session = createSession(connection, api);
  const reader: Reader = { session, log: connection.log, now: options.now ?? (() => new Date()) };
  return {
    sourceId: options.sourceId ?? 'icewarp',
    async probe(signal) {
      await checkAdministrator(reader, signal);
      return { version: await readVersion(reader, signal), api: 'http' };
    },
    async listDomains(signal) {
      // Each run begins here: an administrator who was demoted since would be shown fewer domains, not an error.
      await checkAdministrator(reader, signal);
      return await readDomains(reader, signal);
    },
    listUsers: (domain, signal) => readUserRows(reader, domain, signal),
    readUser: (domain, row, signal) => readUser(reader, domain, row, signal),
    listGroups: (domain, includeMailingLists, signal) => readGroupRows(reader, domain, includeMailingLists, signal),
    readGroup: (domain, row, signal) => readGroup(reader, domain, row, signal),
    async close() {
      await session.close();
      await api.close();
    },
  };
}
