import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { digestSecret, makeSecretKey } from '../../../sidecar/core/made-secret.ts';
import { Secret } from '../../../sidecar/core/secret.ts';
import { hashServiceAccounts, type MadeServiceAccount } from '../../../sidecar/core/service-accounts.ts';
import type { ServiceRefusal } from '../../../sidecar/facade/ldap/operation.ts';
import { createServiceAccounts } from '../../../sidecar/facade/ldap/service-accounts.ts';
import { cheapCost, type LdapWorld, startWorld } from './support/ldap-world.ts';
import { bindRequest, whoAmIRequest } from './support/requests.ts';

const key = makeSecretKey();
const made = (...given: readonly { readonly name: string; readonly secret: string }[]): readonly MadeServiceAccount[] =>
  given.map(({ name, secret }) => ({ name, secretId: secret, digest: digestSecret(key, new Secret(secret)), key }));
const alone = '192.0.2.1';
const chosen = (name: string, password: string) =>
  hashServiceAccounts([{ name, password: new Secret(password) }], cheapCost);

describe('service accounts', () => {
  it('have no account without a password', async () => {
    const accounts = createServiceAccounts(await chosen('empty', ''));
    assert.equal(accounts.find('empty'), undefined);
    assert.equal(accounts.verify('empty', Buffer.alloc(0), alone), 'wrong');
  });

  it('compare passwords of any length, and the right one at once when it was right before', async () => {
    const accounts = createServiceAccounts(await chosen('reader', 'pässword'));
    assert.equal(await accounts.verify('READER', Buffer.from('pässword'), alone), 'right');
    assert.equal(accounts.verify('reader', Buffer.from('pässword'), alone), 'right');
    for (const wrong of ['', 'p', 'pässwor', 'pässword ', 'x'.repeat(100_000)])
      assert.equal(await accounts.verify('reader', Buffer.from(wrong), alone), 'wrong');
  });

  it('are kept so that no password can be read from what is handed to another thread', async () => {
    const accounts = structuredClone(await chosen('reader', 'reader-demo'));
    assert.ok(!JSON.stringify(accounts).includes('reader-demo'));
    assert.equal(await createServiceAccounts(accounts).verify('reader', Buffer.from('reader-demo'), alone), 'right');
  });
});

describe('wrong passwords of service accounts', () => {
  it('are told with account, listener and client, and nothing of the password', async () => {
    const refusals: ServiceRefusal[] = [];
    await using world = await startWorld({
      name: 'archive',
      madeServiceAccounts: made({ name: 'made', secret: 'm.1' }),
      onServiceRefusal: (refusal) => refusals.push(refusal),
    });
    await world.connectReader();
    for (const [name, password] of [
      ['cn=Reader', 'hunter2'],
      ['MADE', 'hunter3'],
    ] as const) {
      const client = await world.connect();
      client.send(bindRequest(1, name, password));
      assert.equal((await client.next()).code, 49);
    }
    assert.deepEqual(
      refusals.map(({ durationMs, ...rest }) => rest),
      ['reader', 'made'].map((name) => ({ name, listener: 'archive', clientAddress: '127.0.0.1', reason: 'wrong' })),
    );
    assert.deepEqual(world.asked, []);
  });

  it('never keep the one out that was accepted before', async () => {
    await using world = await startWorld();
    await world.connectReader();
    const client = await world.connect();
    for (let number = 1; number <= 30; number += 1) {
      client.send(bindRequest(number, 'cn=reader', `wrong ${number}`));
      assert.equal((await client.next()).code, 49);
    }
    client.send(bindRequest(31, 'cn=reader', 'reader-demo'));
    assert.equal((await client.next()).code, 0);
  });
});

describe('service accounts that are made while the server runs', () => {
  async function bind(world: LdapWorld, name: string, password: string) {
    const client = await world.connect();
    client.send(bindRequest(1, name, password));
    return { client, code: (await client.next()).code };
  }

  it('can log in at once, and no more when they are gone', async () => {
    await using world = await startWorld({ madeServiceAccounts: made({ name: 'early', secret: 'e.1' }) });
    assert.equal((await bind(world, 'cn=early', 'e.1')).code, 0);
    world.server.replaceServiceAccounts(made({ name: 'late', secret: 'l.1' }));
    assert.equal((await bind(world, 'cn=late,o=icewarp', 'l.1')).code, 0);
    assert.equal((await bind(world, 'LATE', 'l.2')).code, 49);
    assert.equal((await bind(world, 'cn=early', 'e.1')).code, 49);
  });

  it('lose their connections when they are removed or get another secret, and nobody else does', async () => {
    await using world = await startWorld({
      madeServiceAccounts: made(
        { name: 'a', secret: 'a.1' },
        { name: 'b', secret: 'b.1' },
        { name: 'c', secret: 'c.1' },
      ),
    });
    const reader = await world.connectReader();
    const [removed, rotated, kept] = [
      await bind(world, 'cn=a', 'a.1'),
      await bind(world, 'cn=b', 'b.1'),
      await bind(world, 'cn=c', 'c.1'),
    ];
    const user = await bind(world, 'alice@example.com', 'alice-demo');
    world.server.replaceServiceAccounts(made({ name: 'b', secret: 'b.2' }, { name: 'c', secret: 'c.1' }));
    for (const { client } of [removed, rotated]) {
      const notice = await client.next();
      assert.deepEqual([notice.id, notice.code], [0, 52]);
      await client.closed;
    }
    for (const client of [reader, kept.client, user.client]) {
      client.send(whoAmIRequest(2));
      assert.notEqual((await client.next()).extension.value, '');
    }
  });

  it('do not change an account of the configuration that has their name', async () => {
    await using world = await startWorld();
    const reader = await world.connectReader();
    world.server.replaceServiceAccounts(made({ name: 'Reader', secret: 'other' }));
    reader.send(whoAmIRequest(2));
    assert.equal((await reader.next()).extension.value, 'dn:cn=reader');
    assert.equal((await bind(world, 'cn=reader', 'other')).code, 49);
    assert.equal((await bind(world, 'cn=reader', 'reader-demo')).code, 0);
  });
});
