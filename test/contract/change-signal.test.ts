import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChangeSignal } from '../../sidecar/core/ports/change-signal.ts';
import { createChangeSignal } from '../../sidecar/storage/change-signal.ts';
import type { Database } from '../../sidecar/storage/database.ts';
import { createDirectoryStore } from '../../sidecar/storage/directory-store.ts';
import { missingPostgres, startPostgres } from '../support/postgres.ts';
import { databaseProducts, openTestDatabase, type TestDatabase } from './databases.ts';
import { buildChange, buildRun, buildUser } from './directory-builders.ts';
import { isDomainError } from './directory-store.ts';

async function waitUntil(condition: () => boolean, limitMs: number, what: string): Promise<void> {
  const giveUpAt = performance.now() + limitMs;
  while (!condition()) {
    assert.ok(performance.now() < giveUpAt, `${what} took longer than ${limitMs} ms`);
    await sleep(10);
  }
}

const commitTo = (database: Database, base: number) =>
  createDirectoryStore(database).commit(base, buildChange({ users: [buildUser(`user${base}`)] }), buildRun());

const failOn = (error: unknown) => assert.fail(String(error));

for (const { name, skip, create } of databaseProducts()) {
  describe(`change signal: ${name}`, { skip }, () => {
    let database: TestDatabase;
    let ours: Database;
    let others: Database;
    /** What a failed test has left. */
    const stops: (() => Promise<void>)[] = [];
    const subscribe: ChangeSignal['subscribe'] = async (onChange, onFault) => {
      const stop = await createChangeSignal(ours).subscribe(onChange, onFault);
      stops.push(stop);
      return stop;
    };
    beforeEach(async () => {
      database = await create();
      [ours, others] = [await openTestDatabase(database), await openTestDatabase(database)];
    });
    afterEach(async () => {
      for (const stop of stops.splice(0)) await stop();
      await ours.close();
      await others.close();
      await database.remove();
    });

    it('tells each commit of another handle within two seconds, each generation once', async () => {
      const told: number[] = [];
      const stop = await subscribe((generation) => told.push(generation), failOn);
      for (const base of [0, 1, 2]) {
        await commitTo(others, base);
        await waitUntil(() => told.at(-1) === base + 1, 2_000, 'the news');
      }
      await sleep(100);
      assert.deepEqual(told, [1, 2, 3]);
      await stop();
    });

    it('tells commits of its own handle too', async () => {
      const told: number[] = [];
      const stop = await subscribe((generation) => told.push(generation), failOn);
      await commitTo(ours, 0);
      await waitUntil(() => told.includes(1), 2_000, 'the news');
      await stop();
    });

    it('ends with the newest generation when many commits follow each other, and tells no old one after it', async () => {
      const told: number[] = [];
      const stop = await subscribe((generation) => told.push(generation), failOn);
      for (let base = 0; base < 20; base++) await commitTo(others, base);
      await waitUntil(() => told.at(-1) === 20, 2_000, 'the news');
      assert.deepEqual(
        told,
        told.toSorted((a, b) => a - b),
      );
      await stop();
    });

    it('tells nothing that was there before, nothing of failed commits and of runs without one', async () => {
      await commitTo(others, 0);
      const told: number[] = [];
      const stop = await subscribe((generation) => told.push(generation), failOn);
      await assert.rejects(commitTo(others, 0), isDomainError('conflict', /generation 1, not 0/));
      await createDirectoryStore(others).recordRun(buildRun({ outcome: 'failed' }));
      await sleep(1_200);
      assert.deepEqual(told, []);
      await stop();
    });

    it('tells nothing after it was ended, and every subscriber for itself', async () => {
      const [first, second]: [number[], number[]] = [[], []];
      const stopFirst = await subscribe((generation) => first.push(generation), failOn);
      const stopSecond = await subscribe((generation) => second.push(generation), failOn);
      await stopFirst();
      await commitTo(others, 0);
      await waitUntil(() => second.length > 0, 2_000, 'the news');
      await stopSecond();
      await commitTo(others, 1);
      await sleep(700);
      assert.deepEqual([first, second], [[], [1]]);
    });

    it('reports that it cannot tell once, not for every try', async () => {
      const faults: unknown[] = [];
      const stop = await subscribe(failOn, (error) => faults.push(error));
      await ours.close();
      await waitUntil(() => faults.length > 0, 2_000, 'the fault');
      await sleep(1_200);
      assert.equal(faults.length, 1);
      assert.ok(isDomainError('upstream_unavailable', /closed/)(faults[0]));
      await stop();
    });
  });
}

describe('change signal: PostgreSQL in trouble', { skip: missingPostgres() }, () => {
  it('reports an outage once and tells afterwards what was committed meanwhile', async () => {
    const server = await startPostgres();
    const database = await server.createDatabase();
    const ours = await openTestDatabase(database);
    const told: number[] = [];
    const faults: unknown[] = [];
    const stop = await createChangeSignal(ours).subscribe(
      (generation) => told.push(generation),
      (error) => faults.push(error),
    );
    try {
      await commitTo(ours, 0);
      await waitUntil(() => told.at(-1) === 1, 2_000, 'the news');
      await server.crash();
      await waitUntil(() => faults.length > 0, 3_000, 'the fault');
      await sleep(1_500);
      assert.equal(faults.length, 1);
      assert.ok(
        isDomainError(
          'upstream_unavailable',
          /the database postgres:.*(cut the connection|cannot be reached)/,
        )(faults[0]),
      );
      await server.start();
      const others = await openTestDatabase(database);
      await commitTo(others, 1);
      await waitUntil(() => told.at(-1) === 2, 8_000, 'the news after the outage');
      // The dedicated connection stands again: news come at once, not by looking.
      await sleep(3_000);
      const begun = performance.now();
      await commitTo(others, 2);
      await waitUntil(() => told.at(-1) === 3, 2_000, 'the next news');
      assert.ok(performance.now() - begun < 450, 'it did not listen');
      await others.close();
    } finally {
      await stop();
      await ours.close();
      await server.stop();
    }
  });

  it('makes a new connection when only its own is cut', async () => {
    const server = await startPostgres();
    const database = await server.createDatabase();
    const ours = await openTestDatabase(database);
    const others = await openTestDatabase(database);
    const told: number[] = [];
    const stop = await createChangeSignal(ours).subscribe(
      (generation) => told.push(generation),
      () => undefined,
    );
    const countListeners = async () => {
      const rows = await server.query('postgres', "SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN%'");
      return rows.length;
    };
    try {
      let listeners = 0;
      const giveUpAt = Date.now() + 2_000;
      while (listeners === 0 && Date.now() < giveUpAt) listeners = await countListeners();
      assert.equal(listeners, 1);
      await server.query(
        'postgres',
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND pid <> pg_backend_pid()",
      );
      await commitTo(others, 0);
      await waitUntil(() => told.at(-1) === 1, 2_000, 'the news');
      await sleep(600);
      assert.equal(await countListeners(), 1);
    } finally {
      await stop();
      await ours.close();
      await others.close();
      await server.stop();
    }
  });
});
