import type { RefusalReason } from '../../core/login/order.ts';
import { refusalText } from './errors.ts';

/** Whether a refused bind says why: not at all, or as Active Directory does. */
export type Diagnostics = 'none' | 'activedirectory';

/**
 * Data codes of Active Directory, hexadecimal Windows errors (Microsoft's "System Error Codes", 1300-1699 and 1700-3999): 52e
 * ERROR_LOGON_FAILURE, 532 ERROR_PASSWORD_EXPIRED, 533 ERROR_ACCOUNT_DISABLED, 534 ERROR_LOGON_TYPE_NOT_GRANTED, 701
 * ERROR_ACCOUNT_EXPIRED, 775 ERROR_ACCOUNT_LOCKED_OUT. Names that are nobody's get the code of a wrong password.
 */
const dataCodes: Readonly<Record<RefusalReason, string>> = {
  unknown_name: '52e',
  ambiguous_name: '52e',
  empty_password: '52e',
  wrong_password: '52e',
  wrong_app_password: '52e',
  app_password_not_for_here: '52e',
  second_factor_required: '52e',
  any_password: '52e',
  directory_loop: '52e',
  disabled: '533',
  domain_disabled: '533',
  missing: '533',
  password_expired: '532',
  expired: '701',
  missing_privilege: '534',
  blocked: '775',
};

/** The diagnostic message of a refused bind. */
export function toRefusalText(reason: RefusalReason, diagnostics: Diagnostics): string {
  if (diagnostics === 'none') return refusalText;
  return `80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data ${dataCodes[reason]}, v4563`;
}
