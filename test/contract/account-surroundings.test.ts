import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { LoginName } from '../../sidecar/core/names.ts';
import { createAccountSurroundings } from '../../sidecar/storage/account-surroundings.ts';
import type { Database } from '../../sidecar/storage/database.ts';
import { createDirectoryStore } from '../../sidecar/storage/directory-store.ts';
import { databaseProducts, openTestDatabase, type TestDatabase } from './databases.ts';
import { buildChange, buildGroup, buildRun, buildUser } from './directory-builders.ts';

for (const { name, skip, create } of databaseProducts()) {
  describe(`what is stored around an account: ${name}`, { skip }, () => {
    let test: TestDatabase;
    let database: Database;
    beforeEach(async () => {
      test = await create();
      database = await openTestDatabase(test);
    });
    afterEach(async () => {
      await database.close();
      await test.remove();
    });

    const around = async (change: Parameters<typeof buildChange>[0], ...addresses: readonly string[]) => {
      const store = createDirectoryStore(database);
      await store.commit(0, buildChange(change), buildRun());
      const { directory, changedAt } = await createAccountSurroundings(database).of(addresses);
      return {
        logins: [...directory.users.values()].map(({ login }): string => login).sort(),
        members: Object.fromEntries([...directory.groups.values()].map((group) => [group.displayName, group.members])),
        generation: directory.generation,
        changedAt,
      };
    };

    it('is who has one of the addresses, a few of the same local part, and manual users linked to one', async () => {
      const of = (local: string, domain: string) => ({
        login: `${local}@${domain}` as LoginName,
        addresses: [`${local}@${domain}`],
      });
      const users = [
        buildUser('old', { addresses: ['old@example.com', 'nina@example.com'] }),
        buildUser('alias', { addresses: ['alias@example.com', 'n@example.com'] }),
        ...['a', 'b', 'c', 'd', 'e'].map((each) => buildUser(`nina ${each}`, of('nina', `${each}.test`))),
        buildUser('ninab', of('ninab', 'a.test')),
        buildUser('guest', { origin: 'manual', passwordOf: 'n@example.com' as LoginName }),
        buildUser('stranger', { origin: 'manual', passwordOf: 'x@example.com' as LoginName }),
        buildUser('bob'),
      ];
      const { logins, generation } = await around({ users }, 'nina@example.com', 'n@example.com');
      assert.equal(generation, 1);
      assert.deepEqual(
        logins.filter((login) => login.endsWith('@example.com')),
        ['alias@example.com', 'guest@example.com', 'old@example.com'],
      );
      assert.equal(logins.length, 6);
      assert.ok(!logins.includes('ninab@a.test'));
    });

    it('is every group with those members that are groups, domains or addresses near, however they are spelt', async () => {
      const groups = [
        buildGroup('inner', { addresses: ['inner@example.com', 'in@example.com'], members: ['bob@example.com'] }),
        buildGroup('outer', { members: ['x@example.com', ' IN@Example.com', '[example.com]', ' [b.test]'] }),
        buildGroup('own', { members: ['a@example.com', 'Nina@Example.COM ', 'b@example.com', 'n@example.com'] }),
        buildGroup('empty'),
      ];
      const { members } = await around({ groups }, 'nina@example.com', 'n@example.com');
      assert.deepEqual(members, {
        inner: [],
        outer: [' IN@Example.com', '[example.com]', ' [b.test]'],
        own: ['Nina@Example.COM ', 'n@example.com'],
        empty: [],
      });
    });

    it('tells when anything last changed', async () => {
      const at = new Date('2026-10-01T10:00:00Z');
      assert.deepEqual((await around({ users: [buildUser('bob', { modifiedAt: at })] }, 'a@b.c')).changedAt, at);
    });

    it('is nothing where nothing was ever stored', async () => {
      const { directory, changedAt } = await createAccountSurroundings(database).of(['a@b.c']);
      assert.deepEqual([directory.generation, directory.users.size, changedAt], [0, 0, undefined]);
    });
  });
}
