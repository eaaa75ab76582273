import { activeDirectoryClasses, addClasses } from './classes.ts';
import type { LdapProfile } from './profile.ts';

/** Its shipped settings look for the classes `user` and `group`, compared to the letter, and for `proxyAddresses`. */
export const piler: LdapProfile = {
  name: 'piler',
  product: 'piler',
  derive: () => [addClasses(activeDirectoryClasses)],
};
