import { bracketed, type ProductSettings, toBindDn, toPasswordMark, toScheme } from './product-settings.ts';

/** The filter of `Require ldap-filter` stands without its outer parentheses. */
export const apache: ProductSettings = {
  product: 'Apache httpd (mod_authnz_ldap)',
  blocks: (values) => {
    const { host, port, tls, baseDn, caFile } = values;
    const server = `${toScheme(tls)}://${bracketed(host)}:${port}`;
    const url = `"${server}/ou=users,${baseDn}?mail?sub?(objectClass=inetOrgPerson)"`;
    return [
      {
        place: '/etc/apache2/conf-available/icewarp.conf',
        lines: [
          ...(tls === 'none' ? [] : [`LDAPTrustedGlobalCert CA_BASE64 ${caFile}`]),
          '<Location "/private">',
          '  AuthType Basic',
          '  AuthName "IceWarp account"',
          '  AuthBasicProvider ldap',
          `  AuthLDAPURL ${url}${tls === 'starttls' ? ' STARTTLS' : ''}`,
          `  AuthLDAPBindDN ${toBindDn(values)}`,
          `  AuthLDAPBindPassword "${toPasswordMark(values)}"`,
          '  Require valid-user',
          '</Location>',
        ],
      },
    ];
  },
};
