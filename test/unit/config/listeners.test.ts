import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { planListeners } from '../../../sidecar/app-ldap-listeners.ts';
import { printSettings } from '../../../sidecar/config/print.ts';
import { faultsOf, load, makeFolder } from './load-support.ts';

const pem = { 'a.pem': 'x', 'a.key': 'x', 'b.pem': 'x', 'b.key': 'x', 'ca.pem': 'x' };

function inFolder(t: TestContext, yaml: string) {
  const folder = makeFolder(t, { ...pem, 'sidecar.yaml': yaml });
  return { cwd: folder, configFile: `${folder}/sidecar.yaml` };
}

const faultsIn = (t: TestContext, yaml: string) => faultsOf(inFolder(t, yaml)).join('\n');

describe('the LDAP listeners of the settings', () => {
  it('are one without TLS, unless said otherwise', () => {
    const { settings, warnings } = load({ env: {} });
    const listeners = planListeners(settings).map(({ listener }) => listener);
    assert.deepEqual(
      listeners.map(({ name, port, tls, require, deadlineMs }) => [name, port, tls, require, deadlineMs]),
      [['ldap', 10389, 'none', ['LogOn'], 3000]],
    );
    assert.deepEqual(warnings, []);
  });

  it('are two with a certificate, and more as listed, with what they leave out from the first', (t) => {
    const { settings } = load(
      inFolder(
        t,
        `
ldap:
  host: 192.0.2.1
  port: 389
  diagnostics: activedirectory
  tls: { certFile: a.pem, keyFile: a.key, port: 636 }
  listeners:
    - { name: archive, host: 192.0.2.2, port: 636, tls: ldaps, clientCaFile: ca.pem, profile: mailstore, require: [auditor], deadlineSeconds: 9, twoFactor: accept, diagnostics: none }
    - name: balanced
      port: 1389
      tls: starttls
      certFile: b.pem
      keyFile: b.key
      networks: [10.0.0.0/8]
      proxyProtocolFrom: 10.0.0.7
      requireTls: false
      require: []
login: { deadlineSeconds: 4 }
`,
      ),
    );
    const planned = planListeners(settings);
    assert.deepEqual(
      planned.map(({ listener: { name, host, port, tls, section }, files }) => [
        ...[name, host, port, tls, section],
        files && [files.section, files.certFile.slice(-5), files.clientCaFile?.slice(-6)],
      ]),
      [
        ['ldap', '192.0.2.1', 389, 'starttls', 'ldap', ['ldap.tls', 'a.pem', undefined]],
        ['ldaps', '192.0.2.1', 636, 'ldaps', 'ldap.tls', ['ldap.tls', 'a.pem', undefined]],
        ['archive', '192.0.2.2', 636, 'ldaps', 'ldap.listeners[0]', ['ldap.tls', 'a.pem', 'ca.pem']],
        ['balanced', '127.0.0.1', 1389, 'starttls', 'ldap.listeners[1]', ['ldap.listeners[1]', 'b.pem', undefined]],
      ],
    );
    const [, , archive, balanced] = planned.map(({ listener }) => listener);
    assert.deepEqual(
      [archive?.profile, archive?.require, archive?.deadlineMs, archive?.twoFactor, archive?.diagnostics],
      ['mailstore', ['auditor'], 9000, 'accept', 'none'],
    );
    assert.deepEqual(
      [balanced?.profile, balanced?.require, balanced?.deadlineMs, balanced?.twoFactor, balanced?.diagnostics],
      ['generic', [], 4000, 'reject', 'activedirectory'],
    );
    assert.deepEqual(
      [balanced?.networks, balanced?.proxyProtocolFrom, balanced?.requireTls],
      [['10.0.0.0/8'], ['10.0.0.7/32'], false],
    );
  });

  it('can come from the environment as JSON, and are printed as they are', () => {
    const loaded = load({ env: { SIDECAR_LDAP_LISTENERS: '[{"name":"second","port":0,"networks":["::1"]}]' } });
    assert.equal(loaded.settings.ldap.listeners[0]?.port, 0);
    assert.match(printSettings(loaded), /listeners: \[\{ name: second, host: "127\.0\.0\.1", port: 0/);
    assert.match(faultsOf({ env: { SIDECAR_LDAP_LISTENERS: '{x' } }).join(), /is no JSON/);
  });

  for (const [what, listener, fault] of [
    ['no name', '{ port: 1 }', /listeners\[0\].*has no name/],
    ['no port', '{ name: a }', /listeners\[0\].*has no port/],
    ['a name with spaces', '{ name: a b, port: 1 }', /\[0\]\.name.*no name of a listener/],
    ['an unknown key', '{ name: a, port: 1, adress: x }', /\[0\]\.adress.*unknown key/],
    ['an unknown kind of TLS', '{ name: a, port: 1, tls: yes }', /\[0\]\.tls.*none of none, starttls, ldaps/],
    ['TLS without a certificate', '{ name: a, port: 1, tls: ldaps }', /tls: ldaps and no certFile/],
    ['half a certificate', '{ name: a, port: 1, tls: ldaps, certFile: a.pem }', /one of certFile and keyFile/],
    [
      'a certificate that is not there',
      '{ name: a, port: 1, tls: ldaps, certFile: x.pem, keyFile: a.key }',
      /x\.pem does not/,
    ],
    [
      'a certificate without TLS',
      '{ name: a, port: 1, certFile: a.pem, keyFile: a.key }',
      /certificates and tls: none/,
    ],
    ['TLS demanded and not there', '{ name: a, port: 1, requireTls: true }', /nobody could log in/],
    ['a network that is none', '{ name: a, port: 1, networks: [10.0.0.0/40] }', /\[0\]\.networks\[0\].*no network/],
    [
      'a privilege that is none',
      '{ name: a, port: 1, require: ["Read:x"] }',
      /\[0\]\.require\[0\].*no privilege or role/,
    ],
    ['the name of the first one', '{ name: ldap, port: 1 }', /\[0\]\.name.*another listener's/],
    ['the place of the first one', '{ name: a, port: 10389 }', /\[0\]\.port.*another listener's/],
    ['a profile that is none', '{ name: a, port: 1, profile: genric }', /\[0\]\.profile.*none of generic/],
    ['no section', 'x', /\[0\].*is no section/],
  ] as const) {
    it(`are refused with ${what}`, (t) => {
      assert.match(faultsIn(t, `ldap:\n  listeners:\n    - ${listener}\n`), fault);
    });
  }

  it('refuse half a certificate of the first one, and its port twice', (t) => {
    assert.match(faultsIn(t, 'ldap:\n  tls: { certFile: a.pem }\n'), /ldap\.tls\.keyFile.*missing/);
    assert.match(
      faultsIn(t, 'ldap:\n  port: 636\n  tls: { certFile: a.pem, keyFile: a.key, port: 636 }\n'),
      /ldap\.tls\.port.*that of ldap\.port/,
    );
  });

  it('are warned of where passwords are refused or read along', () => {
    const list = '[{"name":"a","host":"0.0.0.0","port":1},{"name":"b","host":"::","port":2,"requireTls":false}]';
    const { warnings } = load({ env: { SIDECAR_LDAP_HOST: '0.0.0.0', SIDECAR_LDAP_LISTENERS: list } });
    assert.match(
      warnings.join('\n'),
      /ldap\.host is 0\.0\.0\.0.*refused[\s\S]*listener a.*refused[\s\S]*listener b.*read all/,
    );
  });
});

describe('the certificate of a service account', () => {
  const accounts = (text: string) => ({ env: { SIDECAR_LDAP_SERVICE_ACCOUNTS: text } });

  it('does instead of a password', () => {
    const { settings } = load(
      accounts('[{"name":"a","certificate":"CN=a,O=x"},{"name":"b","password":"p","certificate":"CN=b"}]'),
    );
    const [first, second] = settings.ldap.serviceAccounts;
    assert.deepEqual([first?.certificate, first?.password.reveal()], ['CN=a,O=x', '']);
    assert.deepEqual([second?.certificate, second?.password.reveal()], ['CN=b', 'p']);
  });

  it('is a DN, and stands for one account', () => {
    assert.match(
      faultsOf(accounts('[{"name":"a","certificate":"x"}]')).join(),
      /\[0\]\.certificate.*distinguished name/,
    );
    const twice = accounts('[{"name":"a","certificate":"CN=a, O=x"},{"name":"b","certificate":"cn=A,o=x"}]');
    assert.match(faultsOf(twice).join(), /\[1\]\.certificate.*another account's too/);
  });
});
