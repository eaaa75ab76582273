import { type ProductSettings, toBindDn, toForm, toPasswordMark, toUrl } from './product-settings.ts';

/** Read only, with pages and time-outs, which Keycloak leaves out by itself. StartTLS and its pool exclude each other. */
export const keycloak: ProductSettings = {
  product: 'Keycloak',
  blocks: (values) => [
    {
      place: 'User federation > Add LDAP provider',
      lines: toForm([
        ['Vendor', 'Other'],
        ['Connection URL', toUrl(values)],
        ['Enable StartTLS', values.tls === 'starttls' ? 'On' : 'Off'],
        ['Connection pooling', values.tls === 'starttls' ? 'Off' : 'On'],
        ['Connection timeout', '5000'],
        ['Read timeout', '30000'],
        ['Bind type', 'simple'],
        ['Bind DN', toBindDn(values)],
        ['Bind credentials', toPasswordMark(values)],
        ['Edit mode', 'READ_ONLY'],
        ['Users DN', `ou=users,${values.baseDn}`],
        ['Username LDAP attribute', 'uid'],
        ['RDN LDAP attribute', 'uid'],
        ['UUID LDAP attribute', 'entryUUID'],
        ['User object classes', 'inetOrgPerson, organizationalPerson'],
        ['Search scope', 'One Level'],
        ['Pagination', 'On'],
        ['Import users', 'On'],
        ['Sync registrations', 'Off'],
        ['Trust email', 'On'],
      ]),
    },
    {
      place: 'User federation > the provider > Mappers',
      lines: toForm([
        ['first name', 'change its LDAP attribute from cn to givenName'],
        ['enabled', 'user-attribute-ldap-mapper, accountEnabled → enabled, read only, always read from LDAP'],
        ['groups', `group-ldap-mapper, ou=groups,${values.baseDn}, mode READ_ONLY, a groups path of its own, /icewarp`],
        ['privileges', `role-ldap-mapper, ou=privileges,${values.baseDn}, mode READ_ONLY, realm roles`],
      ]),
    },
  ],
};
