import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { printSettings, settingsAsJson } from '../../../sidecar/config/print.ts';
import { load, makeFolder } from './load-support.ts';

const env = {
  SIDECAR_ICEWARP_URL: 'https://m.example.com',
  SIDECAR_ICEWARP_USERNAME: 'sidecar: "x" #1@example.com',
  SIDECAR_ICEWARP_PASSWORD: 'hunter2',
  SIDECAR_LDAP_SERVICE_ACCOUNTS: '[{"name":"reader","password":"hunter2"}]',
  SIDECAR_ICEWARP_DOMAINS: 'a.example,b.example',
  SIDECAR_LDAP_BASE_DN: 'O=Büro \\, Süd,c=DE',
};

describe('printing settings', () => {
  it('shows value and origin of each', () => {
    const lines = printSettings(load({ env, flags: { 'log.level': 'debug' } })).split('\n');
    assert.ok(lines.includes('  url: https://m.example.com/ # SIDECAR_ICEWARP_URL'));
    assert.ok(lines.includes('  password: "[redacted]" # SIDECAR_ICEWARP_PASSWORD'));
    assert.ok(lines.includes('  domains: [a.example, b.example] # SIDECAR_ICEWARP_DOMAINS'));
    assert.ok(lines.includes('  # caFile: not set'));
    assert.ok(
      lines.includes('  serviceAccounts: [{ name: reader, password: "[redacted]" }] # SIDECAR_LDAP_SERVICE_ACCOUNTS'),
    );
    assert.ok(lines.includes('  level: debug # --log-level'));
    assert.ok(lines.includes('  port: 10389 # default'));
  });

  it('is a settings file that gives the same settings, but for the secrets', (t) => {
    const before = load({ env });
    const cwd = makeFolder(t, { 'sidecar.yaml': printSettings(before) });
    const after = load({ cwd });
    assert.deepEqual(settingsAsJson(after).settings, settingsAsJson(before).settings);
  });

  it('gives programs one document', () => {
    const json = JSON.parse(JSON.stringify(settingsAsJson(load({ env }))));
    assert.deepEqual(json.settings.ldap.serviceAccounts, [{ name: 'reader', password: '[redacted]' }]);
    assert.equal(json.settings.icewarp.caFile, null);
    assert.equal(json.origins['ldap.port'], 'default');
    assert.deepEqual(json.warnings, []);
  });

  const loaded = load({ env });
  const ways: readonly [string, () => string][] = [
    ['config print', () => printSettings(loaded)],
    ['config print --json', () => JSON.stringify(settingsAsJson(loaded))],
    ['inspect', () => inspect(loaded, { depth: 20, showHidden: true, getters: true })],
    ['JSON', () => JSON.stringify(loaded.settings)],
    ['a template string', () => `${loaded.settings.icewarp.password}`],
  ];
  for (const [way, print] of ways) {
    it(`never shows a secret by ${way}`, () => {
      assert.ok(!print().includes('hunter2'));
      assert.ok(print().includes('[redacted]'));
    });
  }
});
