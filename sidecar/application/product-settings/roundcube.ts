import { phpText } from './php-text.ts';
import { bracketed, type ProductSettings, toBindDn, toPasswordMark, toScheme } from './product-settings.ts';

/** An address book, which nobody can write to. */
export const roundcube: ProductSettings = {
  product: 'Roundcube',
  blocks: (values) => {
    const { host, port, tls, baseDn } = values;
    return [
      {
        place: 'config/config.inc.php',
        lines: [
          "$config['ldap_public']['icewarp'] = [",
          "  'name' => 'Company',",
          `  'hosts' => ['${toScheme(tls)}://${bracketed(host)}:${port}'],`,
          `  'use_tls' => ${tls === 'starttls'},`,
          "  'ldap_version' => 3,",
          `  'base_dn' => 'ou=users,${phpText(baseDn)}',`,
          `  'bind_dn' => '${toBindDn(values)}',`,
          `  'bind_pass' => '${toPasswordMark(values)}',`,
          "  'writable' => false,",
          "  'scope' => 'sub',",
          "  'filter' => '(objectClass=inetOrgPerson)',",
          "  'search_fields' => ['mail', 'cn'],",
          "  'name_field' => 'cn',",
          "  'email_field' => 'mail',",
          "  'fieldmap' => ['name' => 'cn', 'surname' => 'sn', 'firstname' => 'givenName', 'email' => 'mail:*', 'phone' => 'telephoneNumber'],",
          "  'sort' => 'cn',",
          "  'fuzzy_search' => true,",
          `  'groups' => ['base_dn' => 'ou=groups,${phpText(baseDn)}', 'filter' => '(objectClass=groupOfNames)', 'object_classes' => ['top', 'groupOfNames'], 'member_attr' => 'member', 'name_attr' => 'cn'],`,
          '];',
          "$config['autocomplete_addressbooks'] = ['sql', 'icewarp'];",
        ],
      },
    ];
  },
};
