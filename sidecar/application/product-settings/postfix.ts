import { type InstallationValues, type ProductSettings, toBindDn, toPasswordMark, toUrl } from './product-settings.ts';

const usersFile = '/etc/postfix/ldap-users.cf';
const groupsFile = '/etc/postfix/ldap-groups.cf';

/** One table that leads every address of a user to the primary one, and one that spreads a group's mail to its members. */
export const postfix: ProductSettings = {
  product: 'Postfix',
  blocks: (values) => [
    {
      place: usersFile,
      lines: [
        ...toServer(values),
        `search_base = ou=users,${values.baseDn}`,
        'query_filter = (mail=%s)',
        'result_attribute = uid',
      ],
    },
    {
      place: groupsFile,
      lines: [
        ...toServer(values),
        `search_base = ou=groups,${values.baseDn}`,
        'query_filter = (mail=%s)',
        'result_attribute =',
        'special_result_attribute = member',
        'leaf_result_attribute = maildrop',
      ],
    },
    {
      place: '/etc/postfix/main.cf',
      lines: [`virtual_alias_maps = ldap:${usersFile}, ldap:${groupsFile}`, `virtual_mailbox_maps = ldap:${usersFile}`],
    },
  ],
};

function toServer(values: InstallationValues): readonly string[] {
  const { tls, caFile } = values;
  return [
    `server_host = ${toUrl(values)}`,
    'version = 3',
    ...(tls === 'starttls' ? ['start_tls = yes'] : []),
    ...(tls === 'none' ? [] : ['tls_require_cert = yes', `tls_ca_cert_file = ${caFile}`]),
    'bind = yes',
    `bind_dn = ${toBindDn(values)}`,
    `bind_pw = ${toPasswordMark(values)}`,
    'timeout = 10',
  ];
}
