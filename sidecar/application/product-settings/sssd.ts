import { type ProductSettings, toBindDn, toPasswordMark, toUrl } from './product-settings.ts';

/** Groups name members by DN; a user's own group has the user's number and no entry. */
export const sssd: ProductSettings = {
  product: 'SSSD',
  blocks: (values) => [
    {
      place: '/etc/sssd/sssd.conf',
      lines: [
        '[sssd]',
        'services = nss, pam',
        'domains = icewarp',
        '',
        '[domain/icewarp]',
        'id_provider = ldap',
        'auth_provider = ldap',
        'chpass_provider = none',
        `ldap_uri = ${toUrl(values)}`,
        ...(values.tls === 'ldaps' ? [] : ['ldap_id_use_start_tls = true']),
        `ldap_tls_cacert = ${values.caFile}`,
        `ldap_search_base = ${values.baseDn}`,
        'ldap_schema = rfc2307bis',
        `ldap_default_bind_dn = ${toBindDn(values)}`,
        `ldap_default_authtok = ${toPasswordMark(values)}`,
        'ldap_referrals = false',
        'auto_private_groups = true',
      ],
    },
  ],
};
