import { ldapProfileNames } from '../core/ldap-profiles.ts';
import { parsePrivilege, parseRole } from '../core/mapping/privileges.ts';
import { quote } from './faults.ts';
import { readJsonText } from './json-raw.ts';
import { listOf } from './list-types.ts';
import { networkList } from './network-types.ts';
import { parseSection, printSection } from './section-types.ts';
import { optionalSetting, setting, type ValuesOf } from './setting.ts';
import { hostName, oneOf, path, type SettingType, textType, wholeNumber, yesOrNo } from './setting-types.ts';

const maxListeners = 50;

/** Names of listeners stand in the audit log, in app passwords and in commands. */
const listenerName = textType('name', 'name', (text) =>
  /^[a-z0-9][a-z0-9-]{0,39}$/.test(text)
    ? { value: text }
    : { fault: `${quote(text)} is no name of a listener; use small letters, digits and hyphens, at most 40` },
);

const requirementList = listOf(
  { one: 'privilege or role', many: 'privileges and roles', placeholder: 'privilege', example: 'LogOn or auditor' },
  (text) => parsePrivilege(text) ?? parseRole(text),
);

/** Whether refused logins say why. */
export const diagnosticsType = oneOf('none', 'activedirectory');

const listenerFields = {
  name: setting(listenerName, '', 'What audit log, app passwords and commands call it.'),
  host: setting(hostName, '127.0.0.1', 'Address to listen on.'),
  port: setting(wholeNumber(0, 65_535), '', 'Port to listen on; 0 takes any free one.'),
  tls: setting(oneOf('none', 'starttls', 'ldaps'), 'none', 'Not encrypted, when a client asks, or from the start.'),
  certFile: optionalSetting(path, 'PEM file: the certificate, then those of its issuers.'),
  keyFile: optionalSetting(path, 'PEM file: the private key, without a passphrase.'),
  clientCaFile: optionalSetting(path, "PEM file: the authorities of clients' certificates."),
  requireTls: optionalSetting(yesOrNo, 'Whether a password is taken over TLS only.'),
  networks: setting(networkList, '', 'Networks that may connect.'),
  proxyProtocolFrom: setting(networkList, '', 'Load balancers that send the PROXY protocol, version 2.'),
  profile: setting(oneOf(...ldapProfileNames), 'generic', 'How the directory looks to its clients.'),
  require: setting(requirementList, 'LogOn', 'Privileges and roles, all of which a user needs to log in here.'),
  deadlineSeconds: optionalSetting(wholeNumber(1, 60), 'When a login is answered at the latest.'),
  diagnostics: optionalSetting(diagnosticsType, 'Whether a refused login says why.'),
  twoFactor: optionalSetting(oneOf('accept', 'reject', 'code'), 'What an account with a second factor gets.'),
} as const;

/** One of `ldap.listeners`. */
export type ConfiguredListener = ValuesOf<typeof listenerFields>;

/** Listeners: in YAML a list of sections, in the environment a JSON array of objects. */
export const listenerList: SettingType<readonly ConfiguredListener[]> = {
  label: 'list of listeners, each with `name`, `port` and what else it needs',
  placeholder: 'JSON',
  secret: false,
  parse(raw, report, folder) {
    const list = readJsonText(raw, report, '[{"name":"archive","host":"0.0.0.0","port":636,"tls":"ldaps"}]');
    if (list === undefined || list.kind === 'reported') return undefined;
    if (list.kind !== 'list' || list.items.length > maxListeners) {
      report(list.at, `write a list of at most ${maxListeners} listeners, each with name and port`);
      return undefined;
    }
    const listeners = list.items.map((item, index) => parseSection(listenerFields, item, `[${index}]`, report, folder));
    const usable = listeners.filter((listener) => listener !== undefined);
    return usable.length === listeners.length ? usable : undefined;
  },
  print: (listeners) => listeners.map((listener) => printSection(listenerFields, listener)),
};
