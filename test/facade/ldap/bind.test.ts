import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { int, message, text, tlv } from './support/ber.ts';
import { type LdapWorld, startWorld } from './support/ldap-world.ts';
import type { Answer } from './support/raw-client.ts';
import { bindRequest, control, saslBindRequest, searchRequest, whoAmIRequest } from './support/requests.ts';

describe('a bind', () => {
  let world: LdapWorld;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.stop());

  /** The answer to a bind on a connection of its own, and who the connection is after it. */
  async function bind(
    name: string | Uint8Array,
    password: string | Uint8Array,
    version = 3,
  ): Promise<Answer & { readonly who: string | undefined }> {
    const client = await world.connect();
    client.send(bindRequest(7, name, password, version));
    const answer = await client.next();
    assert.equal(answer.id, 7);
    assert.equal(answer.tag, 0x61);
    client.send(whoAmIRequest(8));
    const who = (await client.next()).extension.value;
    client.close();
    return { ...answer, who };
  }

  const alice = 'dn:uid=alice@example.com,ou=users,o=icewarp';
  const bob = 'dn:uid=bob@example.com,ou=users,o=icewarp';
  const accepted: readonly (readonly [name: string, password: string, who: string])[] = [
    ['uid=alice@example.com,ou=users,o=icewarp', 'alice-demo', alice],
    ['UID = Alice@Example.com , OU = Users,O=ICEWARP', 'alice-demo', alice],
    ['uid=\\61lice@example.com,ou=users,o=icewarp', 'alice-demo', alice],
    ['alice@example.com', 'alice-demo', alice],
    ['ALICE@EXAMPLE.COM', 'alice-demo', alice],
    ['robert@example.com', 'bob-demo', bob],
    ['bob', 'bob-demo', bob],
    ['EXAMPLE\\bob', 'bob-demo', bob],
    ['example.com\\bob', 'bob-demo', bob],
    [
      "uid=o'neil\\2btag@example.com,ou=users,o=icewarp",
      "o'neil+tag-demo",
      "dn:uid=o'neil\\+tag@example.com,ou=users,o=icewarp",
    ],
    ['cn=reader', 'reader-demo', 'dn:cn=reader'],
    ['CN=Reader', 'reader-demo', 'dn:cn=reader'],
    ['reader', 'reader-demo', 'dn:cn=reader'],
    ['cn=reader,o=icewarp', 'reader-demo', 'dn:cn=reader'],
    ['cn=reader, O=IceWarp', 'reader-demo', 'dn:cn=reader'],
  ];
  for (const [name, password, who] of accepted) {
    it(`takes the name ${name}`, async () => {
      const answer = await bind(name, password);
      assert.equal(answer.code, 0);
      assert.equal(answer.who, who);
    });
  }

  const refused: readonly (readonly [why: string, name: string, password: string])[] = [
    ['a wrong password', 'alice@example.com', 'wrong'],
    ['a disabled account', 'carol@example.com', 'carol-demo'],
    ['a user without LogOn', 'erin@example.com', 'erin-demo'],
    ['an unknown address', 'nobody@example.com', 'nobody-demo'],
    ['an unknown local part', 'nobody', 'nobody-demo'],
    ['a DN of an unknown user', 'uid=nobody@example.com,ou=users,o=icewarp', 'nobody-demo'],
    ['a DN elsewhere', 'uid=alice@example.com,ou=people,dc=example', 'alice-demo'],
    ['a DN of something else', 'ou=users,o=icewarp', 'x'],
    ['a broken DN', 'uid=alice@example.com,,', 'alice-demo'],
    ['the base with a password', 'o=icewarp', 'x'],
    ['a service account with a wrong password', 'cn=reader', 'wrong'],
    ['a service account with a beginning of its password', 'cn=reader', 'reader-dem'],
    ['a service account elsewhere', 'cn=reader,ou=users,o=icewarp', 'reader-demo'],
    ['an unknown service account', 'cn=writer', 'reader-demo'],
    ['a password without a name', '', 'alice-demo'],
  ];
  // Side by side, for a refusal that was not seen before leaves at the deadline.
  describe('that fails', { concurrency: true }, () => {
    for (const [why, name, password] of refused) {
      it(`refuses ${why} with the one text`, async () => {
        const answer = await bind(name, password);
        assert.deepEqual([answer.code, answer.text, answer.matchedDn], [49, 'invalid name or password', '']);
        assert.equal(answer.who, '');
      });
    }
  });

  it('sends users to IceWarp, unknown ones too, and service accounts never', async () => {
    world.asked.length = 0;
    await bind('robert@example.com', 'bob-demo');
    await bind('nobody@example.com', 'x');
    await bind('cn=reader', 'wrong');
    await bind('', 'x');
    assert.deepEqual(world.asked, ['bob@example.com', 'nobody@example.com']);
  });

  it('is anonymous with neither name nor password', async () => {
    const answer = await bind('', '');
    assert.equal(answer.code, 0);
    assert.equal(answer.who, '');
  });

  it('does not take a name without a password for anything, and asks nobody', async () => {
    world.asked.length = 0;
    for (const name of ['alice@example.com', 'cn=reader', 'nobody']) {
      const answer = await bind(name, '');
      assert.equal(answer.code, 53);
      assert.equal(answer.who, '');
    }
    assert.deepEqual(world.asked, []);
  });

  it('takes LDAPv2 and refuses other versions', async () => {
    assert.equal((await bind('cn=reader', 'reader-demo', 2)).code, 0);
    for (const version of [0, 1, 4, 127]) assert.equal((await bind('cn=reader', 'reader-demo', version)).code, 2);
  });

  it('knows no other mechanism and no other choice', async () => {
    const client = await world.connect();
    client.send(saslBindRequest(1, 'DIGEST-MD5'));
    assert.equal((await client.next()).code, 7);
    client.send(message(2, tlv(0x60, int(3), text(''), text('x', 0x81))));
    assert.equal((await client.next()).code, 7);
  });

  it('refuses passwords that are no text', async () => {
    assert.equal((await bind('alice@example.com', Buffer.from([0xff, 0xfe]))).code, 49);
  });

  it('leaves the connection anonymous when a later bind fails, however it fails', async () => {
    const failing = [
      bindRequest(2, 'cn=reader', 'wrong'),
      bindRequest(2, 'alice@example.com', 'wrong'),
      bindRequest(2, 'cn=reader', ''),
      bindRequest(2, 'cn=reader', 'reader-demo', 5),
      saslBindRequest(2, 'PLAIN'),
      message(2, tlv(0x60, int(3), text('cn=reader'), text('reader-demo', 0x80)), tlv(0xa0, control('1.2.3.4', true))),
    ];
    for (const request of failing) {
      const client = await world.connectReader();
      client.send(request);
      assert.notEqual((await client.next()).code, 0);
      client.send(whoAmIRequest(3), searchRequest(4));
      assert.equal((await client.next()).extension.value, '');
      assert.equal((await client.next()).code, 50);
      client.close();
    }
  });

  it('changes from one identity to another', async () => {
    const client = await world.connectReader();
    client.send(bindRequest(2, 'bob', 'bob-demo'), whoAmIRequest(3));
    assert.equal((await client.next()).code, 0);
    assert.equal((await client.next()).extension.value, bob);
  });
});
