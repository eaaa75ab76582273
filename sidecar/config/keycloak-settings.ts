import { parseServiceAccountName } from '../core/service-accounts.ts';
import { quote } from './faults.ts';
import { listOf } from './list-types.ts';
import { secretText } from './secret-types.ts';
import { optionalSetting, setting } from './setting.ts';
import { path, textSetting, textType, wholeNumber, yesOrNo } from './setting-types.ts';

const keycloakUrl = textType('URL', 'url', (text) => {
  const url = /^https?:\/\/[^/]/i.test(text) ? URL.parse(text) : null;
  if (url === null || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    return { fault: 'is no address of a server; write one like https://sso.example.com, without a login, ? or #' };
  return { value: url.href.replace(/\/+$/, '') };
});

const ldapUrls = textType('LDAP URLs', 'urls', (text) => {
  const parts = text.split(' ').filter((part) => part !== '');
  const isUrl = (part: string) => /^ldaps?:\/\/[^\s/,@]+\/?$/i.test(part) && URL.parse(part) !== null;
  return parts.length > 0 && parts.every(isUrl)
    ? { value: parts.map((part) => part.replace(/\/$/, '')).join(' ') }
    : {
        fault: `${quote(text)} is no LDAP URL; write one like ldaps://ldap.example.com:636, several with blanks between`,
      };
});

/** Realm names stand in paths. */
const realmName = textType('name', 'name', (text) =>
  /^[\w.-]{1,255}$/.test(text) && !/^\.+$/.test(text)
    ? { value: text }
    : { fault: `${quote(text)} is no realm; use letters, digits, dots, hyphens and underscores` },
);

const plainName = textType('name', 'name', (text) =>
  /[\p{Cc}/#?;]|\.\.|^\s|\s$/u.test(text) || text.length > 200
    ? { fault: `${quote(text)} is no name here; leave out / # ? ; and double dots, and use at most 200 characters` }
    : { value: text },
);

const accountName = textType('name', 'name', (text) => {
  const value = parseServiceAccountName(text);
  return value === undefined
    ? { fault: `${quote(text)} is no name; use letters, digits, dots, hyphens and underscores, at most 64` }
    : { value };
});

const clientList = listOf(
  { one: 'client id', many: 'client ids', placeholder: 'client', example: 'archive' },
  (text) => (/[\s\p{Cc}]/u.test(text) || text.length > 255 ? undefined : text),
);

const compositeList = listOf(
  { one: 'inclusion', many: 'inclusions', placeholder: 'role>included', example: 'Auditor>ReadOwnArchive' },
  (text) => {
    const parts = text.split('>').map((part) => part.trim());
    return parts.length === 2 && parts.every((part) => part !== '' && part.length < 256) ? parts.join('>') : undefined;
  },
);

/** Settings of the Keycloak plugin. */
export const keycloakSettingTree = {
  url: optionalSetting(keycloakUrl, 'Address of Keycloak. Without it, nothing is done there.'),
  realm: setting(realmName, 'icewarp', 'The realm that IceWarp users log in to; not `master`.'),
  clientId: setting(
    textSetting('client id'),
    'icewarp-sidecar',
    'Our client in that realm, with a service account; `keycloak bootstrap` makes it.',
  ),
  clientSecret: optionalSetting(secretText, 'Its secret.'),
  caFile: optionalSetting(path, "PEM file with the certificate that Keycloak's own is checked against."),
  clients: setting(
    clientList,
    '',
    'Clients of the realm whose client roles follow privileges and roles, beside the realm roles.',
  ),
  admin: {
    realm: setting(realmName, 'master', 'Realm of the administrator that `keycloak bootstrap` logs in as.'),
    clientId: setting(textSetting('client id'), 'admin-cli', 'Client of that login.'),
    clientSecret: optionalSetting(
      secretText,
      "That client's secret, where it has one. Without a user name it logs in by itself.",
    ),
    username: optionalSetting(textSetting('user name'), 'The administrator; used by `keycloak bootstrap` alone.'),
    password: optionalSetting(secretText, "The administrator's password."),
  },
  federation: {
    enabled: setting(yesOrNo, 'true', 'Let Keycloak read users over LDAP and check their passwords there.'),
    name: setting(plainName, 'icewarp', 'Name of the LDAP provider in Keycloak.'),
    connectionUrl: optionalSetting(
      ldapUrls,
      'Our LDAP service as Keycloak reaches it, several addresses with blanks between. Left out: made from `ldap.host` and `ldap.port`.',
    ),
    startTls: setting(yesOrNo, 'false', 'Encrypt connections to `ldap://` addresses.'),
    bindAccount: setting(
      accountName,
      'keycloak',
      'Service account that Keycloak logs in with. Made, and given another secret, by `keycloak apply`, where the configuration has none of that name.',
    ),
    changedSyncSeconds: setting(
      wholeNumber(0, 86_400),
      '600',
      'How often Keycloak itself asks for changed users; 0 = never.',
    ),
    fullSyncSeconds: setting(wholeNumber(0, 2_592_000), '86400', 'How often it reads all of them; 0 = never.'),
    batchSize: setting(wholeNumber(10, 10_000), '500', 'Users in one page of a synchronisation.'),
    cacheSeconds: setting(
      wholeNumber(1, 86_400),
      '300',
      'How long Keycloak uses what it read of a user: groups, roles and whether the account is enabled.',
    ),
    removeMissing: setting(
      yesOrNo,
      'false',
      'Let Keycloak delete users, with their second factors and consents, and groups that it finds no more. Off: such users are disabled.',
    ),
    groupsParent: setting(plainName, 'icewarp', 'Top-level group that the IceWarp groups hang below.'),
    composites: setting(
      compositeList,
      '',
      'Realm roles that include another one, each as `role>included`, such as `Auditor>ReadOwnArchive`.',
    ),
  },
  brokering: {
    enabled: setting(yesOrNo, 'false', 'Let people log in at Keycloak by our own login page (OpenID Connect).'),
    alias: setting(realmName, 'icewarp', 'Alias of the identity provider in Keycloak; a part of its addresses.'),
    issuer: optionalSetting(
      keycloakUrl,
      'Our issuer as Keycloak and browsers reach it, such as https://sso.example.com/oidc.',
    ),
    clientId: setting(textSetting('client id'), 'keycloak', 'The client that Keycloak is here.'),
    clientSecret: optionalSetting(secretText, 'Its secret.'),
  },
} as const;
