import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { missingPrograms } from '../../support/programs.ts';
import { plainEnvironment, runProgram } from '../../support/sidecar-process.ts';
import { type ClientWorld, reader, startClientWorld } from './support/client-world.ts';

const users = ['-b', 'ou=users,o=icewarp', '-s', 'one'];
const asReader = ['-x', '-D', reader.dn, '-w', reader.password];
const alice = 'uid=alice@example.com,ou=users,o=icewarp';

describe('ldap-utils', { skip: missingPrograms('ldapsearch', 'ldapwhoami', 'ldapcompare', 'openssl') }, () => {
  let world: ClientWorld;
  before(async () => {
    world = await startClientWorld({
      // Much of what is said here on purpose is neither LDAP nor TLS.
      isRecorded: false,
      listeners: [
        { name: 'starttls', tls: 'starttls', clientCertificates: true, settings: { requireTls: true } },
        { name: 'ldaps', tls: 'ldaps', clientCertificates: true },
      ],
      accounts: [{ name: 'gateway', certificate: 'cn=mail-gateway, o=Example Company' }],
    });
  });
  after(() => world?.stop());

  /** With the environment of a client that trusts one authority and insists on it. */
  const run = (program: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}) => {
    const trust = { LDAPTLS_CACERT: world.certificates.caFile, LDAPTLS_REQCERT: 'demand' };
    return runProgram(program, args, { env: plainEnvironment({ ...trust, ...environment }) });
  };
  const whoAmI = (listener: string, ...args: string[]) => run('ldapwhoami', ['-H', world.url(listener), ...args]);
  const search = async (listener: string, ...args: string[]) => {
    const url = ['-H', world.url(listener), '-LLL', '-o', 'ldif-wrap=no'];
    const { code, stdout, stderr } = await run('ldapsearch', [...url, ...asReader, ...args]);
    return { code, stdout, stderr, dns: [...stdout.matchAll(/^dn:+ (.*)$/gm)].map(([, dn]) => dn) };
  };
  const secured = [
    ['starttls', ['-ZZ']],
    ['ldaps', []],
  ] as const;

  for (const [listener, start] of secured) {
    describe(`by ${listener}`, () => {
      it('asks who it is, as a service account and as a person', async () => {
        assert.equal((await whoAmI(listener, ...start, ...asReader)).stdout.trim(), 'dn:cn=reader');
        const person = await whoAmI(listener, ...start, '-x', '-D', 'robert@example.com', '-w', 'bob-demo');
        assert.equal(person.stdout.trim(), 'dn:uid=bob@example.com,ou=users,o=icewarp');
        assert.equal((await whoAmI(listener, ...start, '-x')).stdout.trim(), 'anonymous');
        const refused = await whoAmI(listener, ...start, '-x', '-D', alice, '-w', 'wrong');
        assert.equal(refused.code, 49, refused.stderr);
      });

      it('pages through exactly what it gets unpaged', async () => {
        const all = await search(listener, ...start, ...users, '(uid=*)', '1.1');
        assert.equal(all.code, 0, all.stderr);
        assert.ok(all.dns.length > 15);
        const paged = await search(listener, ...start, ...users, '-E', '!pr=4/noprompt', '(uid=*)', '1.1');
        assert.equal(paged.code, 0, paged.stderr);
        assert.deepEqual(paged.dns, all.dns);
      });

      it('compares', async () => {
        const compare = (assertion: string) =>
          run('ldapcompare', ['-H', world.url(listener), ...start, ...asReader, alice, assertion]);
        assert.equal((await compare('mail:alice.archer@example.com')).code, 6);
        assert.equal((await compare('mail:bob@example.com')).code, 5);
        assert.equal((await compare('telephoneNumber:+15550100')).code, 6, 'spaces do not count in a number');
        assert.equal((await compare('employeeType:x')).code, 16);
      });

      it('logs in by SASL PLAIN', async () => {
        const sasl = ['-Y', 'PLAIN', '-Q', '-O', 'none', '-U', 'alice@example.com', '-w'];
        assert.equal((await whoAmI(listener, ...start, ...sasl, 'alice-demo')).stdout.trim(), `dn:${alice}`);
        assert.equal((await whoAmI(listener, ...start, ...sasl, 'wrong')).code, 49);
      });

      it('logs in by its certificate alone, and without one not', async () => {
        const { clientCertFile, clientKeyFile } = world.certificates;
        const external = ['-H', world.url(listener), ...start, '-Y', 'EXTERNAL', '-Q'];
        const shown = { LDAPTLS_CERT: clientCertFile, LDAPTLS_KEY: clientKeyFile };
        const { stdout, stderr } = await run('ldapwhoami', external, shown);
        assert.equal(stdout.trim(), 'dn:cn=gateway', stderr);
        const refused = await run('ldapwhoami', external);
        assert.notEqual(refused.code, 0);
        assert.equal(refused.stdout, '');
        const byPassword = await run('ldapwhoami', ['-H', world.url(listener), ...start, ...asReader], shown);
        assert.equal(byPassword.stdout.trim(), 'dn:cn=reader', 'who shows one may still log in otherwise');
      });

      it('does not connect when it trusts somebody else', async () => {
        const url = ['-H', world.url(listener), ...start];
        const environment = { LDAPTLS_CACERT: world.certificates.strangerCaFile };
        const { code, stdout } = await run('ldapwhoami', [...url, ...asReader], environment);
        assert.notEqual(code, 0);
        assert.equal(stdout, '');
      });
    });
  }

  it('may not send a password in clear where TLS is required, nor search', async () => {
    const refused = await whoAmI('starttls', ...asReader);
    assert.equal(refused.code, 13, refused.stderr);
    assert.match(refused.stderr, /Confidentiality required/);
    assert.notEqual((await search('starttls', ...users)).code, 0);
  });

  it('is told that a listener without a certificate has no StartTLS', async () => {
    const { code, stderr } = await whoAmI('ldap', '-ZZ', ...asReader);
    assert.notEqual(code, 0);
    assert.match(stderr, /Protocol error|Operations error|unavailable|unsupported extended operation/i);
  });

  it('fails in good time with LDAPS on the port of plain LDAP and the reverse, and nobody else notices', async () => {
    const swapped = [`ldaps://127.0.0.1:${world.ownPort('ldap')}`, `ldap://127.0.0.1:${world.ownPort('ldaps')}`];
    for (const url of swapped) {
      const began = performance.now();
      const { code, stderr } = await run('ldapwhoami', ['-H', url, '-o', 'nettimeout=10', ...asReader]);
      assert.notEqual(code, 0, url);
      assert.match(stderr, /Can't contact LDAP server/);
      assert.ok(performance.now() - began < 9_000, 'it was told, and did not run into its own time-out');
    }
    assert.equal((await whoAmI('ldaps', ...asReader)).code, 0);
  });

  it('openssl gets TLS 1.2 and 1.3, and nothing below', async () => {
    const connect = (listener: string, version: string) =>
      run('openssl', [
        's_client',
        '-connect',
        `127.0.0.1:${world.port(listener)}`,
        ...(listener === 'starttls' ? ['-starttls', 'ldap'] : []),
        '-CAfile',
        world.certificates.caFile,
        '-verify_return_error',
        '-cipher',
        'DEFAULT@SECLEVEL=0',
        version,
      ]);
    for (const [listener] of secured) {
      for (const version of ['-tls1_2', '-tls1_3']) {
        const { code, stdout, stderr } = await connect(listener, version);
        assert.equal(code, 0, `${listener} ${version}: ${stderr}`);
        assert.match(stdout, /Verify return code: 0 \(ok\)/);
      }
      for (const version of ['-tls1', '-tls1_1']) {
        const { code, stderr } = await connect(listener, version);
        assert.notEqual(code, 0, `${listener} ${version}`);
        assert.match(stderr, /alert protocol version|tlsv1 alert/);
      }
    }
  });
});
