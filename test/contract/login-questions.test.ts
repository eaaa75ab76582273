import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { QueryTypes } from 'sequelize';
import { makeSecretKey } from '../../sidecar/core/made-secret.ts';
import { silentLog } from '../../sidecar/core/ports/log.ts';
import type { Database } from '../../sidecar/storage/database.ts';
import { createLoginQuestions } from '../../sidecar/storage/login-questions.ts';
import { databaseProducts, openTestDatabase, type TestDatabase } from './databases.ts';

/** A service looks twice a second. */
const waitMs = 1_500;

for (const { name, skip, create } of databaseProducts()) {
  describe(`questions about logins: ${name}`, { skip }, () => {
    let database: TestDatabase;
    let handles: Database[];
    const stops: (() => Promise<void>)[] = [];
    const key = makeSecretKey();
    beforeEach(async () => {
      database = await create();
      handles = await Promise.all([1, 2, 3].map(() => openTestDatabase(database)));
    });
    afterEach(async () => {
      await Promise.all(stops.splice(0).map((stop) => stop()));
      for (const handle of handles) await handle.close();
      await database.remove();
    });
    const connect = (index: number, own = key) =>
      createLoginQuestions(handles[index] ?? assert.fail(), { key: own, process: `host:${index}`, log: silentLog });
    const rows = async () => {
      const state = (await handles[0]?.openState()) ?? assert.fail();
      const select = (table: string) => state.sequelize.query(`SELECT * FROM ${table}`, { type: QueryTypes.SELECT });
      return [...(await select('login_questions')), ...(await select('login_answers'))];
    };

    it('are answered by every service once, and leave nothing behind', async () => {
      const heard: string[] = [];
      for (const index of [1, 2]) {
        const serve = connect(index).serve((about) => {
          heard.push(`${index} ${about}`);
          return `${about} in ${index}`;
        });
        stops.push(serve);
      }
      const asked = 'ünïcode@example.com';
      const [answers, others] = await Promise.all([connect(0).ask(asked, waitMs), connect(0).ask('bob', waitMs)]);
      assert.deepEqual(answers, [
        { process: 'host:1', answer: `${asked} in 1` },
        { process: 'host:2', answer: `${asked} in 2` },
      ]);
      assert.equal(others.length, 2);
      assert.deepEqual(heard.sort(), [`1 ${asked}`, '1 bob', `2 ${asked}`, '2 bob'].sort());
      assert.deepEqual(await rows(), []);
    });

    it('have no answer when no service runs, or only one with another key', async () => {
      stops.push(connect(1, makeSecretKey()).serve(() => assert.fail('cannot read it')));
      const asking = connect(0).ask('alice@example.com', 1_200);
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.ok(!JSON.stringify(await rows()).includes('alice'), 'the name is sealed');
      assert.deepEqual(await asking, []);
    });

    it('are not answered any more by a service that has stopped', async () => {
      const stop = connect(1).serve(() => 'here');
      await stop();
      assert.deepEqual(await connect(0).ask('bob', 700), []);
    });
  });
}
