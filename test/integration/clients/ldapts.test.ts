import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import {
  AndFilter,
  Client,
  type Entry,
  EqualityFilter,
  InsufficientAccessError,
  InvalidCredentialsError,
  NotFilter,
  OrFilter,
  PresenceFilter,
  ServerSideSortingRequestControl,
  SubstringFilter,
  UnwillingToPerformError,
} from 'ldapts';
import { type ClientWorld, reader, startClientWorld } from './support/client-world.ts';
import { withLdapts } from './support/ldapts-client.ts';

const base = 'o=icewarp';
const users = 'ou=users,o=icewarp';
const whoAmI = '1.3.6.1.4.1.4203.1.11.3';

describe('ldapts', () => {
  let world: ClientWorld;
  before(async () => {
    world = await startClientWorld({
      listeners: [
        { name: 'starttls', tls: 'starttls', settings: { requireTls: true } },
        { name: 'ldaps', tls: 'ldaps' },
      ],
    });
  });
  after(() => world?.stop());

  const withClient = <T>(listener: string, use: (client: Client) => Promise<T>) => withLdapts(world, listener, use);

  for (const listener of ['ldap', 'starttls', 'ldaps']) {
    it(`logs in, is refused, and logs in as another by ${listener}`, async () => {
      await withClient(listener, async (client) => {
        await client.bind('alice@example.com', 'alice-demo');
        assert.equal((await client.exop(whoAmI)).value, 'dn:uid=alice@example.com,ou=users,o=icewarp');
        await assert.rejects(client.bind('uid=alice@example.com,ou=users,o=icewarp', 'wrong'), InvalidCredentialsError);
        assert.equal((await client.exop(whoAmI)).value ?? '', '', 'a refusal leaves nobody logged in');
        await assert.rejects(client.search(users), InsufficientAccessError);
        await client.bind(reader.dn, reader.password);
        assert.equal((await client.exop(whoAmI)).value, 'dn:cn=reader');
      });
    });

    it(`pages through exactly what it gets unpaged by ${listener}`, async () => {
      await withClient(listener, async (client) => {
        await client.bind(reader.dn, reader.password);
        const options = { scope: 'sub', filter: '(objectClass=*)' } as const;
        const whole = await client.search(base, options);
        const pages: Entry[][] = [];
        for await (const page of client.searchPaginated(base, { ...options, paged: { pageSize: 6 } })) {
          pages.push(page.searchEntries);
        }
        assert.ok(whole.searchEntries.length > 30);
        assert.deepEqual(pages.flat(), whole.searchEntries);
        assert.equal(pages.length, Math.ceil(whole.searchEntries.length / 6));
      });
    });
  }

  it('does not connect when it trusts nobody that signed the certificate', async () => {
    const tlsOptions = { ca: readFileSync(world.certificates.strangerCaFile), servername: 'localhost' };
    const client = new Client({ url: world.url('ldaps'), connectTimeout: 10_000, tlsOptions });
    await assert.rejects(client.bind(reader.dn, reader.password), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
    const upgraded = new Client({ url: world.url('starttls'), connectTimeout: 10_000 });
    await assert.rejects(upgraded.startTLS(tlsOptions), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
    await upgraded.unbind().catch(() => {});
  });

  it('asks a hundred things at once on one connection', async () => {
    await withClient('ldaps', async (client) => {
      await client.bind(reader.dn, reader.password);
      const names = Array.from({ length: 25 }, () => ['alice', 'bob', 'zoe', 'nobody']).flat();
      const found = await Promise.all(
        names.map((name) => client.search(users, { filter: `(uid=${name}@example.com)`, attributes: ['givenName'] })),
      );
      const given = found.map(({ searchEntries: [entry] }) => entry?.givenName);
      const expected: Readonly<Record<string, string | undefined>> = { alice: 'Alice', bob: 'Bob', zoe: 'Zoë' };
      assert.deepEqual(
        given,
        names.map((name) => expected[name]),
      );
    });
  });

  it('finds by filters built from parts, sorts, and compares', async () => {
    await withClient('starttls', async (client) => {
      await client.bind(reader.dn, reader.password);
      const filter = new AndFilter({
        filters: [
          new EqualityFilter({ attribute: 'objectclass', value: 'person' }),
          new OrFilter({
            filters: [
              new SubstringFilter({ attribute: 'displayName', initial: 'Al', final: 'er' }),
              new EqualityFilter({ attribute: 'proxyAddresses', value: 'smtp:robert@example.com' }),
              new EqualityFilter({ attribute: 'sn', value: 'Müller-Šťastná' }),
            ],
          }),
          new NotFilter({ filter: new PresenceFilter({ attribute: 'jpegPhoto' }) }),
        ],
      });
      const sort = new ServerSideSortingRequestControl({ value: { attributeType: 'sn', reverseOrder: true } });
      const { searchEntries } = await client.search(users, { filter, attributes: ['sn', 'entryUUID'] }, sort);
      assert.deepEqual(
        searchEntries.map(({ sn }) => sn),
        ['Müller-Šťastná', 'Baker', 'Archer'],
      );
      for (const { entryUUID } of searchEntries) assert.match(String(entryUUID), /^[0-9a-f-]{36}$/);
      assert.equal(await client.compare(`uid=bob@example.com,${users}`, 'mail', 'Robert@example.com'), true);
      assert.equal(await client.compare(`uid=bob@example.com,${users}`, 'mail', 'alice@example.com'), false);
    });
  });

  it('is told by the right error what it may not do', async () => {
    await withClient('ldaps', async (client) => {
      await assert.rejects(client.search(users), InsufficientAccessError);
      await assert.rejects(client.bind(reader.dn, ''), UnwillingToPerformError);
      await client.bind(reader.dn, reader.password);
      const limited = await client.search(users, { sizeLimit: 3 });
      assert.equal(limited.searchEntries.length, 3, 'it takes the limit that it set itself for success');
      await assert.rejects(client.del(`uid=bob@example.com,${users}`), UnwillingToPerformError);
      assert.equal((await client.search(users, { filter: '(noSuchAttribute=x)' })).searchEntries.length, 0);
    });
  });

  it('takes passwords by SASL PLAIN under TLS', async () => {
    await withClient('ldaps', async (client) => {
      await assert.rejects(client.bind('PLAIN', '\0alice@example.com\0wrong'), InvalidCredentialsError);
      await client.bind('PLAIN', '\0alice@example.com\0alice-demo');
      assert.equal((await client.exop(whoAmI)).value, 'dn:uid=alice@example.com,ou=users,o=icewarp');
    });
  });
});
