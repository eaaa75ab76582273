import { type ProductSettings, toBindDn, toPasswordMark, toUrl } from './product-settings.ts';

const ldapFile = '/etc/dovecot/dovecot-ldap.conf.ext';

/** Any address of a user finds the one mailbox; its shipped filters know the primary address alone. */
export const dovecot: ProductSettings = {
  product: 'Dovecot 2.3',
  blocks: (values) => [
    {
      place: ldapFile,
      lines: [
        `uris = ${toUrl(values)}`,
        ...(values.tls === 'starttls' ? ['tls = yes'] : []),
        ...(values.tls === 'none' ? [] : ['tls_require_cert = hard', `tls_ca_cert_file = ${values.caFile}`]),
        `dn = ${toBindDn(values)}`,
        `dnpass = ${toPasswordMark(values)}`,
        'auth_bind = yes',
        'ldap_version = 3',
        `base = ou=users,${values.baseDn}`,
        'scope = subtree',
        'pass_filter = (&(objectClass=posixAccount)(mail=%u))',
        'pass_attrs = uid=user',
        'user_filter = (&(objectClass=posixAccount)(mail=%u))',
        'user_attrs = uid=user',
      ],
    },
    {
      place: '/etc/dovecot/conf.d/auth-ldap.conf.ext',
      lines: ['passdb', 'userdb'].flatMap((section) => [
        `${section} {`,
        '  driver = ldap',
        `  args = ${ldapFile}`,
        '}',
      ]),
    },
  ],
};
