import type { LdapProfile } from './profile.ts';

/** An address book shows people and groups: what stands for the state of accounts is left out of it. */
export const roundcube: LdapProfile = {
  name: 'roundcube',
  product: 'Roundcube',
  hidden: ['accountEnabled', 'userAccountControl', 'nsAccountLock', 'pwdAccountLockedTime'],
};
