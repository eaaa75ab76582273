import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { DomainError } from '../../sidecar/core/errors.ts';
import type { Directory } from '../../sidecar/core/model.ts';
import type { DirectoryStore } from '../../sidecar/core/ports/directory-store.ts';
import { createDirectoryStore } from '../../sidecar/storage/directory-store.ts';
import { type DatabaseProduct, openTestDatabase, type TestDatabase } from './databases.ts';
import { buildChange, buildCompany, buildGroup, buildRun, buildUser, idOf } from './directory-builders.ts';
import { itCarriesValues } from './directory-store-values.ts';

export function isDomainError(code: DomainError['code'], text: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof DomainError, `no DomainError: ${String(error)}`);
    assert.equal(error.code, code);
    assert.match(error.message, text);
    return true;
  };
}

/** What every `DirectoryStore` does. */
export function describeDirectoryStore({ name, skip, create }: DatabaseProduct): void {
  describe(`directory store: ${name}`, { skip }, () => {
    let database: TestDatabase;
    let store: DirectoryStore;
    /** Another handle on the same database; the test closes it. */
    const open = async () => createDirectoryStore(await openTestDatabase(database));

    beforeEach(async () => {
      database = await create();
      store = await open();
    });
    afterEach(async () => {
      await store.close();
      await database.remove();
    });

    const commit = (base: number, change: Parameters<typeof buildChange>[0]) =>
      store.commit(base, buildChange(change), buildRun());

    itCarriesValues(() => ({ store, reopen: open }));

    it('gives the empty directory before the first commit', async () => {
      assert.deepEqual(await store.load(), { generation: 0, users: new Map(), groups: new Map() } satisfies Directory);
      assert.equal(await store.generation(), 0);
      assert.deepEqual(await store.lastRuns(5), []);
    });

    it('counts the commits, also those that change nothing', async () => {
      assert.equal(await commit(0, {}), 1);
      assert.equal(await commit(1, { users: [buildUser('alice')] }), 2);
      assert.equal(await store.generation(), 2);
      assert.equal((await store.load()).generation, 2);
    });

    it('replaces what it holds of a saved entry and leaves the others alone', async () => {
      const team = buildGroup('team', { members: ['alice@example.com', 'bob@example.com'] });
      const memberships = [{ groupId: team.id, direct: true }];
      const alice = buildUser('alice', {
        memberships,
        roles: ['auditor'],
        addresses: ['alice@example.com', 'al@example.com'],
      });
      const bob = buildUser('bob', { memberships });
      await commit(0, { users: [alice, bob], groups: [team] });
      const changedAlice = {
        ...alice,
        displayName: 'A.',
        roles: [],
        privileges: ['LogOn'],
        addresses: ['alice@example.com'],
        memberships: [],
      };
      const changedTeam = { ...team, members: ['bob@example.com'], description: 'new' };
      await commit(1, { users: [changedAlice], groups: [changedTeam] });
      const { users, groups } = await store.load();
      assert.deepEqual(users.get(alice.id), changedAlice);
      assert.deepEqual(users.get(bob.id), bob);
      assert.deepEqual(groups.get(team.id), changedTeam);
    });

    it('lets two users exchange their logins in one commit', async () => {
      const alice = buildUser('alice');
      const bob = buildUser('bob');
      await commit(0, { users: [alice, bob] });
      await commit(1, {
        users: [
          { ...alice, login: bob.login },
          { ...bob, login: alice.login },
        ],
      });
      const { users } = await store.load();
      assert.equal(users.get(alice.id)?.login, 'bob@example.com');
      assert.equal(users.get(bob.id)?.login, 'alice@example.com');
    });

    it('removes an entry with all that belongs to it', async () => {
      const team = buildGroup('team', { members: ['alice@example.com'] });
      const other = buildGroup('other');
      const memberships = [team, other]
        .map(({ id }) => ({ groupId: id, direct: true }))
        .sort((a, b) => (a.groupId < b.groupId ? -1 : 1));
      const alice = buildUser('alice', { memberships, roles: ['auditor'] });
      const bob = buildUser('bob', { memberships });
      await commit(0, { users: [alice, bob], groups: [team, other] });
      await commit(1, { removedUserIds: [alice.id], removedGroupIds: [team.id, idOf('never seen')] });
      const { users, groups } = await store.load();
      assert.deepEqual([...users.keys()], [bob.id]);
      assert.deepEqual([...groups.keys()], [other.id]);
      assert.deepEqual(users.get(bob.id)?.memberships, [{ groupId: other.id, direct: true }]);
      // Nothing is left behind that a new entry with the same id would inherit.
      await commit(2, { users: [{ ...alice, memberships: [], roles: [] }] });
      assert.deepEqual((await store.load()).users.get(alice.id)?.roles, []);
    });

    it('refuses a commit on a generation that is not the stored one', async () => {
      await commit(0, { users: [buildUser('alice')] });
      await assert.rejects(commit(0, { users: [buildUser('bob')] }), isDomainError('conflict', /generation 1, not 0/));
      await assert.rejects(
        commit(2, { removedUserIds: [idOf('user alice')] }),
        isDomainError('conflict', /generation 1, not 2/),
      );
      const { users, generation } = await store.load();
      assert.deepEqual([generation, [...users.values()].map((user) => user.login)], [1, ['alice@example.com']]);
      assert.equal((await store.lastRuns(9)).length, 1);
    });

    it('lets one of two handles commit on the same generation', async () => {
      const second = await open();
      try {
        const results = await Promise.allSettled([
          store.commit(0, buildChange({ users: [buildUser('alice')] }), buildRun()),
          second.commit(0, buildChange({ users: [buildUser('bob')] }), buildRun()),
        ]);
        assert.deepEqual(results.map((result) => result.status).sort(), ['fulfilled', 'rejected']);
        const lost = results.find((result) => result.status === 'rejected');
        assert.ok(isDomainError('conflict', /run the sync again/)(lost?.reason));
        assert.equal((await second.load()).users.size, 1);
        assert.equal(await store.generation(), 1);
      } finally {
        await second.close();
      }
    });

    it('keeps nothing of a commit that fails at its last entry', async () => {
      await commit(0, { users: [buildUser('alice')] });
      const before = await store.load();
      const dangling = buildUser('zoe', { memberships: [{ groupId: idOf('no such group'), direct: true }] });
      const users = [...buildCompany(500).users.saved.map((user) => ({ ...user, memberships: [] })), dangling];
      await assert.rejects(
        commit(1, { users, groups: [buildGroup('team')] }),
        isDomainError('invalid_input', /does not hold/),
      );
      assert.deepEqual(await store.load(), before);
      assert.equal(await commit(1, {}), 2);
    });

    it('serves the old version to a load that runs beside a commit', async () => {
      await commit(0, { users: [buildUser('alice')] });
      const reader = await open();
      try {
        let ended = false;
        const committing = store.commit(1, buildCompany(3_000), buildRun()).finally(() => {
          ended = true;
        });
        let loads = 0;
        while (!ended) {
          const { generation, users } = await reader.load();
          if (ended) break;
          assert.deepEqual([generation, users.size], [1, 1]);
          assert.equal(await reader.generation(), ended ? 2 : 1);
          loads++;
        }
        assert.equal(await committing, 2);
        assert.ok(loads > 2, `only ${loads} loads during the commit`);
        assert.equal((await reader.load()).users.size, 3_001);
      } finally {
        await reader.close();
      }
    });

    it('loads more than one page in the order of the ids, complete', async () => {
      const company = buildCompany(5_003);
      await store.commit(0, company, buildRun());
      const { users, groups } = await store.load();
      assert.equal(groups.size, company.groups.saved.length);
      assert.deepEqual([...users.keys()], company.users.saved.map((user) => user.id).sort());
      for (const user of company.users.saved) assert.deepEqual(users.get(user.id), user);
    });

    it('reads one version although another handle commits in the middle of it', async () => {
      const company = buildCompany(12_000);
      await store.commit(0, company, buildRun());
      // The last user to be read: what belongs to it must be as old as the first.
      const last = company.users.saved.toSorted((a, b) => (a.id < b.id ? -1 : 1)).at(-1) ?? buildUser('none');
      const second = await open();
      try {
        let loaded = false;
        const loading = second.load().finally(() => {
          loaded = true;
        });
        await new Promise((resolve) => setTimeout(resolve, 30));
        await store.commit(
          1,
          buildChange({ users: [{ ...last, displayName: 'new', roles: ['auditor'] }] }),
          buildRun(),
        );
        assert.equal(loaded, false, 'the load ended before the commit');
        const { generation, users } = await loading;
        assert.equal(generation, 1);
        assert.deepEqual(users.get(last.id), last);
        assert.deepEqual((await second.load()).users.get(last.id)?.roles, ['auditor']);
      } finally {
        await second.close();
      }
    });

    it('keeps the records of runs, newest first, whatever their times say', async () => {
      const failed = buildRun({ outcome: 'failed', summary: 'getaccountsinfolist: 数 no answer' });
      const held = buildRun({ outcome: 'held', startedAt: new Date('2020-01-01T00:00:00Z') });
      await store.recordRun(failed);
      await store.recordRun(held);
      const applied = buildRun();
      await store.commit(0, buildChange({}), applied);
      assert.deepEqual(await store.lastRuns(10), [applied, held, failed]);
      assert.deepEqual(await store.lastRuns(1), [applied]);
      assert.deepEqual(await store.lastRuns(0), []);
      await assert.rejects(store.recordRun(held), isDomainError('invalid_input', /already/));
    });

    it('ends an unfinished commit on close, without a trace', async () => {
      const second = await open();
      const committing = assert.rejects(
        second.commit(0, buildCompany(10_000), buildRun()),
        isDomainError('upstream_unavailable', /was closed/),
      );
      await new Promise((resolve) => setTimeout(resolve, 100));
      await second.close();
      await committing;
      await second.close();
      await assert.rejects(second.load(), isDomainError('upstream_unavailable', /was closed/));
      assert.equal((await store.load()).users.size, 0);
      assert.equal(await commit(0, {}), 1);
    });
  });
}
