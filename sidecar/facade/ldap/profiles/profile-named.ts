import { type LdapProfileName, ldapProfileNames } from '../../../core/ldap-profiles.ts';
import { activedirectory } from './activedirectory.ts';
import { apache } from './apache.ts';
import { dovecot } from './dovecot.ts';
import { generic } from './generic.ts';
import { keycloak } from './keycloak.ts';
import { mailarchiva } from './mailarchiva.ts';
import { mailstore } from './mailstore.ts';
import { nextcloud } from './nextcloud.ts';
import { piler } from './piler.ts';
import { postfix } from './postfix.ts';
import type { LdapProfile } from './profile.ts';
import { roundcube } from './roundcube.ts';
import { sssd } from './sssd.ts';

const byName: Readonly<Record<LdapProfileName, LdapProfile>> = {
  ...{ generic, keycloak, mailstore, piler, mailarchiva, dovecot, postfix },
  ...{ sssd, nextcloud, roundcube, apache, activedirectory },
};

/** Names of all profiles. */
export const profileNames: readonly string[] = ldapProfileNames;

/** Every profile, the one for everybody first. */
export const profiles: readonly LdapProfile[] = ldapProfileNames.map((name) => byName[name]);

/** The profile of a name; undefined when there is none. */
export function profileNamed(name: string): LdapProfile | undefined {
  return profiles.find((profile) => profile.name === name);
}
