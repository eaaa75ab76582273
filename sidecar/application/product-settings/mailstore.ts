import { type ProductSettings, toForm, toPasswordMark } from './product-settings.ts';

const protocols = { none: 'LDAP', starttls: 'LDAP-TLS', ldaps: 'LDAP-SSL' } as const;

/** Its form has no field for a port: 389 for LDAP and LDAP-TLS, 636 for LDAP-SSL. */
export const mailstore: ProductSettings = {
  product: 'MailStore Server',
  blocks: (values) => [
    {
      place: 'Administrative Tools > Users and Archives > Directory Services, type "LDAP Generic"',
      lines: toForm([
        ['Server Name', values.host],
        ['Protocol', protocols[values.tls]],
        ['Accept all certificates', 'no'],
        ['Administrative DN', values.account],
        ['Password', toPasswordMark(values)],
        ['Base DN', values.baseDn],
        ['Filter', '(&(objectClass=user)(objectCategory=person)(proxyAddresses=*))'],
        ['User Name', 'userPrincipalName'],
        ['Local Part Only', 'no'],
        ['Full Name', 'displayName'],
        ['E-mail', 'mail, proxyAddresses'],
      ]),
    },
  ],
};
