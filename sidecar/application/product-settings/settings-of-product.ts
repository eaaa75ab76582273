import type { LdapProfileName } from '../../core/ldap-profiles.ts';
import { activedirectory } from './activedirectory.ts';
import { apache } from './apache.ts';
import { dovecot } from './dovecot.ts';
import { keycloak } from './keycloak.ts';
import { mailarchiva } from './mailarchiva.ts';
import { mailstore } from './mailstore.ts';
import { nextcloud } from './nextcloud.ts';
import { piler } from './piler.ts';
import { postfix } from './postfix.ts';
import type { ProductSettings } from './product-settings.ts';
import { roundcube } from './roundcube.ts';
import { sssd } from './sssd.ts';

/** A product that has a profile of its own, by that profile's name. */
export type ProductName = Exclude<LdapProfileName, 'generic'>;

const byName: Readonly<Record<ProductName, ProductSettings>> = {
  ...{ keycloak, mailstore, piler, mailarchiva, dovecot, postfix },
  ...{ sssd, nextcloud, roundcube, apache, activedirectory },
};

export const productNames = Object.keys(byName) as readonly ProductName[];

/** The settings of a product; undefined when none of that name is known. */
export function settingsOfProduct(name: string): ProductSettings | undefined {
  const known = productNames.find((product) => product === name.toLowerCase());
  return known === undefined ? undefined : byName[known];
}
