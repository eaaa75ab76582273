import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { faultsOf, load, makeFolder } from './load-support.ts';

const server = {
  SIDECAR_ICEWARP_URL: 'https://m.example.com',
  SIDECAR_ICEWARP_USERNAME: 'a@example.com',
  SIDECAR_ICEWARP_PASSWORD: 'x',
};

describe('faults in settings', () => {
  it('are reported all at once, each with its place and a remedy', (t) => {
    const cwd = makeFolder(t, {
      'sidecar.yaml':
        'icewarp:\n  url: mail.example.com\n  uzername: admin\n  domains: [example.com, "bad domain"]\n' +
        'ldap:\n  port: 70000\n  serviceAccounts:\n    - name: a b\n      password: x\n    - name: ok\n      pasword: y\n' +
        'htp:\n  port: 1\nldap.host: x\n',
    });
    assert.deepEqual(
      faultsOf({ cwd, env: { SIDECAR_LDAP_PRT: '1', SIDECAR_SYNC_LIMIT_USERS: 'many' }, flags: { 'http.prt': '1' } }),
      [
        '--http-prt: unknown flag; did you mean --http-port?',
        'SIDECAR_LDAP_PRT: unknown environment variable; did you mean SIDECAR_LDAP_PORT?',
        'icewarp.uzername (sidecar.yaml:3:3): unknown setting; did you mean icewarp.username?',
        'htp (sidecar.yaml:12:1): unknown setting; did you mean http?',
        'ldap.host (sidecar.yaml:14:1): unknown setting; write "host:" indented below "ldap:"',
        'icewarp.url (sidecar.yaml:2:8): "mail.example.com" is no URL; write it like https://mail.example.com',
        'icewarp.domains[1] (sidecar.yaml:4:26): "bad domain" is no domain; write one like example.com',
        'sync.limitUsers (SIDECAR_SYNC_LIMIT_USERS): "many" is no whole number from 0 to 1000000',
        'ldap.port (sidecar.yaml:6:9): "70000" is no whole number from 0 to 65535',
        'ldap.serviceAccounts[0].name (sidecar.yaml:8:13): "a b" is no name; use letters, digits, dots, hyphens and underscores, at most 64',
        'ldap.serviceAccounts[1].pasword (sidecar.yaml:11:7): unknown key; did you mean password?',
        'icewarp.username: is missing beside icewarp.url; set it (SIDECAR_ICEWARP_USERNAME)',
        'icewarp.password: is missing beside icewarp.url; set it (SIDECAR_ICEWARP_PASSWORD)',
      ],
    );
  });

  it('refuse a secret given as a flag, and one given twice', (t) => {
    const cwd = makeFolder(t, { pw: 'hunter2' });
    assert.deepEqual(faultsOf({ env: server, flags: { 'icewarp.password': 'hunter2' } }), [
      'icewarp.password (--icewarp-password): is a secret and no flag, which every user of the machine could read; use SIDECAR_ICEWARP_PASSWORD_FILE',
    ]);
    assert.deepEqual(faultsOf({ cwd, env: { ...server, SIDECAR_ICEWARP_PASSWORD_FILE: 'pw' } }), [
      'icewarp.password (SIDECAR_ICEWARP_PASSWORD): is given by SIDECAR_ICEWARP_PASSWORD and SIDECAR_ICEWARP_PASSWORD_FILE; unset one of them',
    ]);
  });

  const values: readonly [variable: string, value: string, fault: string][] = [
    ['LDAP_PORT', '-1', '"-1" is no whole number from 0 to 65535'],
    ['LDAP_PORT', '1.5', '"1.5" is no whole number from 0 to 65535'],
    ['LDAP_PORT', '0x10', '"0x10" is no whole number from 0 to 65535'],
    ['LDAP_PORT', 'tcp://10.0.0.1:389', '"tcp://10.0.0.1:389" is no whole number from 0 to 65535'],
    [
      'LDAP_HOST',
      '300.1.1.1',
      '"300.1.1.1" is no address to listen on; write an IP address (127.0.0.1, 0.0.0.0, ::1) or a host name',
    ],
    ['LDAP_BASE_DN', 'icewarp', '"icewarp" is no distinguished name; write it like o=icewarp or dc=example,dc=com'],
    ['LDAP_BASE_DN', 'o=a,,c=b', '"o=a,,c=b" has an empty part; write it like o=icewarp or dc=example,dc=com'],
    ['LDAP_BASE_DN', 'o=', '"o=" has an empty part; write it like o=icewarp or dc=example,dc=com'],
    ['LDAP_BASE_DN', 'o=a,', '"o=a," is no distinguished name; write it like o=icewarp or dc=example,dc=com'],
    ['SYNC_MISSING_USERS', 'Keep', '"Keep" is none of disable, delete, keep'],
    [
      'HTTP_HOST',
      'a b',
      '"a b" is no address to listen on; write an IP address (127.0.0.1, 0.0.0.0, ::1) or a host name',
    ],
    ['MAPPINGS_TIME_ZONE', 'Mars', '"Mars" is no time zone; write one like UTC or Europe/Prague'],
    [
      'DATABASE_URL',
      'mysql://u:hunter2@db/x',
      'is no database this version can use; write sqlite: and a path, like sqlite:./data/sidecar.sqlite, or postgres://user:password@host/database',
    ],
    ['DATABASE_URL', 'sqlite::memory:', 'names no file; a database in memory is lost at every start, write a path'],
    [
      'LOG_LEVEL',
      'x'.repeat(5000),
      'is longer than 4096 characters; expected is: one of `debug`, `info`, `warn`, `error`',
    ],
    [
      'LDAP_SERVICE_ACCOUNTS',
      '[{"name":"x","password":"hunter2"',
      'is no JSON; write an array such as [{"name":"archive","passwordFile":"/run/secrets/archive"}]',
    ],
    [
      'LDAP_SERVICE_ACCOUNTS',
      '{"name":"x"}',
      'write a list of at most 100 accounts, each with name and password or passwordFile',
    ],
    [
      'LDAP_SERVICE_ACCOUNTS',
      '"x"',
      'write a list of at most 100 accounts, each with name and password or passwordFile',
    ],
  ];
  for (const [variable, value, fault] of values) {
    it(`refuse ${variable}=${value.slice(0, 30)}`, () => {
      const [line = '', ...more] = faultsOf({ env: { [`SIDECAR_${variable}`]: value } });
      assert.deepEqual(more, []);
      assert.equal(line.slice(line.indexOf(': ') + 2), fault);
      assert.ok(line.includes(`(SIDECAR_${variable})`));
    });
  }

  it('name the service account at fault', () => {
    const accounts = [
      { password: 'a' },
      { name: 'both', password: 'a', passwordFile: 'b' },
      'text',
      { name: 'gone', passwordFile: '/nonexistent' },
    ];
    assert.deepEqual(faultsOf({ env: { SIDECAR_LDAP_SERVICE_ACCOUNTS: JSON.stringify(accounts) } }), [
      'ldap.serviceAccounts[0] (SIDECAR_LDAP_SERVICE_ACCOUNTS): has no name; write one, such as archive',
      'ldap.serviceAccounts[1] (SIDECAR_LDAP_SERVICE_ACCOUNTS): has both password and passwordFile; write one of them',
      'ldap.serviceAccounts[2] (SIDECAR_LDAP_SERVICE_ACCOUNTS): is no account; write a name, and password or passwordFile',
      'ldap.serviceAccounts[3].passwordFile (SIDECAR_LDAP_SERVICE_ACCOUNTS): /nonexistent does not exist; create it or correct the path',
    ]);
    const doubles = '[{"name":"a","password":"x"},{"name":"A","password":"y"}]';
    assert.deepEqual(faultsOf({ env: { SIDECAR_LDAP_SERVICE_ACCOUNTS: doubles } }), [
      'ldap.serviceAccounts[1].name (SIDECAR_LDAP_SERVICE_ACCOUNTS): "A" is there twice; names differ by more than case',
    ]);
  });

  it('name what settings lack or contradict together', () => {
    assert.deepEqual(faultsOf({ env: { SIDECAR_ICEWARP_USERNAME: 'a@example.com' } }), [
      'icewarp.url: is missing beside icewarp.username; set it (SIDECAR_ICEWARP_URL)',
      'icewarp.password: is missing beside icewarp.username; set it (SIDECAR_ICEWARP_PASSWORD)',
    ]);
    assert.deepEqual(
      faultsOf({ env: { SIDECAR_LOGIN_DEADLINE_SECONDS: '60', SIDECAR_LOGIN_UPSTREAM_TIMEOUT_SECONDS: '30' } }),
      ['login.deadlineSeconds (SIDECAR_LOGIN_DEADLINE_SECONDS): is longer than login.upstreamTimeoutSeconds; lower it'],
    );
    assert.deepEqual(faultsOf({ env: { SIDECAR_ICEWARP_CA_FILE: '/nonexistent/ca.pem' } }), [
      'icewarp.caFile (SIDECAR_ICEWARP_CA_FILE): /nonexistent/ca.pem does not exist; correct the path',
    ]);
  });
});

