import { derivePosix } from './posix.ts';
import type { LdapProfile } from './profile.ts';
import { shortNames } from './short-names.ts';

/** RFC 2307 and its successor "bis" at once: groups have `memberUid` and `member`. Names are short ones wherever they can be. */
export const sssd: LdapProfile = {
  name: 'sssd',
  product: 'SSSD',
  derive: (facts) => derivePosix(facts, shortNames),
};
