import { deriveCopy, deriveValue, readStored } from './derive.ts';
import type { LdapProfile } from './profile.ts';

/**
 * An LDAP table looks by default for `mailacceptinggeneralid` and takes `maildrop`: all addresses of users and groups, and where mail
 * of a user goes. A group has none: its mail is spread by `special_result_attribute = member`.
 */
export const postfix: LdapProfile = {
  name: 'postfix',
  product: 'Postfix',
  derive: () => [
    deriveCopy('mailacceptinggeneralid', 'mail', ['user', 'group']),
    deriveValue({
      name: 'maildrop',
      kinds: ['user'],
      valuesOf: ({ id, snapshot }) => readStored(snapshot, id, 'uid'),
      find: (value, order) => ({ kind: order, attribute: 'uid', value }),
    }),
  ],
};
