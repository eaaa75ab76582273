import { bracketed, type ProductSettings, toBindDn, toPasswordMark, toScheme } from './product-settings.ts';

/** By its own command line, so that nothing is left to the wizard's guesses. */
export const nextcloud: ProductSettings = {
  product: 'Nextcloud (user_ldap)',
  blocks: (values) => {
    const set = (name: string, value: string) =>
      `php occ ldap:set-config s01 ${name} '${value.replaceAll("'", "'\\''")}'`;
    const { host, port, tls, baseDn } = values;
    return [
      {
        place: 'in the folder of Nextcloud, as its web server’s user',
        lines: [
          'php occ app:enable user_ldap',
          'php occ ldap:create-empty-config',
          set('ldapHost', tls === 'ldaps' ? `${toScheme(tls)}://${bracketed(host)}` : host),
          set('ldapPort', String(port)),
          set('ldapTLS', tls === 'starttls' ? '1' : '0'),
          set('ldapAgentName', toBindDn(values)),
          set('ldapAgentPassword', toPasswordMark(values)),
          set('ldapBase', baseDn),
          set('ldapBaseUsers', `ou=users,${baseDn}`),
          set('ldapBaseGroups', `ou=groups,${baseDn}`),
          set('ldapUserFilter', '(&(objectClass=inetOrgPerson)(accountEnabled=TRUE))'),
          set('ldapLoginFilter', '(&(objectClass=inetOrgPerson)(accountEnabled=TRUE)(|(uid=%uid)(mail=%uid)))'),
          set('ldapGroupFilter', '(objectClass=groupOfNames)'),
          set('ldapGroupMemberAssocAttr', 'member'),
          set('ldapUserDisplayName', 'displayName'),
          set('ldapEmailAttribute', 'mail'),
          set('ldapExpertUsernameAttr', 'uid'),
          set('ldapExpertUUIDUserAttr', 'entryUUID'),
          set('ldapExpertUUIDGroupAttr', 'entryUUID'),
          set('ldapPagingSize', '500'),
          set('ldapConfigurationActive', '1'),
          'php occ ldap:test-config s01',
        ],
      },
    ];
  },
};
