import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { icewarpAccountOf } from '../../../sidecar/config/settings.ts';
import { faultsOf, load, makeFolder } from './load-support.ts';

describe('loading settings', () => {
  it('gives the documented defaults when nothing is configured', () => {
    const { settings, origins, warnings } = load({ cwd: '/srv/sidecar' });
    assert.equal(settings.ldap.baseDn, 'o=icewarp');
    assert.equal(settings.ldap.port, 10_389);
    assert.equal(settings.sync.missingUsers, 'disable');
    assert.equal(settings.mappings.directory, '/srv/sidecar/mappings');
    assert.equal(settings.database.url, 'sqlite:/srv/sidecar/data/sidecar.sqlite');
    assert.deepEqual(settings.icewarp.domains, []);
    assert.deepEqual(settings.ldap.serviceAccounts, []);
    assert.equal(icewarpAccountOf(settings), undefined);
    assert.equal(origins.get('ldap.port'), 'default');
    assert.deepEqual(warnings, []);
  });

  it('prefers flag over environment over file over default', (t) => {
    const cwd = makeFolder(t, {
      'sidecar.yaml': 'ldap:\n  port: 1\n  host: 127.0.0.1\nhttp:\n  port: 1\nsync:\n  graceDays: 1\n',
    });
    const env = { SIDECAR_LDAP_PORT: '2', SIDECAR_HTTP_PORT: '2' };
    const { settings, origins } = load({ cwd, env, flags: { 'ldap.port': '3' } });
    assert.deepEqual(
      [settings.ldap.port, settings.http.port, settings.sync.graceDays, settings.sync.limitUsers],
      [3, 2, 1, 20],
    );
    assert.equal(origins.get('ldap.port'), '--ldap-port');
    assert.equal(origins.get('http.port'), 'SIDECAR_HTTP_PORT');
    assert.equal(origins.get('sync.graceDays'), 'sidecar.yaml:7:14');
    assert.equal(origins.get('sync.limitUsers'), 'default');
  });

  it('reads lists with commas from the environment and as YAML lists from the file', (t) => {
    const cwd = makeFolder(t, { 'sidecar.yaml': 'icewarp:\n  domains:\n    - Example.COM\n    - bücher.example\n' });
    const { settings } = load({ cwd, env: { SIDECAR_ICEWARP_GROUPS: 'a@example.com, B@example.com,,a@example.com' } });
    assert.deepEqual(settings.icewarp.domains, ['example.com', 'xn--bcher-kva.example']);
    assert.deepEqual(settings.icewarp.groups, ['a@example.com', 'b@example.com']);
  });

  it('takes relative paths in the file from its folder and others from the working directory', (t) => {
    const folder = makeFolder(t, { 'my.yaml': 'mappings:\n  directory: rules\n' });
    const { settings } = load({
      cwd: '/srv',
      configFile: join(folder, 'my.yaml'),
      env: { SIDECAR_DATABASE_URL: 'sqlite:x.db' },
    });
    assert.equal(settings.mappings.directory, join(folder, 'rules'));
    assert.equal(settings.database.url, 'sqlite:/srv/x.db');
  });

  it('takes the file that --config names before SIDECAR_CONFIG before sidecar.yaml', (t) => {
    const cwd = makeFolder(t, {
      'sidecar.yaml': 'ldap: {port: 1}',
      'b.yaml': 'ldap: {port: 2}',
      'c.yaml': 'ldap: {port: 3}',
    });
    const env = { SIDECAR_CONFIG: 'b.yaml' };
    assert.equal(load({ cwd }).settings.ldap.port, 1);
    assert.equal(load({ cwd, env }).settings.ldap.port, 2);
    assert.equal(load({ cwd, env, configFile: 'c.yaml' }).settings.ldap.port, 3);
    assert.deepEqual(faultsOf({ cwd, configFile: 'd.yaml' }), [
      `settings file: ${join(cwd, 'd.yaml')} does not exist; create it or correct the path`,
    ]);
  });

  it('keeps a password as it was written: zeros in front, spaces, words YAML knows', (t) => {
    for (const [written, expected] of [
      ['007', '007'],
      ['1e3', '1e3'],
      ['true', 'true'],
      ['null', 'null'],
      ["' a b '", ' a b '],
      ["'pass: #1 \\ \"'", 'pass: #1 \\ "'],
      ['"\\u00fc"', 'ü'],
    ] as const) {
      const file = `icewarp: { url: "https://m.example.com", username: a@example.com, password: ${written} }`;
      const { settings } = load({ cwd: makeFolder(t, { 'sidecar.yaml': file }) });
      assert.equal(settings.icewarp.password?.reveal(), expected);
    }
  });

  it('reads a value from the file a _FILE variable names and drops the line break at its end only', (t) => {
    const cwd = makeFolder(t, { pw: ' a b \r\n', url: '\ufeffhttps://m.example.com\n' });
    const env = {
      SIDECAR_ICEWARP_PASSWORD_FILE: 'pw',
      SIDECAR_ICEWARP_URL_FILE: join(cwd, 'url'),
      SIDECAR_ICEWARP_USERNAME: 'a@example.com',
    };
    const { settings, origins } = load({ cwd, env });
    assert.equal(icewarpAccountOf(settings)?.password.reveal(), ' a b ');
    assert.equal(settings.icewarp.url, 'https://m.example.com/');
    assert.equal(origins.get('icewarp.password'), 'SIDECAR_ICEWARP_PASSWORD_FILE');
  });

  it('counts an empty variable as not set', () => {
    const { settings, origins } = load({
      env: { SIDECAR_LDAP_PORT: '', SIDECAR_ICEWARP_URL: '', SIDECAR_ICEWARP_PASSWORD_FILE: '' },
    });
    assert.equal(settings.ldap.port, 10_389);
    assert.equal(origins.get('ldap.port'), 'default');
  });

  it('reads service accounts from YAML and from JSON, passwords from files too', (t) => {
    const cwd = makeFolder(t, {
      'sidecar.yaml':
        'ldap:\n  serviceAccounts:\n    - name: reader\n      password: 007\n    - {name: archive, passwordFile: pw}\n',
      pw: 'from-file\n',
    });
    const read = (env = {}) =>
      load({ cwd, env }).settings.ldap.serviceAccounts.map(({ name, password }) => [name, password.reveal()]);
    assert.deepEqual(read(), [
      ['reader', '007'],
      ['archive', 'from-file'],
    ]);
    assert.deepEqual(read({ SIDECAR_LDAP_SERVICE_ACCOUNTS: '[{"name":"a.b","passwordFile":"pw"}]' }), [
      ['a.b', 'from-file'],
    ]);
  });

  it('accepts a file of comments, empty sections and a byte order mark', (t) => {
    const cwd = makeFolder(t, {
      'sidecar.yaml': '\ufeff# nothing yet\nicewarp:\n  # url: https://mail.example.com\nldap:\n  port: 1\n',
    });
    assert.equal(load({ cwd }).settings.ldap.port, 1);
    assert.equal(load({ cwd: makeFolder(t, { 'sidecar.yaml': '# nothing\n' }) }).settings.ldap.port, 10_389);
  });

  it('leaves alone what Kubernetes sets for a service of that name', () => {
    const env = {
      SIDECAR_PORT: 'tcp://10.0.0.1:389',
      SIDECAR_SERVICE_HOST: '10.0.0.1',
      SIDECAR_LDAP_PORT_389_TCP_ADDR: '10.0.0.1',
    };
    assert.equal(load({ env }).settings.ldap.port, 10_389);
  });

  it('warns of what works but is unwise', (t) => {
    const file =
      'icewarp:\n  url: http://mail.example.com\n  username: a@example.com\n  password: x\n  acceptAnyCertificate: true\nldap:\n  host: 0.0.0.0\n';
    const cwd = makeFolder(t, { 'sidecar.yaml': file });
    chmodSync(join(cwd, 'sidecar.yaml'), 0o644);
    assert.deepEqual(load({ cwd }).warnings, [
      'icewarp.acceptAnyCertificate is on: whoever stands between can read all passwords.',
      'icewarp.url begins with http: passwords cross the network readable. Use https.',
      'ldap.host is 0.0.0.0: logins over the network are refused there, since the connection is not encrypted. Set ldap.tls.certFile and ldap.tls.keyFile.',
      'sidecar.yaml holds icewarp.password and every user can read it. Run: chmod 600 sidecar.yaml',
    ]);
    chmodSync(join(cwd, 'sidecar.yaml'), 0o600);
    assert.equal(load({ cwd }).warnings.length, 3);
  });
});
