import { derivePosix } from './posix.ts';
import type { LdapProfile } from './profile.ts';

/** Its shipped filters are `(&(objectClass=posixAccount)(uid=%u))`, with the whole address for a name. */
export const dovecot: LdapProfile = { name: 'dovecot', product: 'Dovecot', derive: (facts) => derivePosix(facts) };
