import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { UsableServiceAccount } from '../../../sidecar/application/service-accounts-watch.ts';
import { Secret } from '../../../sidecar/core/secret.ts';
import { createServiceAccounts } from '../../../sidecar/facade/ldap/service-accounts.ts';
import { type LdapWorld, startWorld } from './support/ldap-world.ts';
import { bindRequest, whoAmIRequest } from './support/requests.ts';

describe('service accounts', () => {
  it('have no account without a password', () => {
    const accounts = createServiceAccounts([{ name: 'empty', password: new Secret('') }]);
    assert.equal(accounts.find('empty'), undefined);
    assert.equal(accounts.verify('empty', Buffer.alloc(0)), false);
  });

  it('compare passwords of any length without throwing', () => {
    const accounts = createServiceAccounts([{ name: 'reader', password: new Secret('pässword') }]);
    assert.equal(accounts.verify('READER', Buffer.from('pässword')), true);
    for (const wrong of ['', 'p', 'pässwor', 'pässword ', 'x'.repeat(100_000)])
      assert.equal(accounts.verify('reader', Buffer.from(wrong)), false);
  });
});

describe('service accounts that are made while the server runs', () => {
  const made = (name: string, secret: string, secretId = secret): UsableServiceAccount => {
    return { name, secretId, verify: (password) => Buffer.from(secret).equals(password) };
  };
  async function bind(world: LdapWorld, name: string, password: string) {
    const client = await world.connect();
    client.send(bindRequest(1, name, password));
    return { client, code: (await client.next()).code };
  }

  it('can log in at once, and no more when they are gone', async () => {
    await using world = await startWorld({ madeServiceAccounts: [made('early', 'e.1')] });
    assert.equal((await bind(world, 'cn=early', 'e.1')).code, 0);
    world.server.replaceServiceAccounts([made('late', 'l.1')]);
    assert.equal((await bind(world, 'cn=late,o=icewarp', 'l.1')).code, 0);
    assert.equal((await bind(world, 'LATE', 'l.2')).code, 49);
    assert.equal((await bind(world, 'cn=early', 'e.1')).code, 49);
  });

  it('lose their connections when they are removed or get another secret, and nobody else does', async () => {
    await using world = await startWorld({
      madeServiceAccounts: [made('a', 'a.1'), made('b', 'b.1'), made('c', 'c.1')],
    });
    const reader = await world.connectReader();
    const [removed, rotated, kept] = [
      await bind(world, 'cn=a', 'a.1'),
      await bind(world, 'cn=b', 'b.1'),
      await bind(world, 'cn=c', 'c.1'),
    ];
    const user = await bind(world, 'alice@example.com', 'alice-demo');
    world.server.replaceServiceAccounts([made('b', 'b.2'), made('c', 'c.1')]);
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
    world.server.replaceServiceAccounts([made('Reader', 'other')]);
    reader.send(whoAmIRequest(2));
    assert.equal((await reader.next()).extension.value, 'dn:cn=reader');
    assert.equal((await bind(world, 'cn=reader', 'other')).code, 49);
    assert.equal((await bind(world, 'cn=reader', 'reader-demo')).code, 0);
  });
});
