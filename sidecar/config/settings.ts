import type { Secret } from '../core/secret.ts';
import { auditSettingTree } from './audit-settings.ts';
import { httpSettingTree } from './http-settings.ts';
import { keycloakSettingTree } from './keycloak-settings.ts';
import { ldapLimitTree, ldapTlsTree } from './ldap-settings.ts';
import { diagnosticsType, listenerList } from './listener-types.ts';
import { loginSettingTree } from './login-settings.ts';
import { baseDn, domainList, groupList, timeZone } from './name-types.ts';
import { mailAddress, mailAddressList, serverName, webhookUrl } from './notify-types.ts';
import { oidcSettingTree } from './oidc-settings.ts';
import { placeList } from './place-types.ts';
import { posixSettingTree } from './posix-settings.ts';
import { secretText, serviceAccountList } from './secret-types.ts';
import { flatten, type NamedSetting, optionalSetting, setting, type ValuesOf } from './setting.ts';
import { hostName, oneOf, path, share, textSetting, wholeNumber, yesOrNo } from './setting-types.ts';
import { databaseUrl, serverUrl } from './url-types.ts';

const port = wholeNumber(0, 65_535);

/** Every setting there is. The command line's help, `config print` and docs/settings.md are made from this. */
export const settingTree = {
  icewarp: {
    url: optionalSetting(serverUrl, 'The IceWarp server. Without it, `serve` is a demo with a simulated server.'),
    username: optionalSetting(
      textSetting('account'),
      'An administrator account of that server, used for reading only.',
    ),
    password: optionalSetting(secretText, 'Its password.'),
    acceptAnyCertificate: setting(
      yesOrNo,
      'false',
      "Take the server's TLS certificate unchecked. Better: `icewarp.caFile`.",
    ),
    caFile: optionalSetting(path, "PEM file with the certificate that the server's own is checked against."),
    timeoutSeconds: setting(wholeNumber(1, 600), '30', 'How long one call may take, logins excepted.'),
    api: setting(oneOf('auto', 'http'), 'auto', "Which of the server's interfaces is asked."),
    domains: setting(
      domainList,
      '',
      'Domains whose users are synchronised. With `icewarp.groups` empty too: everyone.',
    ),
    groups: setting(groupList, '', 'Groups whose members, nested ones too, are synchronised wherever their domain.'),
    ownDirectory: setting(
      placeList,
      '',
      'Further names, with or without a port, by which IceWarp reaches the LDAP of this service, as behind a load balancer. Accounts whose password IceWarp asks for here cannot log in: that would go round in a circle. The names of this machine are known.',
    ),
    includeMailingLists: setting(yesOrNo, 'false', 'Serve mailing lists as groups too.'),
    includeGuests: setting(yesOrNo, 'false', 'Serve guest accounts (people from outside) as users too.'),
  },
  sync: {
    intervalSeconds: setting(
      wholeNumber(10, 604_800),
      '300',
      'Pause between the end of a synchronisation and the next one.',
    ),
    missingUsers: setting(
      oneOf('disable', 'delete', 'keep'),
      'disable',
      'What becomes of users that IceWarp no longer has: disabled and deleted after the grace period, deleted at once, or kept.',
    ),
    graceDays: setting(wholeNumber(0, 3_650), '30', 'Days between disabling a missing user and deleting it.'),
    limitPercent: setting(
      wholeNumber(0, 100),
      '10',
      'A run that would disable or remove a larger share of the users (and at least 3) is held.',
    ),
    limitUsers: setting(
      wholeNumber(0, 1_000_000),
      '20',
      'A run that would disable or remove more users than this is held.',
    ),
    limitMembersPercent: setting(
      wholeNumber(0, 100),
      '20',
      'A run that would take a larger share of its members from a group of ten or more is held.',
    ),
    limitArchiveGrants: setting(
      wholeNumber(0, 1_000_000),
      '20',
      'A run that would open archives of others to more people than this is held.',
    ),
    beforeUse: setting(
      yesOrNo,
      'true',
      'Read an account from IceWarp by itself when somebody logs in with it whom the last synchronisation did not know, and, in the background, when somebody known does.',
    ),
    deepReadShare: setting(
      share(0.01),
      '1',
      'Share of the accounts whose row in the list is unchanged that a run reads whole all the same, those first that were not read for longest. ' +
        'Below 1 a run is quicker, and changes that the list does not show (aliases, expiry) arrive later.',
    ),
  },
  notify: {
    webhook: {
      url: optionalSetting(
        webhookUrl,
        'Where notices are posted as JSON: a held plan, synchronisations failing, recovery. Without it, none are.',
      ),
      secret: optionalSetting(secretText, 'Key that signs the posted notices, so that the receiver knows the sender.'),
    },
    mail: {
      to: setting(mailAddressList, '', 'Who gets the same notices by mail. Empty: nobody.'),
      from: optionalSetting(mailAddress, "The mails' sender."),
      server: optionalSetting(serverName, 'The mail server that takes the mails.'),
      port: optionalSetting(
        wholeNumber(1, 65_535),
        'Its port. Left out: 587 with `starttls`, 465 with `tls`, 25 with `none`.',
      ),
      security: setting(
        oneOf('starttls', 'tls', 'none'),
        'starttls',
        '`starttls` encrypts before anything is told and never goes on without; `tls` encrypts from the start; `none` not at all.',
      ),
      username: optionalSetting(textSetting('account'), 'Account at the mail server, where it wants one.'),
      password: optionalSetting(secretText, 'Its password.'),
    },
  },
  mappings: {
    directory: setting(path, './mappings', 'Folder of the files that map groups to privileges.'),
    timeZone: setting(timeZone, 'UTC', 'Where a date in a mapping file begins at 00:00.'),
  },
  database: {
    url: setting(databaseUrl, 'sqlite:./data/sidecar.sqlite', 'Where the directory is kept. The folder is made.'),
  },
  security: {
    secretFile: optionalSetting(
      path,
      'The key that secrets in the database, failed logins and the audit log are kept under, made at first use. Left out: beside the SQLite file (`sidecar.secret`); with PostgreSQL it must be named, the same file for all processes on one database. Keep a copy of it apart from that of the database.',
    ),
  },
  ldap: {
    host: setting(hostName, '127.0.0.1', 'Address to listen on.'),
    port: setting(port, '10389', 'Port to listen on; 0 takes any free one.'),
    baseDn: setting(baseDn, 'o=icewarp', 'Name of the tree. Archives store names below it: choose once.'),
    workers: optionalSetting(
      wholeNumber(1, 64),
      'Threads that answer LDAP. Left out: one for each processor core. Windows and macOS have one.',
    ),
    serviceAccounts: setting(
      serviceAccountList,
      '[]',
      'Accounts that applications log in with to search the directory, each with `name` and `password`, `passwordFile` or `certificate`; `profile` and `scope` (`domains`, `groups`, `role`, `attributes`) narrow what one is shown.',
    ),
    tls: ldapTlsTree,
    listeners: setting(
      listenerList,
      '[]',
      'More listeners, each with `name`, `host`, `port`, `tls`, `certFile`, `keyFile`, `clientCaFile`, `requireTls`, `networks`, `proxyProtocolFrom`, `profile`, `require`, `deadlineSeconds`, `diagnostics`, `twoFactor`; the guide "LDAP" explains them.',
    ),
    posix: posixSettingTree,
    limits: ldapLimitTree,
    diagnostics: setting(
      diagnosticsType,
      'none',
      'Whether a refused login says why: not at all, or with the sub-codes of Active Directory (`data 52e`, `533`, `532`, `701`, `775`), which clients made for it show as text. They tell an outsider which accounts are disabled or expired.',
    ),
  },
  login: loginSettingTree,
  oidc: oidcSettingTree,
  keycloak: keycloakSettingTree,
  audit: auditSettingTree,
  http: httpSettingTree,
  log: {
    level: setting(oneOf('debug', 'info', 'warn', 'error'), 'info', 'The least important lines that are written.'),
    format: setting(oneOf('auto', 'json', 'pretty'), 'auto', '`auto` is `pretty` on a terminal and `json` elsewhere.'),
  },
} as const;

export type Settings = ValuesOf<typeof settingTree>;

/** All settings, in the order of the documentation. */
export const allSettings: readonly NamedSetting[] = flatten(settingTree);

/** How to reach the real server. */
export interface IcewarpAccount {
  readonly url: string;
  readonly username: string;
  readonly password: Secret;
}

/** The server's address and account, or undefined when none is configured: then it is the demo. */
export function icewarpAccountOf(settings: Settings): IcewarpAccount | undefined {
  const { url, username, password } = settings.icewarp;
  return url === undefined || username === undefined || password === undefined
    ? undefined
    : { url, username, password };
}