describe('faults in a settings file', () => {
  const files: readonly [name: string, text: string | Buffer, fault: RegExp][] = [
    [
      'a double key',
      'ldap:\n  port: 1\n  port: 2\n',
      /^port \(sidecar\.yaml:3:3\): is there twice, first at sidecar\.yaml:2:3; remove one$/,
    ],
    ['a tab', 'ldap:\n\tport: 1\n', /^settings file \(sidecar\.yaml:2:1\): a tab is used as indentation; use spaces$/],
    [
      'an alias',
      'ldap:\n  host: &h 127.0.0.1\nhttp:\n  host: *h\n',
      /aliases \(\*\) and anchors \(&\) are not used here/,
    ],
    [
      'a tag',
      'ldap:\n  port: !port 1\n',
      /^settings file \(sidecar\.yaml:2:9\): tags \(!\) are not used here; remove it$/,
    ],
    [
      'two documents',
      'ldap:\n  port: 1\n---\nhttp:\n  port: 1\n',
      /a second document begins \(---\); one file holds one document$/,
    ],
    ['a list at the top', '- ldap\n', /holds no settings; write sections such as "icewarp:" with settings below$/],
    [
      'text at the top',
      'password:hunter2',
      /holds no settings; write sections such as "icewarp:" with settings below$/,
    ],
    [
      'text for a section',
      'ldap: 389\n',
      /^ldap \(sidecar\.yaml:1:7\): is a section; write its settings below it, each indented, such as "host:"$/,
    ],
    [
      'a section for a setting',
      'ldap:\n  port:\n    a: 1\n',
      /^ldap\.port \(sidecar\.yaml:3:5\): is a section; expected is: whole number from 0 to 65535$/,
    ],
    [
      'a setting without value',
      'ldap:\n  port:\n',
      /^ldap\.port \(sidecar\.yaml:2:8\): has no value; write one \(whole number from 0 to 65535\) or remove the line$/,
    ],
    [
      'an empty text',
      'ldap:\n  host: ""\n',
      /^ldap\.host \(sidecar\.yaml:2:9\): is empty; write a value \(IP address or host name\) or leave the setting out$/,
    ],
    ['another encoding', Buffer.from('\ufeffldap:\n', 'utf16le'), /is not UTF-8; save it as UTF-8 text$/],
    ['NUL characters', 'ldap:\n  host: "a\0b"\n', /holds NUL characters; save it as plain UTF-8 text$/],
    ['deep nesting', `ldap: ${'['.repeat(50_000)}`, /sidecar\.yaml:1:\d+\): nested too deep$/],
    ['too many bytes', `#${' '.repeat(1024 * 1024)}`, /is larger than 1048576 bytes; is it the right file\?$/],
    [
      'an unknown section',
      'mail:\n  x: 1\n',
      /^mail \(sidecar\.yaml:1:1\): unknown setting; remove it, or choose from icewarp, sync, notify, mappings, database, security, ldap, login, oidc, keycloak, audit, http, log$/,
    ],
    ['a key of every object', '__proto__:\n  x: 1\n', /^__proto__ \(sidecar\.yaml:1:1\): unknown setting/],
    ['another key of every object', 'constructor: 1\n', /^constructor \(sidecar\.yaml:1:1\): unknown setting/],
  ];
  for (const [name, text, fault] of files) {
    it(`name the place of ${name}`, (t) => {
      const [line = ''] = faultsOf({ cwd: makeFolder(t, { 'sidecar.yaml': text }) });
      assert.match(line, fault);
    });
  }

  it('never quote text from a file that is no YAML, for it may be a password', (t) => {
    for (const text of [
      'icewarp:\n  password: "hunter2\n  url: x\n',
      'icewarp:\n  password: hunter2: x\n',
      'icewarp:\n  password: *hunter2\n',
      'icewarp:\n  password: @hunter2\n',
      'icewarp:\n  password: !hunter2 x\n',
      'icewarp:\n  password: [hunter2\n',
      'icewarp:\n  password: {hunter2: 1}\n',
      'icewarp:\n  password: "a\\hunter2"\n',
      'icewarp:\n  url: "https://admin:hunter2@mail.example.com"\n',
      'icewarp:\n  url: "admin:hunter2@mail.example.com"\n',
      'ldap:\n  serviceAccounts: hunter2\n',
      'ldap:\n  serviceAccounts: [hunter2]\n',
      'ldap:\n  serviceAccounts: [{name: x, password: [hunter2]}]\n',
      'database:\n  url: "mysql://x:hunter2@db"\n',
    ]) {
      const lines = faultsOf({ cwd: makeFolder(t, { 'sidecar.yaml': text }) });
      assert.ok(!lines.join('\n').includes('hunter2'), `${text} → ${lines.join('\n')}`);
    }
  });

  it('say so when a folder or a file of values is named in its place', (t) => {
    const cwd = makeFolder(t, { two: 'a\nb\n', empty: '\n' });
    mkdirSync(join(cwd, 'folder'));
    assert.deepEqual(faultsOf({ cwd, configFile: 'folder' }), [
      `settings file: ${join(cwd, 'folder')} is no file; name a regular file`,
    ]);
    const faultOf = (file: string) =>
      faultsOf({ cwd, env: { ...server, SIDECAR_ICEWARP_PASSWORD: undefined, SIDECAR_ICEWARP_PASSWORD_FILE: file } });
    assert.deepEqual(faultOf('two'), [
      'icewarp.password (SIDECAR_ICEWARP_PASSWORD_FILE): holds more than one line; a password is one line',
    ]);
    assert.deepEqual(faultOf('empty'), [
      `icewarp.password (SIDECAR_ICEWARP_PASSWORD_FILE): ${join(cwd, 'empty')} is empty; write the value into it`,
    ]);
    assert.deepEqual(faultOf('/dev/zero'), [
      'icewarp.password (SIDECAR_ICEWARP_PASSWORD_FILE): /dev/zero is no file; name a regular file',
    ]);
  });

  it('end soon in a file of a hundred thousand keys', (t) => {
    const text = Array.from({ length: 100_000 }, (_, index) => `k${index}: 1\n`).join('');
    const begun = performance.now();
    const lines = faultsOf({ cwd: makeFolder(t, { 'sidecar.yaml': text }) });
    assert.equal(
      lines[0],
      'settings file (sidecar.yaml:1:1): a section with more than 1000 keys; is it the right file?',
    );
    assert.ok(performance.now() - begun < 10_000);
  });

  it('do not count settings that something else overrides', (t) => {
    const cwd = makeFolder(t, { 'sidecar.yaml': 'ldap:\n  port: wrong\n' });
    assert.equal(load({ cwd, flags: { 'ldap.port': '1' } }).settings.ldap.port, 1);
  });
});
