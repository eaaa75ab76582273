import { setting } from './setting.ts';
import { wholeNumber } from './setting-types.ts';

/** What one LDAP request may ask for. */
export const ldapLimitTree = {
  messageKilobytes: setting(
    wholeNumber(16, 65_536),
    '1024',
    'Largest request after a login. Before one it is 64 KB, or this where it is less.',
  ),
  filterDepth: setting(wholeNumber(4, 100), '64', 'How deep the parts of a filter may be nested.'),
  filterParts: setting(wholeNumber(16, 10_000), '1024', 'How many parts a filter may have, all levels together.'),
  attributes: setting(wholeNumber(16, 10_000), '1024', 'How many attributes one search may name.'),
  entries: setting(
    wholeNumber(0, 10_000_000),
    '0',
    'How many entries one search may find, all its pages together; 0 is no limit. One that finds more fails as a whole (LDAP 11), unless the client itself asked for no more. ' +
      'Some clients take that for an empty directory and remove everybody (Keycloak does): leave it at 0 for those.',
  ),
  searchSeconds: setting(
    wholeNumber(0, 3600),
    '30',
    'How long finding and sorting may take before the first entry is sent; 0 is no limit. A search that takes longer fails as a whole (LDAP 11).',
  ),
};
