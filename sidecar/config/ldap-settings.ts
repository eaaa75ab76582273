import { optionalSetting, setting } from './setting.ts';
import { path, wholeNumber } from './setting-types.ts';

/** Certificate of the first listener, and where LDAP over TLS is spoken beside it. */
export const ldapTlsTree = {
  certFile: optionalSetting(
    path,
    'PEM file with the certificate, then those of its issuers, read anew when it changes. With it `ldap.port` takes StartTLS, and `ldap.tls.port` speaks TLS from the start.',
  ),
  keyFile: optionalSetting(path, 'PEM file with its private key, without a passphrase.'),
  port: setting(wholeNumber(0, 65_535), '10636', 'Port for ldaps:// on the same address; 0 takes any free one.'),
};

/** What LDAP connections may cost. */
export const ldapLimitTree = {
  connections: setting(
    wholeNumber(1, 200_000),
    '10000',
    'Connections open at once, all listeners together; one more is told so and closed.',
  ),
  connectionsPerAddress: setting(
    wholeNumber(0, 60_000),
    '1000',
    'The same from one address (of IPv6, from one network of 64 bits); 0 is no limit of its own. Clients behind one load balancer count as one address, unless it sends the PROXY protocol.',
  ),
  outstandingOperations: setting(
    wholeNumber(1, 10_000),
    '128',
    'Requests of one connection that wait behind a running one; with more, reading from it pauses.',
  ),
  idleSeconds: setting(
    wholeNumber(10, 86_400),
    '900',
    'A connection is closed after so long without a request; before a login after 2 minutes, or this where it is less.',
  ),
  handshakeSeconds: setting(
    wholeNumber(1, 300),
    '10',
    'How long a TLS handshake may take, and the PROXY header before it.',
  ),
  messageSeconds: setting(wholeNumber(1, 3600), '30', 'How long a client may take to send one request whole.'),
  backlogKilobytes: setting(
    wholeNumber(16, 65_536),
    '256',
    'Answers waiting for a client that reads slowly; with more, the work for it pauses.',
  ),
  drainSeconds: setting(
    wholeNumber(1, 3600),
    '60',
    'How long such a client may take to make room; then its connection is closed.',
  ),
  messageKilobytes: setting(
    wholeNumber(16, 65_536),
    '1024',
    'Largest request after a login. Before one it is 64 KB, or this where it is less.',
  ),
  filterDepth: setting(wholeNumber(4, 100), '64', 'How deep the parts of a filter may be nested.'),
  filterParts: setting(wholeNumber(16, 10_000), '1024', 'How many parts a filter may have, all levels together.'),
  attributes: setting(wholeNumber(16, 10_000), '1024', 'How many attributes one search may name.'),
  entries: setting(
    wholeNumber(0, 10_000_000),
    '0',
    'How many entries one search may find, all its pages together; 0 is no limit. One that finds more fails as a whole (LDAP 11), unless the client itself asked for no more. ' +
      'Some clients take that for an empty directory and remove everybody (Keycloak does): leave it at 0 for those.',
  ),
  searchSeconds: setting(
    wholeNumber(0, 3600),
    '30',
    'How long finding and sorting may take before the first entry is sent; 0 is no limit. A search that takes longer fails as a whole (LDAP 11).',
  ),
};
