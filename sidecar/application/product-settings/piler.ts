import { phpText } from './php-text.ts';
import { type ProductSettings, toBindDn, toPasswordMark, toUrl } from './product-settings.ts';

/** Its login looks for the address with `smtp:` before it. */
export const piler: ProductSettings = {
  product: 'piler',
  blocks: (values) => [
    {
      place: '/etc/piler/config-site.php',
      lines: [
        "$config['ENABLE_LDAP_AUTH'] = 1;",
        `$config['LDAP_HOST'] = '${toUrl(values)}';`,
        `$config['LDAP_USE_START_TLS'] = ${values.tls === 'starttls' ? 1 : 0};`,
        `$config['LDAP_BASE_DN'] = '${phpText(values.baseDn)}';`,
        `$config['LDAP_HELPER_DN'] = '${toBindDn(values)}';`,
        `$config['LDAP_HELPER_PASSWORD'] = '${toPasswordMark(values)}';`,
        "$config['LDAP_MAIL_ATTR'] = 'proxyAddresses';",
        "$config['LDAP_ACCOUNT_OBJECTCLASS'] = 'user';",
        "$config['LDAP_DISTRIBUTIONLIST_OBJECTCLASS'] = 'group';",
        "$config['LDAP_DISTRIBUTIONLIST_ATTR'] = 'member';",
        `$config['LDAP_ADMIN_MEMBER_DN'] = 'cn=Administrator,ou=privileges,${phpText(values.baseDn)}';`,
        `$config['LDAP_AUDITOR_MEMBER_DN'] = 'cn=auditor,ou=roles,${phpText(values.baseDn)}';`,
      ],
    },
  ],
};
