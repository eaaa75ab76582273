import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { type Simulator, startSimulator } from '../../../sidecar/simulator/simulator.ts';
import { type ClientWorld, reader, startClientWorld } from './support/client-world.ts';
import { missingSssd, type SssdHost, startSssd } from './support/sssd.ts';
import { readConversations } from './support/tshark.ts';
import { waitUntil } from './support/wait-until.ts';

/** The machine's own, of before the tests. */
const nsswitch = readFileSync('/etc/nsswitch.conf', 'utf8');

describe('SSSD', { skip: missingSssd() }, () => {
  let world: ClientWorld;
  let restarted: Simulator | undefined;
  let host: SssdHost;
  before(async () => {
    world = await startClientWorld({ listeners: [{ name: 'sssd', profile: 'sssd', tls: 'starttls' }] });
    host = await startSssd(toLines(world, world.certificates.caFile));
  });
  after(async () => {
    await host?.stop();
    await world?.stop();
    await restarted?.stop();
  });

  const getent = async (database: 'passwd' | 'group' | 'initgroups', ...keys: string[]) => {
    const { code, stdout } = await host.run('getent', [database, ...keys]);
    return { code, lines: stdout.split('\n').filter((line) => line !== '') };
  };
  const userOf = async (key: string) => {
    const { lines } = await getent('passwd', key);
    const [name = '', , uid = '', gid = '', gecos = '', home = '', shell = ''] = (lines[0] ?? '').split(':');
    return { name, uid: Number(uid), gid: Number(gid), gecos, home, shell };
  };

  it('shows a user with a number that stays, a home and a shell, by name and by number', async () => {
    const alice = await userOf('alice');
    assert.equal(alice.name, 'alice', await host.readLog());
    assert.ok(alice.uid > 99_999, String(alice.uid));
    assert.deepEqual(alice, {
      ...alice,
      gid: alice.uid,
      gecos: 'Alice Archer',
      home: '/home/alice',
      shell: '/bin/bash',
    });
    assert.deepEqual(await userOf(String(alice.uid)), alice);
    assert.notEqual((await userOf('bob')).uid, alice.uid);
    assert.equal((await getent('passwd', 'no.such.user')).code, 2);
  });

  it('shows a group with its members, and whose groups a user is in', async () => {
    const { lines } = await getent('group', 'auditors');
    const [name, , gid = '', members = ''] = (lines[0] ?? '').split(':');
    assert.equal(name, 'auditors', await host.readLog());
    assert.deepEqual(members.split(',').sort(), ['alice', 'judy']);
    assert.deepEqual((await getent('group', gid)).lines, lines);
    const { stdout } = await host.run('id', ['alice']);
    assert.match(stdout, /^uid=(\d+)\(alice\) gid=\1\(alice\) /, 'a group of her own');
    assert.match(stdout, /\(auditors\)/);
    assert.match(stdout, /\(staff\)/);
    assert.doesNotMatch((await host.run('id', ['ivan'])).stdout, /auditors/);
  });

  it('logs in through PAM by the password of IceWarp, over TLS', async () => {
    const { code, stdout, stderr } = await host.logIn('alice', 'alice-demo');
    assert.equal(code, 0, `${stdout}${stderr}${await host.readLog()}`);
    assert.match(stdout, /successfully authenticated/);
  });

  it('refuses a wrong password, an unknown name and a disabled account', async () => {
    const wrong = await host.logIn('bob', 'wrong');
    assert.match(wrong.stderr, /Authentication failure/);
    assert.match((await host.logIn('no.such.user', 'x')).stderr, /User not known/);
    assert.notEqual((await host.logIn('carol', 'carol-demo')).code, 0);
  });

  it('logs in nowhere where the certificate is a stranger’s', async () => {
    const distrusting = await startSssd(toLines(world, world.certificates.strangerCaFile));
    try {
      assert.notEqual((await distrusting.run('getent', ['passwd', 'alice'])).code, 0);
    } finally {
      await distrusting.stop();
    }
  });

  it('is told of an outage as of one, and logs in when IceWarp is back', async () => {
    const { port, company } = world.simulator;
    await world.simulator.stop();
    // To PAM it says the same of every bind that does not succeed; its log, and what it heard, tell them apart.
    assert.notEqual((await host.logIn('grace', 'grace-demo')).code, 0);
    assert.match(await host.readLog(), /Bind result: (Server is unavailable|Server is busy)/);
    restarted = await startSimulator({ port, company, tarpitMs: 300 });
    await waitUntil(async () => (await host.logIn('grace', 'grace-demo')).code === 0, 30_000);
    if (world.recording === undefined) return;
    const isBind = (line: string) => line.startsWith('bindRequest "uid=grace@example.com,');
    const said = (await readConversations(world.recording.capture)).find((lines) => lines.some(isBind));
    const asked = said?.findIndex(isBind) ?? -1;
    assert.match(said?.[asked + 1] ?? '', /^bindResponse (unavailable|busy)/);
  });

  it('bound as the user within TLS alone', async (t) => {
    if (world.recording === undefined) return t.skip('tshark is not installed');
    const conversations = await readConversations(world.recording.capture);
    const logins = conversations.filter((said) =>
      said.includes('bindRequest "uid=alice@example.com,ou=users,o=icewarp" simple'),
    );
    assert.ok(logins.length > 0);
    for (const [first] of conversations) assert.equal(first, 'extendedReq LDAP_START_TLS_OID');
  });

  it('lists all users and groups', async () => {
    // A full list is made in the background after the start.
    await waitUntil(async () => (await getent('passwd')).lines.some((line) => line.startsWith('zoe:')), 20_000);
    const users = (await getent('passwd')).lines.filter((line) => Number(line.split(':')[2]) > 99_999);
    const numbers = users.map((line) => line.split(':')[2]);
    assert.ok(users.length >= 20, users.join('\n'));
    assert.equal(new Set(numbers).size, numbers.length);
    await waitUntil(async () => (await getent('group')).lines.some((line) => line.startsWith('staff:')));
  });

  it('left the machine’s own nsswitch.conf as it was', () => {
    assert.equal(readFileSync('/etc/nsswitch.conf', 'utf8'), nsswitch);
  });
});

/** What an administrator writes, as the guide has it; and short times, so that the tests need not wait. */
function toLines(world: ClientWorld, authority: string): string[] {
  return [
    'id_provider = ldap',
    'auth_provider = ldap',
    'chpass_provider = none',
    `ldap_uri = ${world.url('sssd')}`,
    'ldap_id_use_start_tls = true',
    `ldap_tls_cacert = ${authority}`,
    'ldap_search_base = o=icewarp',
    'ldap_schema = rfc2307bis',
    `ldap_default_bind_dn = ${reader.dn}`,
    `ldap_default_authtok = ${reader.password}`,
    'ldap_referrals = false',
    // A user's own group has the number of the user, and no entry.
    'auto_private_groups = true',
    'enumerate = true',
    'ldap_enumeration_refresh_offset = 0',
    'entry_cache_timeout = 2',
    'offline_timeout = 1',
    'debug_level = 6',
  ];
}
