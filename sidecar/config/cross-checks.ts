import { existsSync } from 'node:fs';
import type { Faults } from './faults.ts';
import { checkHttp, listHttpWarnings } from './http-checks.ts';
import { findListenerFaults, listListenerWarnings } from './listener-checks.ts';
import { isLoopback } from './loopback.ts';
import { checkNotify, listNotifyWarnings } from './notify-checks.ts';
import type { Place } from './raw.ts';
import { toVariableName } from './setting-names.ts';
import { allSettings, type Settings } from './settings.ts';

/** Reports settings that do not fit one another. A setting that had a fault of its own is undefined here and left alone. */
export function checkTogether(settings: Settings, origins: ReadonlyMap<string, Place>, faults: Faults): void {
  const account = ['icewarp.url', 'icewarp.username', 'icewarp.password'];
  const given = account.filter((key) => origins.get(key) !== 'default');
  if (given.length > 0) {
    for (const key of account) {
      if (!given.includes(key))
        faults.add(key, undefined, `is missing beside ${given.join(' and ')}; set it (${toVariableName(key)})`);
    }
  }
  const { caFile } = settings.icewarp;
  if (caFile !== undefined && !existsSync(caFile))
    faults.add('icewarp.caFile', origins.get('icewarp.caFile'), `${caFile} does not exist; correct the path`);
  const { deadlineSeconds, upstreamTimeoutSeconds } = settings.login;
  if (deadlineSeconds > upstreamTimeoutSeconds)
    faults.add(
      'login.deadlineSeconds',
      origins.get('login.deadlineSeconds'),
      'is longer than login.upstreamTimeoutSeconds; lower it',
    );
  checkHttp(settings, origins, faults);
  const { firstNumber, lastNumber } = settings.ldap.posix ?? {};
  // Fewer would be used up by a large directory, and collide long before.
  if (firstNumber !== undefined && lastNumber !== undefined && lastNumber - firstNumber < 999_999)
    faults.add(
      'ldap.posix.lastNumber',
      origins.get('ldap.posix.lastNumber'),
      'leaves fewer than 1,000,000 numbers from ldap.posix.firstNumber on; raise it',
    );
  for (const { key, message } of findListenerFaults(settings.ldap)) faults.add(key, origins.get(key), message);
  checkNotify(settings, origins, faults);
}

/** What works but is worth a word. */
export function listWarnings(
  settings: Settings,
  origins: ReadonlyMap<string, Place>,
  configFile: string | undefined,
  configMode: number,
): readonly string[] {
  const warnings: string[] = [];
  const { url, acceptAnyCertificate, caFile } = settings.icewarp;
  if (acceptAnyCertificate) {
    const idle = caFile === undefined ? '' : ' icewarp.caFile has no effect beside it.';
    warnings.push(`icewarp.acceptAnyCertificate is on: whoever stands between can read all passwords.${idle}`);
  }
  const target = url === undefined ? null : URL.parse(url);
  if (target?.protocol === 'http:' && !isLoopback(target.hostname))
    warnings.push('icewarp.url begins with http: passwords cross the network readable. Use https.');
  const keycloak = settings.keycloak.url === undefined ? null : URL.parse(settings.keycloak.url);
  if (keycloak?.protocol === 'http:' && !isLoopback(keycloak.hostname))
    warnings.push('keycloak.url begins with http: the secrets of the realm cross the network readable. Use https.');
  warnings.push(...listListenerWarnings(settings.ldap), ...listHttpWarnings(settings), ...listNotifyWarnings(settings));
  const secrets = allSettings.filter(
    ({ key, setting }) => setting.type.secret && origins.get(key)?.startsWith(`${configFile}:`),
  );
  // Permission bits mean nothing on Windows.
  if (secrets.length > 0 && (configMode & 0o004) !== 0 && process.platform !== 'win32')
    warnings.push(
      `${configFile} holds ${secrets.map(({ key }) => key).join(' and ')} and every user can read it. Run: chmod 600 ${configFile}`,
    );
  return warnings;
}
