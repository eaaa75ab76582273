import { showFirst } from './derive.ts';
import type { LdapProfile } from './profile.ts';

/** Its accounts have one e-mail address; who types another one is found by it. */
export const nextcloud: LdapProfile = { name: 'nextcloud', product: 'Nextcloud', derive: () => [showFirst('mail')] };
