import { bracketed, describeTls, type ProductSettings, toBindDn, toForm, toPasswordMark } from './product-settings.ts';

/** It searches for the bind attribute, then binds as the entry found; roles go by an attribute's value. */
export const mailarchiva: ProductSettings = {
  product: 'MailArchiva',
  blocks: (values) => [
    {
      place: 'Configuration > Logins, type "LDAP"',
      lines: toForm([
        ['LDAP Server Address', `${bracketed(values.host)}:${values.port}`],
        ['Encryption', describeTls(values.tls)],
        ['Base DN', `ou=users,${values.baseDn}`],
        ['Service DN', toBindDn(values)],
        ['Service Password', toPasswordMark(values)],
        ['Bind Attribute', 'uid'],
        ['Email Attribute', 'mail'],
        ['Role of administrators', `memberOf matches cn=Administrator,ou=privileges,${values.baseDn}`],
        ['Role of everybody else', `memberOf matches cn=LogOn,ou=privileges,${values.baseDn}`],
      ]),
    },
  ],
};
