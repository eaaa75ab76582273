import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { LoginName } from '../../sidecar/core/names.ts';
import type { DirectoryChange } from '../../sidecar/core/ports/directory-store.ts';
import type { Database } from '../../sidecar/storage/database.ts';
import { createDirectoryChanges } from '../../sidecar/storage/directory-changes.ts';
import { createDirectoryStore } from '../../sidecar/storage/directory-store.ts';
import { databaseProducts, openTestDatabase, type TestDatabase } from './databases.ts';
import { buildChange, buildCompany, buildGroup, buildRun, buildUser } from './directory-builders.ts';

for (const { name, skip, create } of databaseProducts()) {
  describe(`what was committed lately: ${name}`, { skip }, () => {
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

    /** Commits one change after another, and gives how the last version differs from generation `since`. */
    const differ = async (since: number, ...changes: readonly DirectoryChange[]) => {
      const store = createDirectoryStore(database);
      const base = await store.generation();
      for (const [index, change] of changes.entries()) await store.commit(base + index, change, buildRun());
      return await createDirectoryChanges(database).since(since);
    };
    const staff = buildGroup('staff');
    const membership = [{ groupId: staff.id, direct: true }];
    const bob = buildUser('bob', { memberships: membership, addresses: ['bob@example.com', 'robert@example.com'] });

    it('is every user and group as it is now, and who is gone, over several commits', async () => {
      const carol = buildUser('carol');
      const later = { ...bob, displayName: 'Robert', roles: ['auditor'] };
      const difference = await differ(
        1,
        buildChange({ users: [buildUser('alice'), carol], groups: [staff] }),
        buildChange({ users: [bob], groups: [{ ...staff, members: ['bob@example.com'] }] }),
        buildChange({ users: [later], removedUserIds: [carol.id] }),
      );
      assert.deepEqual(difference, { generation: 3, users: [later], removedUsers: [carol.id], groups: [staff] });
    });

    it('is nothing after no commit', async () => {
      const difference = await differ(1, buildChange({ users: [bob], groups: [staff] }));
      assert.deepEqual(difference, { generation: 1, users: [], removedUsers: [], groups: [] });
    });

    it('has the groups whose time alone moved', async () => {
      const modifiedAt = new Date('2027-01-01T00:00:00Z');
      const touched = {
        ...buildChange({}),
        groups: { saved: [], removedIds: [], touched: [{ id: staff.id, modifiedAt }] },
      };
      const difference = await differ(1, buildChange({ groups: [{ ...staff, members: ['x@y.z'] }] }), touched);
      assert.deepEqual(difference?.groups, [{ ...staff, modifiedAt }]);
      const [stored] = [...(await createDirectoryStore(database).load()).groups.values()];
      assert.deepEqual(stored, { ...staff, members: ['x@y.z'], modifiedAt });
    });

    it('has with an account the manual users linked to any of its addresses, and with those the state of the account', async () => {
      const guest = buildUser('guest', { origin: 'manual', passwordOf: 'robert@example.com' as LoginName });
      const other = buildUser('other', { origin: 'manual', passwordOf: 'alice@example.com' as LoginName });
      const disabled = { ...bob, state: 'disabled' as const };
      const first = buildChange({ users: [bob, guest, other, buildUser('alice')], groups: [staff] });
      const byAccount = await differ(1, first, buildChange({ users: [disabled] }));
      const states = (users: typeof byAccount) => users?.users.map(({ login, state }) => [login, state]).sort();
      assert.deepEqual(states(byAccount), [
        ['bob@example.com', 'disabled'],
        ['guest@example.com', 'disabled'],
      ]);
      const byGuest = await differ(2, buildChange({ users: [{ ...guest, displayName: 'G' }] }));
      assert.deepEqual(states(byGuest), [['guest@example.com', 'disabled']]);
      assert.equal(byGuest?.users[0]?.passwordOf, 'bob@example.com');
    });

    for (const [what, since, changes] of [
      ['a large commit', 1, [buildChange({ users: [bob], groups: [staff] }), buildCompany(600)]],
      ['a group that is gone', 1, [buildChange({ groups: [staff] }), buildChange({ removedGroupIds: [staff.id] })]],
      ['what was stored before anything was served', 0, [buildChange({ users: [bob], groups: [staff] })]],
      ['a backup that was restored', 7, [buildChange({ users: [bob], groups: [staff] })]],
    ] as const) {
      it(`is not told of ${what}`, async () => {
        assert.equal(await differ(since, ...changes), undefined);
      });
    }

    it('is not told of commits that are long ago, which are forgotten', async () => {
      await differ(1, buildChange({ users: [bob], groups: [staff] }));
      await database.tables.directoryState.update({ generation: 300 }, { where: { id: 1 } });
      assert.equal(await differ(1, buildChange({ groups: [staff] })), undefined);
      const kept = await database.tables.directoryChanges.findAll({ raw: true });
      assert.deepEqual(
        new Set(kept.map((row) => (row as unknown as { generation: number }).generation)),
        new Set([301]),
      );
    });

    it('is told again after a large commit', async () => {
      const change = buildChange({ users: [bob] });
      assert.equal((await differ(2, buildChange({ groups: [staff] }), buildCompany(600), change))?.users.length, 1);
    });
  });
}
