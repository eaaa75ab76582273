import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { describeSettings, listSettingFlags } from '../../../sidecar/config/describe.ts';
import { findNearest } from '../../../sidecar/config/nearest.ts';
import { toFlagName, toVariableName } from '../../../sidecar/config/setting-names.ts';
import { allSettings } from '../../../sidecar/config/settings.ts';

describe('the list of settings', () => {
  it('is what docs/settings.md says', () => {
    const page = readFileSync(new URL('../../../docs/settings.md', import.meta.url), 'utf8');
    assert.equal(page, describeSettings(), 'docs/settings.md is out of date: npm run docs');
  });

  it('names variables and flags after the setting', () => {
    assert.equal(toVariableName('icewarp.url'), 'SIDECAR_ICEWARP_URL');
    assert.equal(toVariableName('ldap.baseDn'), 'SIDECAR_LDAP_BASE_DN');
    assert.equal(toVariableName('icewarp.acceptAnyCertificate'), 'SIDECAR_ICEWARP_ACCEPT_ANY_CERTIFICATE');
    assert.equal(toFlagName('ldap.baseDn'), '--ldap-base-dn');
    assert.equal(toFlagName('icewarp.caFile'), '--icewarp-ca-file');
  });

  it('gives no two settings one variable, files of values included', () => {
    const names = allSettings.flatMap(({ key }) => [toVariableName(key), `${toVariableName(key)}_FILE`]);
    assert.equal(new Set([...names, 'SIDECAR_CONFIG']).size, names.length + 1);
  });

  it('offers no secret as a flag', () => {
    const keys = listSettingFlags().map(({ key }) => key);
    assert.ok(keys.includes('icewarp.url'));
    assert.ok(!keys.includes('icewarp.password'));
    assert.ok(!keys.includes('ldap.serviceAccounts'));
    assert.deepEqual(
      listSettingFlags().find(({ key }) => key === 'ldap.port'),
      {
        key: 'ldap.port',
        flag: '--ldap-port <number>',
        description: 'Port to listen on; 0 takes any free one. (default: 10389)',
      },
    );
  });
});

describe('the nearest word', () => {
  const words = ['username', 'url', 'password', 'port'];
  const cases: readonly [string, string | undefined][] = [
    ['usrename', 'username'],
    ['URL', 'url'],
    ['pasword', 'password'],
    ['prot', 'port'],
    ['zzz', undefined],
    ['', undefined],
    ['x'.repeat(100_000), undefined],
  ];
  for (const [word, expected] of cases) {
    it(`finds ${expected ?? 'nothing'} for "${word.slice(0, 20)}"`, () =>
      assert.equal(findNearest(word, words), expected));
  }
});
