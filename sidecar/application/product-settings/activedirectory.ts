import { describeTls, type ProductSettings, toBindDn, toForm, toPasswordMark } from './product-settings.ts';

/** For whatever product knows Active Directory alone: its forms differ, the values do not. */
export const activedirectory: ProductSettings = {
  product: 'clients of Active Directory',
  blocks: (values) => [
    {
      place: 'the LDAP or Active Directory settings of the product',
      lines: toForm([
        ['Server', values.host],
        ['Port', String(values.port)],
        ['Encryption', describeTls(values.tls)],
        ['Base DN', values.baseDn],
        ['Bind DN', toBindDn(values)],
        ['Password', toPasswordMark(values)],
        ['User filter', '(&(objectClass=user)(objectCategory=person))'],
        ['Login attribute', 'sAMAccountName or userPrincipalName'],
        ['Group filter', '(objectClass=group)'],
        ['Members', 'member; memberOf of users'],
        ['E-mail', 'mail, proxyAddresses'],
        ['Unique id', 'objectGUID'],
        ['Disabled', 'userAccountControl, bit 2'],
      ]),
    },
  ],
};
