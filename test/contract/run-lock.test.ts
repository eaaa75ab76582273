import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { HeldLock, LockAnswer, RunLock } from '../../sidecar/core/ports/run-lock.ts';
import type { Database } from '../../sidecar/storage/database.ts';
import { createDirectoryStore } from '../../sidecar/storage/directory-store.ts';
import { createRunLock } from '../../sidecar/storage/run-lock.ts';
import { databaseProducts, openTestDatabase, type TestDatabase } from './databases.ts';
import { buildCompany, buildRun } from './directory-builders.ts';

const lockingProcess = fileURLToPath(new URL('./locking-process.ts', import.meta.url));

function heldOf(answer: LockAnswer): HeldLock {
  assert.equal(answer.kind, 'held');
  return answer.kind === 'held' ? answer.lock : assert.fail();
}

for (const { name, skip, create } of databaseProducts()) {
  describe(`run lock: ${name}`, { skip }, () => {
    let database: TestDatabase;
    let handles: Database[];
    let first: RunLock;
    let second: RunLock;
    beforeEach(async () => {
      database = await create();
      handles = [await openTestDatabase(database), await openTestDatabase(database)];
      [first, second] = handles.map(createRunLock) as [RunLock, RunLock];
    });
    afterEach(async () => {
      for (const handle of handles) await handle.close();
      await database.remove();
    });

    it('is had by one, and names it to the others', async () => {
      const before = Date.now();
      const lock = heldOf(await first.acquire('sync', 60_000));
      const answer = await second.acquire('sync', 60_000);
      assert.equal(answer.kind, 'taken');
      if (answer.kind !== 'taken') return;
      assert.equal(answer.by.holder, `${hostname()}:${process.pid}`);
      assert.ok(Math.abs(answer.by.since.getTime() - before) < 5_000, String(answer.by.since));
      const lifeMs = answer.by.expiresAt.getTime() - answer.by.since.getTime();
      assert.ok(lifeMs >= 60_000 && lifeMs < 61_000, `${lifeMs} ms`);
      assert.equal((await first.acquire('sync', 60_000)).kind, 'taken', 'not even the holder has it twice');
      await lock.release();
      heldOf(await second.acquire('sync', 60_000));
    });

    it('is another one under another name', async () => {
      heldOf(await first.acquire('sync', 60_000));
      heldOf(await second.acquire('notify', 60_000));
    });

    it('is had by exactly one of many that ask at once', async () => {
      const asked = Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? first : second).acquire('sync', 60_000),
      );
      const kinds = (await Promise.all(asked)).map(({ kind }) => kind);
      assert.equal(kinds.filter((kind) => kind === 'held').length, 1);
    });

    it('goes to somebody else when its time runs out, and its holder learns that', async () => {
      const lost = heldOf(await first.acquire('sync', 150));
      await sleep(250);
      const now = heldOf(await second.acquire('sync', 60_000));
      assert.equal(await lost.renew(), false);
      await lost.release();
      assert.equal((await first.acquire('sync', 60_000)).kind, 'taken', 'a release by a former holder freed the lock');
      assert.equal(await now.renew(), true);
    });

    it('is lost when it was not renewed in time, even if nobody took it', async () => {
      const lock = heldOf(await first.acquire('sync', 100));
      await sleep(200);
      assert.equal(await lock.renew(), false);
    });

    it('lasts as long as it is renewed', async () => {
      const lock = heldOf(await first.acquire('sync', 600));
      for (let round = 0; round < 4; round++) {
        await sleep(250);
        assert.equal(await lock.renew(), true);
        assert.equal((await second.acquire('sync', 600)).kind, 'taken');
      }
    });

    it('can be renewed and asked for while a large commit is written', async () => {
      const [handle] = handles;
      assert.ok(handle !== undefined);
      const lock = heldOf(await first.acquire('sync', 60_000));
      let ended = false;
      const committing = createDirectoryStore(handle)
        .commit(0, buildCompany(4_000), buildRun())
        .finally(() => {
          ended = true;
        });
      let renewed = 0;
      while (!ended) {
        assert.equal(await lock.renew(), true);
        assert.equal((await second.acquire('sync', 1_000)).kind, 'taken');
        if (!ended) renewed++;
      }
      await committing;
      assert.ok(renewed > 2, `only ${renewed} times`);
    });

    it('refuses a time that is none', async () => {
      for (const ttlMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
        await assert.rejects(first.acquire('sync', ttlMs), TypeError);
      }
    });

    describe('between processes', () => {
      const children: ChildProcessByStdio<Writable, Readable, null>[] = [];
      afterEach(async () => {
        for (const child of children.splice(0)) {
          if (child.exitCode !== null || child.signalCode !== null) continue;
          child.stdin.end();
          await once(child, 'exit');
        }
      });

      async function startLocking(ttlMs: number) {
        const child = spawn(process.execPath, [lockingProcess, database.url, String(ttlMs)], {
          stdio: ['pipe', 'pipe', 'inherit'],
        });
        children.push(child);
        const died = once(child, 'exit').then(() => ['it ended']);
        const [answer] = await Promise.race([once(child.stdout.setEncoding('utf8'), 'data'), died]);
        return { child, answer: String(answer).trim() };
      }

      it('is had by one of two', async () => {
        const both = await Promise.all([startLocking(60_000), startLocking(60_000)]);
        assert.deepEqual(both.map(({ answer }) => answer).sort(), ['held', 'taken']);
        const holder = both.find(({ answer }) => answer === 'held');
        const answer = await first.acquire('sync', 1_000);
        assert.equal(answer.kind === 'taken' && answer.by.holder, `${hostname()}:${holder?.child.pid}`);
      });

      it('of a holder that was killed is free when its time runs out, not before', async () => {
        const { child, answer } = await startLocking(1_500);
        assert.equal(answer, 'held');
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
        assert.equal((await first.acquire('sync', 1_000)).kind, 'taken');
        await sleep(1_600);
        heldOf(await first.acquire('sync', 1_000));
      });
    });
  });
}
