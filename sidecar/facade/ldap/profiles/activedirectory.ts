import { deriveCategory } from './category.ts';
import { activeDirectoryClasses, addClasses } from './classes.ts';
import { deriveValue } from './derive.ts';
import { deriveGuid } from './guid.ts';
import type { LdapProfile } from './profile.ts';

/** For clients that know Active Directory alone. There is no `objectSid`: nothing here has a security identifier, and none is made up. */
export const activedirectory: LdapProfile = {
  name: 'activedirectory',
  product: 'clients of Active Directory',
  derive: () => [
    addClasses(activeDirectoryClasses),
    deriveCategory(),
    deriveGuid(),
    deriveValue({
      name: 'distinguishedName',
      kinds: ['user', 'group'],
      valuesOf: ({ id, snapshot }) => [snapshot.dnOf(id)],
      find: (value) => ({ kind: 'equal', attribute: 'entryDN', value }),
    }),
  ],
};
