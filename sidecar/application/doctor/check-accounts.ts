import { messageOf } from '../../core/errors.ts';
import type { Secret } from '../../core/secret.ts';
import { type Finding, fail, ok, oneLine, warn } from './finding.ts';
import { type LdapVisits, type ListenerPlace, nameOf, visit } from './listener-visits.ts';
import type { Check } from './run-checks.ts';

/** A service account of the settings. */
export interface TriedAccount {
  readonly name: string;
  /** Undefined: it has none. */
  readonly password: Secret | undefined;
  readonly hasCertificate: boolean;
}

const invalidCredentials = 49;
const pageSize = 5;
const maxPages = 2;
const maxBinds = 200;

/**
 * Binds each service account of the settings on each listener and reads two pages of users. Nobody else's password is ever tried, and an
 * account that is refused once is not tried again: failures count against it.
 */
export function checkAccounts(options: {
  readonly accounts: readonly TriedAccount[];
  readonly places: readonly ListenerPlace[];
  readonly visits: LdapVisits;
  readonly baseDn: string;
}): Check {
  const { accounts, visits, baseDn } = options;
  const places = options.places.filter(
    ({ port, obstacle, takesPasswords }) => port !== 0 && obstacle === undefined && takesPasswords,
  );
  let binds = 0;
  /** Where there was no answer: one finding and one time-out are enough. */
  const silent = new Set<ListenerPlace>();

  return {
    name: 'accounts',
    remedy: 'see the findings on listeners',
    async run(find) {
      if (accounts.length === 0) {
        const remedy =
          'add one to ldap.serviceAccounts, or make one with `service-accounts add`, if applications are to search';
        find(warn('the settings have no service account', remedy));
      }
      if (places.length === 0 && accounts.length > 0)
        find(warn('no listener takes passwords from this machine', 'see the findings on listeners'));
      for (const { name, password, hasCertificate } of accounts) {
        if (password === undefined) {
          if (hasCertificate) find(ok(`${name} logs in by its certificate alone: not tried`));
          else find(warn(`${name} has an empty password and cannot log in`, 'fill its password in'));
          continue;
        }
        for (const place of places.filter((each) => !silent.has(each))) {
          if (binds >= maxBinds) {
            find(warn(`${name} on ${nameOf(place)} was not tried: ${maxBinds} logins are enough`, 'try it by hand'));
            break;
          }
          binds += 1;
          const { finding, isRefused, isSilent } = await tryAccount(visits, { name, password, place, baseDn });
          find(finding);
          if (isSilent) silent.add(place);
          if (isRefused) break;
        }
      }
    },
  };
}

interface Trial {
  readonly name: string;
  readonly password: Secret;
  readonly place: ListenerPlace;
  readonly baseDn: string;
}

async function tryAccount(
  visits: LdapVisits,
  { name, password, place, baseDn }: Trial,
): Promise<{ readonly finding: Omit<Finding, 'check'>; readonly isRefused?: boolean; readonly isSilent?: boolean }> {
  const who = `${name} on ${nameOf(place)}`;
  try {
    return await visit(visits, place, async (opened) => {
      const code = await opened.bind(`cn=${name}`, password);
      if (code === invalidCredentials) {
        const text = `${who}: its password is refused; it was tried once and is not tried on further listeners`;
        const remedy =
          'if it was changed since the service started, restart the service; a file must hold the password alone, on one line';
        return { finding: fail(text, remedy), isRefused: true };
      }
      if (code !== 0) return { finding: fail(`${who}: LDAP result ${code}`, 'see the log of the service') };
      const { users, more } = await opened.readUsers(baseDn, pageSize, maxPages);
      if (users > 0) {
        return { finding: ok(`${who}: logs in and sees ${more ? 'more than ' : ''}${users} users, read in pages`) };
      }
      const remedy = 'see its scope in ldap.serviceAccounts, and whether there are users';
      return { finding: warn(`${who}: logs in and sees no user`, remedy) };
    });
  } catch (error) {
    const finding = fail(`${who}: ${oneLine(messageOf(error))}`, 'see the findings on listeners');
    return { finding, isSilent: true };
  }
}
