import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Simulator, startSimulator } from '../../../sidecar/simulator/simulator.ts';
import { missingPrograms } from '../../support/programs.ts';
import { type ClientWorld, reader, startClientWorld } from './support/client-world.ts';
import { type DovecotServer, startDovecot } from './support/dovecot.ts';
import { logInByImap } from './support/imap-client.ts';
import { readConversations } from './support/tshark.ts';
import { waitUntil } from './support/wait-until.ts';

/** What an administrator writes, as the guide has it. */
function toLdapLines(world: ClientWorld): string[] {
  return [
    `uris = ${world.url('dovecot')}`,
    `dn = ${reader.dn}`,
    `dnpass = ${reader.password}`,
    'auth_bind = yes',
    'ldap_version = 3',
    'base = ou=users,o=icewarp',
    'scope = subtree',
    // Any address of a user, not the one that is the name alone.
    'pass_filter = (&(objectClass=posixAccount)(mail=%u))',
    'pass_attrs = uid=user',
    'user_filter = (&(objectClass=posixAccount)(mail=%u))',
    'user_attrs = uid=user',
  ];
}

describe('Dovecot with auth_bind', { skip: missingPrograms('dovecot', 'tshark') }, () => {
  let world: ClientWorld;
  let restarted: Simulator | undefined;
  let dovecot: DovecotServer;
  before(async () => {
    world = await startClientWorld({ listeners: [{ name: 'dovecot', profile: 'dovecot', tls: 'starttls' }] });
    dovecot = await startDovecot(toLdapLines(world));
  });
  after(async () => {
    await dovecot?.stop();
    await world?.stop();
    await restarted?.stop();
  });

  it('logs in by the address, an alias and any case, always to the one mailbox', async () => {
    for (const name of ['alice@example.com', 'alice.archer@example.net', 'ALICE@example.com']) {
      const { answer, mailboxes } = await logInByImap(dovecot.imapPort, name, 'alice-demo');
      assert.match(answer, /^OK .*Logged in/, dovecot.readLog());
      assert.deepEqual(mailboxes, ['INBOX']);
    }
    assert.deepEqual([...new Set(dovecot.readLog().match(/Login: user=<.*?>/g))], ['Login: user=<alice@example.com>']);
  });

  it('refuses a wrong password, a name that is nobody’s and a disabled account, all alike', async () => {
    for (const [name, password] of [
      ['alice@example.com', 'wrong'],
      ['nobody@example.com', 'alice-demo'],
      ['*@example.com', 'alice-demo'],
      ['carol@example.com', 'carol-demo'],
    ] as const) {
      const { answer } = await logInByImap(dovecot.imapPort, name, password);
      assert.match(answer, /^NO \[AUTHENTICATIONFAILED\] /, name);
    }
  });

  it('logs in many at once, each by the own password', async () => {
    const people = ['alice', 'bob', 'grace', 'zoe', 'yamada', 'sunny', '007'];
    const answers = await Promise.all(
      people.map((name, index) =>
        logInByImap(dovecot.imapPort, `${name}@example.com`, `${index % 3 === 1 ? 'no' : name}-demo`),
      ),
    );
    assert.deepEqual(
      answers.map(({ answer }) => answer.slice(0, 2)),
      people.map((_, index) => (index % 3 === 1 ? 'NO' : 'OK')),
    );
  });

  it('finds home and numbers of a user with its shipped filters', async () => {
    const ldapLines = toLdapLines(world).filter((line) => !/^(pass|user)_/.test(line));
    const shipped = await startDovecot(ldapLines);
    try {
      const { code, stdout, stderr } = await shipped.findUser('alice@example.com');
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^home\s+\/.*alice@example\.com$/m);
      for (const name of ['uid', 'gid']) assert.match(stdout, new RegExp(`^${name}\\s+\\d{4,}$`, 'm'));
      assert.match((await shipped.findUser('nobody@example.com')).stdout, /doesn't exist/);
      assert.match((await logInByImap(shipped.imapPort, 'bob@example.com', 'wrong')).answer, /AUTHENTICATIONFAILED/);
    } finally {
      await shipped.stop();
    }
  });

  it('says that it could not tell while IceWarp is down, which is no wrong password, and goes on when it is back', async () => {
    const { port, company } = world.simulator;
    await world.simulator.stop();
    const down = await logInByImap(dovecot.imapPort, 'bob@example.com', 'bob-demo');
    assert.match(down.answer, /^NO \[UNAVAILABLE\] Temporary authentication failure/);
    restarted = await startSimulator({ port, company, tarpitMs: 300 });
    await waitUntil(async () => {
      const { answer } = await logInByImap(dovecot.imapPort, 'bob@example.com', 'bob-demo');
      return answer.startsWith('OK ');
    });
  });

  it('did all of it on one connection, which it gave back to its own account before each search', async () => {
    const { recording } = world;
    assert.ok(recording !== undefined);
    const [said = [], ...others] = await readConversations(recording.capture);
    // The others are the server's with the shipped filters.
    assert.equal(others.length, 1);
    const names = toSearchers(said);
    assert.ok(names.length > 10);
    assert.deepEqual(new Set(names), new Set([reader.dn]));
    const binds = said.filter((line) => line.startsWith('bindRequest')).map((line) => line.split('"')[1]);
    assert.ok(binds.filter((name) => name === reader.dn).length > 5, 'it binds as itself again and again');
    assert.ok(binds.includes('uid=zoe@example.com,ou=users,o=icewarp'));
  });

  it('asks over StartTLS, and nothing at all where the certificate is a stranger’s', async () => {
    const { caFile, strangerCaFile } = world.certificates;
    const answers: string[] = [];
    for (const authority of [caFile, strangerCaFile]) {
      const other = await startDovecot(toLdapLines(world), authority);
      try {
        answers.push((await logInByImap(other.imapPort, 'bob@example.com', 'bob-demo')).answer);
      } finally {
        await other.stop();
      }
    }
    assert.match(answers[0] ?? '', /^OK /);
    assert.match(answers[1] ?? '', /^NO \[UNAVAILABLE\]/);
    assert.ok(world.recording !== undefined);
    const [, , said = [], ...others] = await readConversations(world.recording.capture);
    assert.equal(said[0], 'extendedReq LDAP_START_TLS_OID');
    assert.ok(said.includes('bindRequest "uid=bob@example.com,ou=users,o=icewarp" simple'));
    for (const distrusting of others) assert.ok(!distrusting.some((line) => line.startsWith('bind')));
  });
});

/** As whom each search of a conversation was made. */
function toSearchers(said: readonly string[]): string[] {
  const searchers: string[] = [];
  let asked = '';
  let identity = '';
  for (const line of said) {
    if (line.startsWith('bindRequest')) asked = line.split('"')[1] ?? '';
    else if (line.startsWith('bindResponse')) identity = line.startsWith('bindResponse success') ? asked : '';
    else if (line.startsWith('searchRequest')) searchers.push(identity);
  }
  return searchers;
}
