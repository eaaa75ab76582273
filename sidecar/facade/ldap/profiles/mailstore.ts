import { activeDirectoryClasses, addClasses } from './classes.ts';
import type { LdapProfile } from './profile.ts';

/** Its documentation's filters are Active Directory's: `(&(objectClass=user)(objectCategory=person))`, `(proxyAddresses=*)`. */
export const mailstore: LdapProfile = {
  name: 'mailstore',
  product: 'MailStore Server',
  derive: () => [addClasses(activeDirectoryClasses)],
};
