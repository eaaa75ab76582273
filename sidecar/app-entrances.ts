import type { LoginEntrance } from './application/explain-login.ts';
import { firstLdapListener } from './config/listener-names.ts';

/** Every place where people log in, with what it requires. */
export function listLoginEntrances(): readonly (LoginEntrance & { readonly name: string })[] {
  return [firstEntrance];
}

/** The LDAP listener that `ldap.host` and `ldap.port` make. */
export const firstEntrance: LoginEntrance & { readonly name: string } = {
  facade: 'ldap',
  name: firstLdapListener,
  require: ['LogOn'],
};
