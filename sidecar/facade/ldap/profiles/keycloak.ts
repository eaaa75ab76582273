import { ResultCode } from '../result-codes.ts';
import { showFirst } from './derive.ts';
import type { LdapProfile } from './profile.ts';

/**
 * A Keycloak user has one e-mail address, and its LDAP provider takes the first value it is given; a person who types another one is
 * found all the same. An answer that was cut (3, 4, 11) and a referral (10) count as a complete one without entries, upon which
 * Keycloak removes users: it gets codes that it reports.
 */
export const keycloak: LdapProfile = {
  name: 'keycloak',
  product: 'Keycloak',
  derive: () => [showFirst('mail')],
  replacedCodes: new Map([
    [ResultCode.timeLimitExceeded, ResultCode.busy],
    [ResultCode.sizeLimitExceeded, ResultCode.unwillingToPerform],
    [ResultCode.adminLimitExceeded, ResultCode.unwillingToPerform],
  ]),
};
