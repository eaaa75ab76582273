import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { QueryTypes } from 'sequelize';
import type { CountedFailure, FailureChange, FailureSubject } from '../../sidecar/core/ports/failure-counters.ts';
import { silentLog } from '../../sidecar/core/ports/log.ts';
import { Secret } from '../../sidecar/core/secret.ts';
import type { Database } from '../../sidecar/storage/database.ts';
import { createFailureCounters } from '../../sidecar/storage/failure-counters.ts';
import { databaseProducts, openTestDatabase, type TestDatabase } from './databases.ts';
import { isDomainError } from './directory-store.ts';

const countingProcess = fileURLToPath(new URL('./counting-process.ts', import.meta.url));
const key = new Secret('k'.repeat(43));
const newsMs = 2_000;

const accountOf = (name: string): FailureSubject => ({ kind: 'account', key: name });

function failureOf(subject: FailureSubject, lifeMs = 60_000): CountedFailure {
  return { id: randomUUID(), subject, at: new Date(), keepUntil: new Date(Date.now() + lifeMs) };
}

async function waitUntil(condition: () => boolean, what: string, limitMs = newsMs): Promise<void> {
  const giveUpAt = performance.now() + limitMs;
  while (!condition()) {
    assert.ok(performance.now() < giveUpAt, `${what} took longer than ${limitMs} ms`);
    await sleep(20);
  }
}

