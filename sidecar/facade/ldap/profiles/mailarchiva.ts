import { activeDirectoryClasses, addClasses } from './classes.ts';
import type { LdapProfile } from './profile.ts';

/** Its LDAP login binds by `uid` and reads `mail`; rules copied from its Active Directory login name the class `user`. */
export const mailarchiva: LdapProfile = {
  name: 'mailarchiva',
  product: 'MailArchiva',
  derive: () => [addClasses(activeDirectoryClasses)],
};
