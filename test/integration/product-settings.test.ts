import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { SettingsBlock } from '../../sidecar/application/product-settings/product-settings.ts';
import { findProgram, missingPrograms } from '../support/programs.ts';
import { runProgram, runSidecar } from '../support/sidecar-process.ts';
import { startApache } from './clients/support/apache.ts';
import { type ClientWorld, reader, startClientWorld } from './clients/support/client-world.ts';
import { copyReadable, makeReadableFolder } from './clients/support/daemon.ts';
import { startDovecot } from './clients/support/dovecot.ts';
import { logInByImap } from './clients/support/imap-client.ts';
import { withLdapts } from './clients/support/ldapts-client.ts';
import { missingSssd, startSssd } from './clients/support/sssd.ts';

const auditors = ['alice@example.com', 'judy@example.org'];

describe('the settings that `profile show` prints', { skip: missingPrograms('openssl') }, () => {
  let world: ClientWorld;
  let folder: Awaited<ReturnType<typeof makeReadableFolder>>;
  let authorityFile: string;
  before(async () => {
    folder = await makeReadableFolder();
    const overStartTls = ['dovecot', 'postfix', 'apache', 'sssd'].map((name) => ({
      name,
      tls: 'starttls' as const,
      profile: name,
    }));
    const overTls = ['mailarchiva', 'nextcloud', 'roundcube', 'activedirectory'].map((name) => ({
      ...{ name, tls: 'ldaps' as const, profile: name },
    }));
    world = await startClientWorld({ listeners: [...overStartTls, ...overTls] });
    authorityFile = copyReadable(world.certificates.caFile, join(folder.path, 'ca.pem'));
  });
  after(async () => {
    await world?.stop();
    await folder?.remove();
  });

  /** The lines of each block, with the password filled in. */
  const show = async (name: string): Promise<readonly (readonly string[])[]> => {
    const args = ['profile', 'show', name, '--json', '--server-name', '127.0.0.1', '--client-ca', authorityFile];
    const { code, stdout, stderr } = await runSidecar(args, { cwd: world.folder });
    assert.equal(code, 0, stderr);
    const { blocks }: { blocks: readonly SettingsBlock[] } = JSON.parse(stdout);
    assert.ok(!stdout.includes(reader.password));
    // The port of a tap, where one records.
    const toWorld = (line: string) =>
      line.replace(`:${world.ownPort(name)}`, `:${world.port(name)}`).replace('<password of reader>', reader.password);
    return blocks.map(({ lines }) => lines.map(toWorld));
  };
  /** The value of a form's field, or of a command that sets it. */
  const fieldOf = (lines: readonly string[] | undefined, field: string) => {
    const line = lines?.find(
      (each) => each.startsWith(`${field}:`) || each.includes(` ${field} `) || each.includes(`'${field}' =>`),
    );
    assert.ok(line !== undefined, field);
    return (/'(\([^']*|[^'()]*=[^']*)',?$/.exec(line)?.[1] ?? line.replace(/^[^:]+: +/, '')).trim();
  };
  const find = (listener: string, base: string, filter: string, attributes: readonly string[] = ['uid']) =>
    withLdapts(world, listener, async (client) => {
      await client.bind(reader.dn, reader.password);
      return (await client.search(base, { scope: 'sub', filter, attributes: [...attributes] })).searchEntries;
    });
  const logIn = (listener: string, name: string, password: string) =>
    withLdapts(world, listener, (client) => client.bind(name, password));

  it('let Dovecot log people in', { skip: missingPrograms('dovecot') }, async () => {
    const [lines = []] = await show('dovecot');
    const dovecot = await startDovecot(lines);
    try {
      const { answer } = await logInByImap(dovecot.imapPort, 'alice.archer@example.net', 'alice-demo');
      assert.match(answer, /^OK /, dovecot.readLog());
      assert.match((await logInByImap(dovecot.imapPort, 'bob@example.com', 'wrong')).answer, /AUTHENTICATIONFAILED/);
    } finally {
      await dovecot.stop();
    }
  });

  it('let Postfix find users and the members of groups', { skip: missingPrograms('postmap') }, async () => {
    const [users = [], groups = []] = await show('postfix');
    writeFileSync(join(folder.path, 'main.cf'), 'compatibility_level = 3.6\n');
    const ask = async (lines: readonly string[], key: string) => {
      const file = join(folder.path, 'table.cf');
      writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
      const program = findProgram('postmap') ?? 'postmap';
      const { stdout, stderr } = await runProgram(program, ['-c', folder.path, '-q', key, `ldap:${file}`]);
      assert.equal(stderr, '');
      return stdout.trim();
    };
    assert.equal(await ask(users, 'robert@example.com'), 'bob@example.com');
    assert.equal(await ask(users, 'nobody@example.com'), '');
    assert.deepEqual((await ask(groups, 'auditors@example.com')).split(',').sort(), auditors);
  });

  it('let SSSD know users and log them in', { skip: missingSssd() }, async () => {
    const [lines = []] = await show('sssd');
    const host = await startSssd(lines.slice(lines.indexOf('[domain/icewarp]') + 1));
    try {
      assert.match((await host.run('id', ['alice'])).stdout, /^uid=(\d+)\(alice\) gid=\1\(alice\) .*\(auditors\)/);
      assert.equal((await host.logIn('alice', 'alice-demo')).code, 0, await host.readLog());
    } finally {
      await host.stop();
    }
  });

  it('let Apache log people in', { skip: missingPrograms('apache2') }, async () => {
    const [lines = []] = await show('apache');
    const demands = lines.filter((line) => line.startsWith('  ')).map((line) => line.trim());
    const apache = await startApache({ authorityFile, places: { '/private': demands } });
    try {
      const statusOf = async (password: string) =>
        (await apache.get('/private/', 'alice.archer@example.net', password)).status;
      assert.equal(await statusOf('alice-demo'), 200, apache.readLog());
      assert.equal(await statusOf('wrong'), 401);
    } finally {
      await apache.stop();
    }
  });

  it('let MailArchiva’s search find the user, bind as the entry and compare roles', async () => {
    const [lines] = await show('mailarchiva');
    const filter = `(${fieldOf(lines, 'Bind Attribute')}=bob@example.com)`;
    const [bob, ...others] = await find('mailarchiva', fieldOf(lines, 'Base DN'), filter, ['mail', 'memberOf']);
    assert.deepEqual(others, []);
    assert.equal([bob?.mail].flat()[0], 'bob@example.com');
    const role = fieldOf(lines, 'Role of everybody else').replace('memberOf matches ', '');
    assert.ok([bob?.memberOf].flat().includes(role), role);
    await logIn('mailarchiva', bob?.dn ?? '', 'bob-demo');
  });

  it('let Nextcloud find accounts, what people type, and groups', async () => {
    const [lines] = await show('nextcloud');
    const usersDn = fieldOf(lines, 'ldapBaseUsers');
    const all = await find('nextcloud', usersDn, fieldOf(lines, 'ldapUserFilter'), ['uid', 'mail', 'entryUUID']);
    assert.ok(all.length > 15);
    assert.ok(!all.some(({ uid }) => uid === 'carol@example.com'), 'disabled');
    for (const { mail, entryUUID } of all) assert.deepEqual([typeof mail, typeof entryUUID], ['string', 'string']);
    const filter = fieldOf(lines, 'ldapLoginFilter').replaceAll('%uid', 'alice.archer@example.net');
    assert.deepEqual(
      (await find('nextcloud', usersDn, filter)).map(({ uid }) => uid),
      ['alice@example.com'],
    );
    const groups = await find('nextcloud', fieldOf(lines, 'ldapBaseGroups'), fieldOf(lines, 'ldapGroupFilter'), ['cn']);
    assert.ok(groups.some(({ cn }) => cn === 'auditors@example.com'));
  });

  it('let Roundcube find people by parts of names and addresses', async () => {
    const [lines] = await show('roundcube');
    const base = fieldOf(lines, 'base_dn');
    const filter = `(&${fieldOf(lines, 'filter')}(|(mail=*rche*)(cn=*rche*)))`;
    const found = await find('roundcube', base, filter, ['cn', 'mail', 'accountEnabled']);
    assert.deepEqual(
      found.map(({ cn }) => cn),
      ['Alice Archer'],
    );
    assert.deepEqual([found[0]?.accountEnabled ?? []].flat(), [], 'the state of accounts is nobody’s business');
    assert.ok([found[0]?.mail].flat().length > 1);
  });

  it('let a client of Active Directory find users and groups, and log in by each name', async () => {
    const [lines] = await show('activedirectory');
    const base = fieldOf(lines, 'Base DN');
    const users = await find('activedirectory', base, fieldOf(lines, 'User filter'), ['sAMAccountName', 'objectGUID']);
    assert.ok(users.length > 20);
    assert.ok((await find('activedirectory', base, fieldOf(lines, 'Group filter'), ['cn'])).length > 5);
    const alice = '(&(objectClass=user)(sAMAccountName=alice))';
    const [entry] = await find('activedirectory', base, alice, ['objectGUID']);
    assert.ok(entry !== undefined);
    for (const name of [entry.dn, 'alice@example.com', 'alice', 'EXAMPLE\\alice'])
      await logIn('activedirectory', name, 'alice-demo');
  });
});