for (const { name, skip, create } of databaseProducts()) {
  describe(`failure counters: ${name}`, { skip }, () => {
    let database: TestDatabase;
    let handles: Database[];
    const stops: (() => void)[] = [];
    beforeEach(async () => {
      database = await create();
      handles = [await openTestDatabase(database), await openTestDatabase(database)];
    });
    afterEach(async () => {
      for (const stop of stops.splice(0)) stop();
      for (const handle of handles) await handle.close();
      await database.remove();
    });

    const connect = (handle: 0 | 1, options: { key?: Secret; maxRows?: number; log?: typeof silentLog } = {}) =>
      createFailureCounters(handles[handle] ?? assert.fail(), { key, log: silentLog, ...options });
    function follow(counters: ReturnType<typeof connect>) {
      const heard: FailureChange[] = [];
      stops.push(counters.subscribe((change) => heard.push(change)));
      return heard;
    }
    const countRows = async () => {
      const state = (await handles[0]?.openState()) ?? assert.fail();
      const sql = 'SELECT * FROM failure_counters';
      return await state.sequelize.query<Record<string, unknown>>(sql, { type: QueryTypes.SELECT });
    };

    it('tell others each failure once, whole, and oneself nothing', async () => {
      const [one, two] = [connect(0), connect(1)];
      const [mine, theirs] = [follow(one), follow(two)];
      await sleep(300);
      const failures = [
        failureOf(accountOf('bob@example.com')),
        failureOf({ kind: 'address', key: '2001:db8::/64' }),
        failureOf(accountOf('\ud800 ünïcode\0')),
      ];
      for (const failure of failures) await one.record(failure);
      await waitUntil(() => theirs.length === 3, 'the news');
      await sleep(1_600);
      const sorted = theirs.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
      const expected = failures.map((failure) => ({ kind: 'failed', failure }));
      assert.deepEqual(
        sorted,
        expected.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b))),
      );
      assert.deepEqual(mine, []);
    });

    it('tell who comes later what still counts, an earlier run of the same included', async () => {
      const before = connect(0);
      const [kept, withdrawn, spent] = [
        failureOf(accountOf('a@example.com')),
        failureOf(accountOf('b@example.com')),
        failureOf(accountOf('c@example.com'), -1),
      ];
      for (const failure of [kept, withdrawn, spent]) await before.record(failure);
      await before.withdraw(withdrawn);
      const heard = follow(connect(0));
      await waitUntil(() => heard.length > 0, 'what was kept');
      await sleep(900);
      assert.deepEqual(heard, [{ kind: 'failed', failure: kept }]);
    });

    it('tell what turned out right to those who heard of the failure', async () => {
      const [one, two] = [connect(0), connect(1)];
      const heard = follow(two);
      const failure = failureOf(accountOf('bob@example.com'));
      await one.record(failure);
      await waitUntil(() => heard.length === 1, 'the failure');
      await one.withdraw(failure);
      await one.withdraw(failure);
      await one.withdraw(failureOf(accountOf('nobody@example.com')));
      await waitUntil(() => heard.length === 2, 'the withdrawal');
      await sleep(900);
      assert.deepEqual(heard[1], { kind: 'withdrawn', failure });
      assert.equal(heard.length, 2);
    });

    it('tell nothing of a failure that was withdrawn before it was heard of, whatever the order of the calls', async () => {
      const [one, two] = [connect(0), connect(1)];
      const failure = failureOf(accountOf('bob@example.com'));
      await Promise.all([one.record(failure), one.withdraw(failure)]);
      const heard = follow(two);
      await sleep(900);
      assert.deepEqual(heard, []);
    });

    it('are cleared for everybody, and count anew afterwards', async () => {
      const [one, two] = [connect(0), connect(1)];
      const [bob, eve] = [accountOf('bob@example.com'), accountOf('eve@example.com')];
      const heard = follow(two);
      for (const subject of [bob, bob, eve]) await one.record(failureOf(subject));
      await waitUntil(() => heard.length === 3, 'the failures');
      await one.clear(bob);
      const again = failureOf(bob);
      await one.record(again);
      await waitUntil(() => heard.length === 5, 'the clearing');
      assert.deepEqual(heard.slice(3), [
        { kind: 'cleared', subject: bob },
        { kind: 'failed', failure: again },
      ]);
      const late = follow(connect(1));
      await waitUntil(() => late.length === 2, 'what is left');
      await sleep(900);
      assert.deepEqual(
        late.map((change) => (change.kind === 'failed' ? change.failure.subject.key : change.kind)),
        ['eve@example.com', 'bob@example.com'],
        'an old clearing took back what came after it',
      );
    });

    it('keep no name that anybody could read', async () => {
      await connect(0).record(failureOf(accountOf('hunter2-my-password')));
      await connect(0).record(failureOf(accountOf('hunter2-my-passwords')));
      const rows = await countRows();
      assert.equal(rows.length, 2);
      const text = JSON.stringify(rows);
      assert.doesNotMatch(text, /hunter2/);
      assert.ok(!text.includes(Buffer.from('hunter2').toString('base64url').slice(0, 8)));
      assert.equal(new Set(rows.map((row) => String(row.sealed_key).length)).size, 1, 'the length tells');
    });

    it('say so once when another process has another key, and go on', async () => {
      const warned: string[] = [];
      const log = { ...silentLog, warn: (message: string) => warned.push(message) };
      const heard = follow(connect(1, { log }));
      const stranger = connect(0, { key: new Secret('x'.repeat(43)) });
      for (let number = 0; number < 3; number++) await stranger.record(failureOf(accountOf('bob@example.com')));
      const failure = failureOf(accountOf('bob@example.com'));
      await connect(0).record(failure);
      await waitUntil(() => heard.length > 0, 'the readable one');
      assert.deepEqual(heard, [{ kind: 'failed', failure }]);
      assert.equal(warned.length, 1);
    });

    it('stay bounded: spent ones go, and the oldest beyond the limit', async () => {
      const counters = connect(0, { maxRows: 50 });
      for (let number = 0; number < 100; number++) await counters.record(failureOf(accountOf(`${number}`), -1000));
      for (let number = 0; number < 100; number++) await counters.record(failureOf(accountOf(`${number}`)));
      assert.equal((await countRows()).length, 50);
    });

    it('reject when the database is gone, and tell nothing after the end', async () => {
      const [one, two] = [connect(0), connect(1)];
      const heard: FailureChange[] = [];
      const stop = two.subscribe((change) => heard.push(change));
      stop();
      await one.record(failureOf(accountOf('bob@example.com')));
      await sleep(900);
      assert.deepEqual(heard, []);
      await handles[0]?.close();
      await assert.rejects(
        one.record(failureOf(accountOf('bob@example.com'))),
        isDomainError('upstream_unavailable', /./),
      );
    });

    it('are shared by two processes', async () => {
      const child = spawn(process.execPath, [countingProcess, database.url], { stdio: ['pipe', 'pipe', 'inherit'] });
      const ended = once(child, 'exit');
      let printed = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
      });
      try {
        const counters = connect(0);
        const heard = follow(counters);
        child.stdin.write('bob@example.com\n');
        await waitUntil(() => heard.length === 1, "the other process's failure", 10_000);
        await counters.record(failureOf(accountOf('alice@example.com')));
        await waitUntil(() => printed.includes('alice@example.com'), 'the news there');
        assert.doesNotMatch(printed, /bob/);
      } finally {
        child.stdin.end();
        await ended;
      }
    });
  });
}
