import type { ServiceAccountLine } from '../service-accounts.ts';
import { fail, ok, warn } from './finding.ts';
import type { Check } from './run-checks.ts';

/** What an open database holds. */
export interface StoredFacts {
  /** A path or address, never a password. */
  readonly name: string;
  readonly serviceAccounts: readonly ServiceAccountLine[];
}

/**
 * The database, and in it the secrets of service accounts that were made here. `read` gives undefined where there is none yet: nobody asked for
 * one to be made.
 */
export function checkDatabase(read: () => Promise<StoredFacts | undefined>): Check {
  return {
    name: 'database',
    remedy: 'see database.url',
    async run(find) {
      const facts = await read();
      if (facts === undefined) {
        const remedy =
          'start the service, or run `sync`; if there should be one, check database.url and the working folder';
        find(fail('there is no database yet', remedy));
        return;
      }
      find(ok(`${facts.name} can be read`));
      for (const { name, status } of facts.serviceAccounts) {
        const remedy = `bring the former security.secretFile back, or run \`service-accounts rotate ${name}\``;
        if (status === 'other_key') find(fail(`the service account ${name} was made with another key`, remedy));
        if (status === 'hidden')
          find(
            warn(
              `the service account ${name} made here is hidden by one of the settings`,
              `remove one of them: \`service-accounts remove ${name}\`, or from ldap.serviceAccounts`,
            ),
          );
      }
    },
  };
}
