import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { findProgram, missingPrograms } from '../../support/programs.ts';
import { makeFolder, runProgram } from '../../support/sidecar-process.ts';
import { type ClientWorld, reader, startClientWorld } from './support/client-world.ts';
import { findFreePorts } from './support/free-ports.ts';
import { readConversations } from './support/tshark.ts';

describe('Postfix’ ldap: tables', { skip: missingPrograms('postmap') }, () => {
  let world: ClientWorld;
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  before(async () => {
    world = await startClientWorld({
      listeners: [{ name: 'postfix', profile: 'postfix', tls: 'starttls' }],
    });
    folder = await makeFolder();
    // All that postmap wants to know of a Postfix; none is set up or started.
    writeFileSync(join(folder.path, 'main.cf'), 'compatibility_level = 3.6\n');
  });
  after(async () => {
    await folder?.remove();
    await world?.stop();
  });

  const usual = {
    bind: 'yes',
    bind_dn: reader.dn,
    bind_pw: reader.password,
    timeout: 10,
    search_base: 'ou=users,o=icewarp',
    query_filter: '(mail=%s)',
    result_attribute: 'uid',
  };
  /** Writes a table's file, of the usual settings and others that win, and gives its name to postmap. */
  const writeTable = (name: string, settings: Readonly<Record<string, string | number>> = {}) => {
    const file = join(folder.path, `${name}.cf`);
    const all = Object.entries({ server_host: world.url('postfix'), ...usual, ...settings });
    writeFileSync(file, all.map(([key, value]) => `${key} = ${value}\n`).join(''), { mode: 0o600 });
    return `ldap:${file}`;
  };
  /** What `postmap -q` says of one key. */
  const ask = async (table: string, key: string) => {
    const program = findProgram('postmap') ?? 'postmap';
    const { code, stdout, stderr } = await runProgram(program, ['-c', folder.path, '-q', key, table]);
    return { code, value: stdout.trim(), stderr };
  };
  const miss = { code: 1, value: '', stderr: '' };
  const hit = (value: string) => ({ code: 0, value, stderr: '' });

  it('finds mailboxes by address and alias, with LDAPv2 (its default) and v3', async () => {
    for (const version of [{}, { version: 2 }, { version: 3 }]) {
      const table = writeTable('version', version);
      assert.deepEqual(await ask(table, 'alice@example.com'), hit('alice@example.com'));
      assert.deepEqual(await ask(table, 'Alice.Archer@example.net'), hit('alice@example.com'));
    }
  });

  it('misses what is nobody’s: the keys that Postfix goes through, and ones with the signs of a filter', async () => {
    const table = writeTable('miss');
    for (const key of [
      'nobody@example.com',
      'alice',
      '@example.com',
      '*',
      'alice*',
      ')(uid=*',
      'staff@example.com',
      '\\2a',
    ]) {
      assert.deepEqual(await ask(table, key), miss, key);
    }
  });

  it('finds with the filter and the attribute that Postfix has when nothing is said', async () => {
    const { query_filter, result_attribute, ...settings } = usual;
    const file = join(folder.path, 'shipped.cf');
    const all = Object.entries({ server_host: world.url('postfix'), ...settings });
    writeFileSync(file, all.map(([key, value]) => `${key} = ${value}\n`).join(''));
    assert.deepEqual(await ask(`ldap:${file}`, 'robert@example.com'), hit('bob@example.com'));
    assert.deepEqual(await ask(`ldap:${file}`, 'nobody@example.com'), miss);
  });

  it('asks about the local part and the domain', async () => {
    const table = writeTable('parts', { version: 3, query_filter: '(&(mail=%u@%d)(accountEnabled=TRUE))' });
    assert.deepEqual(await ask(table, 'bob@example.com'), hit('bob@example.com'));
    assert.deepEqual(await ask(table, 'carol@example.com'), miss);
    const domain = writeTable('domain', { version: 3, domain: 'example.org' });
    assert.deepEqual(await ask(domain, 'bob@example.com'), miss);
    assert.deepEqual(await ask(domain, 'judy@example.org'), hit('judy@example.org'));
  });

  it('expands a group to one address for each member, by reads of their DNs', async () => {
    const table = writeTable('members', {
      version: 3,
      search_base: 'ou=groups,o=icewarp',
      result_attribute: '',
      special_result_attribute: 'member',
      leaf_result_attribute: 'maildrop',
    });
    const { value, code, stderr } = await ask(table, 'auditors@example.com');
    assert.equal(code, 0, stderr);
    assert.deepEqual(value.split(',').sort(), ['alice@example.com', 'judy@example.org']);
    const staff = (await ask(table, 'staff@example.com')).value.split(',').sort();
    assert.ok(staff.length > 10);
    assert.deepEqual(staff, [...new Set(staff)]);
    assert.ok(staff.includes('alice@example.com') && !staff.includes('alice.archer@example.com'), staff.join());
    assert.deepEqual(await ask(table, 'alice@example.com'), miss);
  });

  it('reads a key after the other from standard input on one connection', async () => {
    const { recording } = world;
    const before = recording?.connections('postfix');
    const keys = ['alice@example.com', 'nobody@example.com', 'robert@example.com'];
    const { code, stdout } = await runProgram(
      findProgram('postmap') ?? 'postmap',
      ['-c', folder.path, '-q', '-', writeTable('many', { version: 3 })],
      { input: `${keys.join('\n')}\n` },
    );
    assert.equal(code, 0);
    assert.deepEqual(stdout.trim().split('\n'), [
      'alice@example.com\talice@example.com',
      'robert@example.com\tbob@example.com',
    ]);
    if (recording !== undefined) assert.equal(recording.connections('postfix') - (before ?? 0), 1);
  });

  it('asks over TLS, and not where the certificate is a stranger’s', async () => {
    const { caFile, strangerCaFile } = world.certificates;
    const tls = (authority: string) => ({
      version: 3,
      start_tls: 'yes',
      tls_require_cert: 'yes',
      tls_ca_cert_file: authority,
    });
    assert.deepEqual(await ask(writeTable('tls', tls(caFile)), 'alice@example.com'), hit('alice@example.com'));
    const distrusted = await ask(writeTable('stranger', tls(strangerCaFile)), 'alice@example.com');
    assert.deepEqual([distrusted.code, distrusted.value], [1, '']);
    assert.match(distrusted.stderr, /Unable to set STARTTLS|certificate/);
  });

  it('is told of a failure as a failure, never as a miss', async () => {
    const wrongPassword = await ask(writeTable('denied', { bind_pw: 'wrong' }), 'alice@example.com');
    assert.match(wrongPassword.stderr, /Unable to bind .*Invalid credentials/);
    const [closed = 0] = await findFreePorts(1);
    const unreached = await ask(
      writeTable('closed', { server_host: `ldap://127.0.0.1:${closed}` }),
      'alice@example.com',
    );
    assert.match(unreached.stderr, /Can't contact LDAP server/);
    const anonymous = await ask(writeTable('anonymous', { bind: 'no' }), 'alice@example.com');
    assert.match(anonymous.stderr, /Insufficient access/);
  });

  it('said nothing that tshark does not know, and bound by LDAPv2 too', async (t) => {
    if (world.recording === undefined) return t.skip('tshark is not installed');
    const said = (await readConversations(world.recording.capture)).flat();
    assert.ok(said.includes(`bindRequest "${reader.dn}" simple`));
    assert.ok(said.includes('searchResDone success'));
  });
});
