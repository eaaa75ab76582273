import type { AccountFinder } from '../core/ports/account-finder.ts';
import type { DirectorySource, SourceDomain } from '../core/ports/directory-source.ts';
import { findUser } from './account-finder.ts';
import { readUser, readUserRows } from './account-reader.ts';
import { apiLooks } from './api-looks.ts';
import type { IcewarpConnection } from './connection.ts';
import { runDiagnosis } from './diagnosis.ts';
import { readDomains } from './domain-reader.ts';
import { readGroup, readGroupRows } from './group-reader.ts';
import { createHttpApi } from './http-api.ts';
import { networkLooks } from './network-looks.ts';
import type { OwnPlaces } from './own-directory.ts';
import type { Reader } from './reader.ts';
import { checkAdministrator } from './rights.ts';
import { readVersion } from './server-version.ts';
import { createSession } from './session.ts';
import { createWitnessedReader } from './witnesses.ts';

export interface IcewarpSourceOptions {
  /** Names the server in the store's keys; `icewarp` when left out. */
  readonly sourceId?: string;
  /** Calls at the same time; 8 when left out. */
  readonly concurrency?: number;
  /** Where this service answers as a directory: accounts whose password IceWarp asks there go round in a circle. */
  readonly ownPlaces?: OwnPlaces;
  /** Today, for accounts and domains that expire. */
  readonly now?: () => Date;
}

/**
 * The accounts of an IceWarp server over its HTTP admin API. Connects and logs in at the first call. Throws
 * `invalid_input` for a URL or CA file that cannot be used.
 *
 * Beside the codes of the port, `probe` may reject with `unsupported`: a server older than 10.4. An aborted call rejects
 * with the signal's reason.
 */
export function createIcewarpSource(
  connection: IcewarpConnection,
  options: IcewarpSourceOptions = {},
): DirectorySource & AccountFinder {
  const api = createHttpApi(connection, { concurrency: options.concurrency ?? 8 });
  const session = createSession(connection, api);
  const now = options.now ?? (() => new Date());
  let domains: readonly SourceDomain[] | undefined;
  const reader: Reader = {
    session,
    log: connection.log,
    now,
    ownPlaces: options.ownPlaces ?? [],
    async domainNames(signal) {
      domains ??= await readDomains(reader, signal);
      return domains.map(({ name }) => name);
    },
  };
  const users = createWitnessedReader(
    (...entry) => readUser(reader, ...entry),
    () => true,
  );
  // A mailing list may have its members without the command that tells those of a group: it proves nothing.
  const groups = createWitnessedReader(
    (...entry) => readGroup(reader, ...entry),
    (row) => row.kind === 'group',
  );
  return {
    sourceId: options.sourceId ?? 'icewarp',
    async probe(signal) {
      await checkAdministrator(reader, signal);
      return { version: await readVersion(reader, signal), api: 'http' };
    },
    diagnose(onStep, signal) {
      const looks = [...networkLooks(connection, api.url, now), ...apiLooks(api, reader)];
      return runDiagnosis(looks, onStep, signal);
    },
    async listDomains(signal) {
      // Each run begins here: an administrator who was demoted since would be shown fewer domains, not an error.
      await checkAdministrator(reader, signal);
      domains = await readDomains(reader, signal);
      return domains;
    },
    async listUsers(domain, signal) {
      const rows = await readUserRows(reader, domain, signal);
      users.listed(domain, rows);
      return rows;
    },
    findUser: (domain, address, signal) => findUser(reader, domain, address, signal),
    readUser: (domain, row, signal) => users.read(domain, row, signal),
    async listGroups(domain, includeMailingLists, signal) {
      const rows = await readGroupRows(reader, domain, includeMailingLists, signal);
      groups.listed(domain, rows);
      return rows;
    },
    readGroup: (domain, row, signal) => groups.read(domain, row, signal),
    async close() {
      await session.close();
      await api.close();
    },
  };
}
