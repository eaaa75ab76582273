import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  addOidcClient,
  listOidcClients,
  type OidcClientPorts,
  removeOidcClient,
  rotateOidcClient,
} from '../../sidecar/application/oidc-clients.ts';
import { type OidcClientWatch, watchOidcClients } from '../../sidecar/application/oidc-clients-watch.ts';
import { silentLog } from '../../sidecar/core/ports/log.ts';
import type { SecretKeySource } from '../../sidecar/core/ports/secret-key.ts';
import { Secret } from '../../sidecar/core/secret.ts';
import { systemClock } from '../../sidecar/host/system-clock.ts';
import type { Database } from '../../sidecar/storage/database.ts';
import { createOidcClientStore } from '../../sidecar/storage/oidc-client-store.ts';
import { databaseProducts, openTestDatabase, type TestDatabase } from './databases.ts';
import { isDomainError } from './directory-store.ts';

const toKey = (letter: string): SecretKeySource => {
  const key = new Secret(letter.repeat(43));
  return { place: 'sidecar.secret', read: async () => key, readOrMake: async () => key };
};
const wiki = { id: 'wiki', redirectUris: ['https://wiki.example.com/callback'] };

for (const { name, skip, create } of databaseProducts()) {
  describe(`OIDC clients: ${name}`, { skip }, () => {
    let database: TestDatabase;
    let handle: Database;
    let watch: OidcClientWatch | undefined;
    beforeEach(async () => {
      database = await create();
      handle = await openTestDatabase(database);
    });
    afterEach(async () => {
      await watch?.stop();
      watch = undefined;
      await handle.close();
      await database.remove();
    });
    const portsOf = (letter = 'k'): OidcClientPorts => ({
      clients: createOidcClientStore(handle),
      key: toKey(letter),
      clock: systemClock,
      configured: [],
    });
    const follow = async (letter = 'k') => {
      const { clients, key } = portsOf(letter);
      watch = await watchOidcClients({
        clients,
        key,
        clock: systemClock,
        log: silentLog,
        configured: [],
        intervalMs: 30,
      });
      watch.start();
      return watch;
    };
    const until = async (condition: () => boolean) => {
      const giveUpAt = performance.now() + 2_000;
      while (!condition()) {
        assert.ok(performance.now() < giveUpAt, 'the running service did not notice within 2 s');
        await sleep(10);
      }
    };

    it('shows a made secret once and keeps a digest of it alone', async () => {
      const { secret } = await addOidcClient(portsOf(), wiki);
      assert.match(secret?.reveal() ?? '', /^[0-9a-f]{12}\.[\w-]{32}$/);
      const kept = JSON.stringify(await createOidcClientStore(handle).list());
      assert.ok(!kept.includes(secret?.reveal().split('.')[1] ?? assert.fail()));
      assert.ok(!JSON.stringify(await listOidcClients(portsOf())).includes('digest'));
    });

    it('lets a running service know of a new client, a new secret and a removal', async () => {
      const known = await follow();
      const first = (await addOidcClient(portsOf(), wiki)).secret?.reveal() ?? '';
      await until(() => known.find('wiki')?.verify(first) === true);
      assert.equal(known.find('wiki')?.verify(`${first}x`), false);
      const second = (await rotateOidcClient(portsOf(), 'wiki')).secret?.reveal() ?? '';
      await until(() => known.find('wiki')?.verify(second) === true);
      assert.equal(known.find('wiki')?.verify(first), false);
      await removeOidcClient(portsOf(), 'wiki');
      await until(() => known.find('wiki') === undefined);
    });

    it('gives a public client no secret, and none is ever right', async () => {
      const { secret } = await addOidcClient(portsOf(), { ...wiki, isPublic: true });
      assert.equal(secret, undefined);
      assert.equal((await follow()).find('wiki')?.verify(''), false);
      await assert.rejects(rotateOidcClient(portsOf(), 'wiki'), isDomainError('unsupported', /public/));
    });

    it('names all faults, and clients that are there or are not', async () => {
      const broken = { id: '', redirectUris: ['http://wiki.example.com/'] };
      await assert.rejects(
        addOidcClient(portsOf(), broken),
        isDomainError('invalid_input', /id: [\s\S]*redirectUris\[0\]: /),
      );
      await addOidcClient(portsOf(), wiki);
      await assert.rejects(addOidcClient(portsOf(), wiki), isDomainError('conflict', /clients rotate wiki/));
      await assert.rejects(rotateOidcClient(portsOf(), 'none'), isDomainError('not_found', /clients list/));
      await assert.rejects(removeOidcClient(portsOf(), 'none'), isDomainError('not_found', /clients list/));
    });

    it('refuses to make a secret under another key while others are in use, and rotates them all the same', async () => {
      await addOidcClient(portsOf(), wiki);
      const other = portsOf('x');
      await assert.rejects(
        addOidcClient(other, { ...wiki, id: 'shop' }),
        isDomainError('invalid_input', /sidecar\.secret/),
      );
      assert.equal((await listOidcClients(other))[0]?.status, 'other_key');
      assert.equal((await follow('x')).find('wiki'), undefined);
      const { secret } = await rotateOidcClient(other, 'wiki');
      await until(() => watch?.find('wiki')?.verify(secret?.reveal() ?? '') === true);
    });

    it('gives back a client as it was made', async () => {
      const input = {
        ...{ id: 'full', name: 'Fülle', redirectUris: ['https://a.example.com/'], isFirstParty: true },
        ...{ postLogoutRedirectUris: ['https://a.example.com/bye'], backchannelLogoutUri: 'https://a.example.com/out' },
        ...{ groups: ['a-*@example.com'], claimNames: { groups: 'teams' }, require: ['auditor'], twoFactor: 'accept' },
      };
      const { client } = await addOidcClient(portsOf(), input);
      assert.deepEqual((await createOidcClientStore(handle).list())[0]?.client, client);
    });
  });
}
