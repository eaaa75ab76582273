import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Mapping } from '../../sidecar/core/mapping/rules.ts';
import type { Directory } from '../../sidecar/core/model.ts';
import { silentLog } from '../../sidecar/core/ports/log.ts';
import { systemClock } from '../../sidecar/host/system-clock.ts';
import { createChangeSignal } from '../../sidecar/storage/change-signal.ts';
import type { Database } from '../../sidecar/storage/database.ts';
import { createDirectoryStore } from '../../sidecar/storage/directory-store.ts';
import { applyMapping } from '../../sidecar/sync/apply-mapping.ts';
import { usualPolicy } from '../support/sync-harness.ts';
import { databaseProducts, openTestDatabase, type TestDatabase } from './databases.ts';
import { buildChange, buildRun, buildUser } from './directory-builders.ts';

const edited: Mapping = {
  defaults: ['LogOn'],
  rules: [{ name: 'a', when: { user: ['user1@*'] }, grant: [], deny: [], roles: ['auditor'] }],
};

/** A service on a shared database, as far as mapping edits go. */
async function startReplica(database: Database) {
  const store = createDirectoryStore(database);
  let served: Directory = await store.load();
  const serve = async (directory: Directory) => {
    if (directory.generation > served.generation) served = directory;
  };
  const stop = await createChangeSignal(database).subscribe(
    () => void store.load().then(serve),
    (error) => assert.fail(String(error)),
  );
  const ports = { store, clock: systemClock, log: silentLog, newId: randomUUID, publish: serve };
  const terms = { sourceId: 'icewarp', policy: usualPolicy, dryRun: false, confirm: undefined, maxLines: 100 };
  return {
    stop,
    notice: () => applyMapping({ ...ports, mapping: async () => edited }, terms),
    generation: () => served.generation,
    auditors: () =>
      [...served.users.values()].filter(({ roles }) => roles.includes('auditor')).map(({ login }) => login),
  };
}

for (const { name, skip, create } of databaseProducts()) {
  describe(`several services on one database: ${name}`, { skip }, () => {
    let shared: TestDatabase;
    let databases: readonly Database[] = [];
    beforeEach(async () => {
      shared = await create();
      databases = await Promise.all([openTestDatabase(shared), openTestDatabase(shared), openTestDatabase(shared)]);
    });
    afterEach(async () => {
      await Promise.all(databases.map((database) => database.close()));
      await shared.remove();
    });

    it('apply one mapping edit once, though all notice it at the same time, and all serve it', async () => {
      const users = Array.from({ length: 20 }, (_, index) =>
        buildUser(`user${index}`, { privileges: ['LogOn'], roles: [] }),
      );
      const store = createDirectoryStore(databases[0] ?? assert.fail());
      await store.commit(0, buildChange({ users }), buildRun());
      const replicas = await Promise.all(databases.map(startReplica));
      try {
        const reports = await Promise.all(replicas.map((replica) => replica.notice()));
        const outcomes = reports.map(({ outcome }) => outcome).sort();
        assert.deepEqual(
          outcomes,
          ['applied', 'unchanged', 'unchanged'],
          JSON.stringify(reports.map((each) => each.error)),
        );
        assert.equal(await store.generation(), 2);
        const applied = (await store.lastRuns(10)).filter(({ outcome }) => outcome === 'applied');
        assert.equal(applied.length, 2);
        const giveUpAt = performance.now() + 2_000;
        while (!replicas.every((replica) => replica.generation() === 2)) {
          assert.ok(performance.now() < giveUpAt, `served are ${replicas.map((replica) => replica.generation())}`);
          await sleep(10);
        }
        for (const replica of replicas) assert.deepEqual(replica.auditors(), [users[1]?.login]);
      } finally {
        await Promise.all(replicas.map((replica) => replica.stop()));
      }
    });
  });
}
