import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { QueryTypes } from 'sequelize';
import { messageOf } from '../core/errors.ts';
import type { Log } from '../core/ports/log.ts';
import type { LoginAnswer, LoginQuestions } from '../core/ports/login-questions.ts';
import type { Secret } from '../core/secret.ts';
import type { Connection } from './connection.ts';
import type { Database } from './database.ts';
import { createKeySeal } from './sealed-keys.ts';

export interface LoginQuestionsOptions {
  /** The same in every process that shares the database. */
  readonly key: Secret;
  /** Names this process in its answers. */
  readonly process: string;
  readonly log: Log;
}

const lookMs = 500;
/** An older question has nobody who waits for it. */
const questionLifeMs = 15_000;
const questionsAtOnce = 100;
const answersAtMost = 100;
const maxAnswerLength = 8_000;
const sealKind = 'login question';

/** Questions through the database of expiring state: whoever can write there and has the key may ask. */
export function createLoginQuestions(database: Database, options: LoginQuestionsOptions): LoginQuestions {
  const seal = createKeySeal(options.key);

  async function run(state: Connection, sql: string, bind: readonly (string | number)[]): Promise<void> {
    await state.run(() => state.sequelize.query(sql, { type: QueryTypes.RAW, bind: [...bind] }));
  }

  async function removeOld(state: Connection): Promise<void> {
    await run(state, `DELETE FROM login_questions WHERE asked_ms < ${state.dialect.nowMs} - $1`, [questionLifeMs]);
    await run(state, `DELETE FROM login_answers WHERE answered_ms < ${state.dialect.nowMs} - $1`, [questionLifeMs]);
  }

  async function answerAll(answered: Set<string>, respond: (name: string) => string): Promise<void> {
    const state = await database.openState();
    const sql = `SELECT id, sealed_name AS "sealedName" FROM login_questions
      WHERE asked_ms >= ${state.dialect.nowMs} - ${questionLifeMs} ORDER BY asked_ms LIMIT ${questionsAtOnce}`;
    const questions = await state.run(() =>
      state.sequelize.query<{ id: string; sealedName: string }>(sql, { type: QueryTypes.SELECT }),
    );
    for (const id of answered) if (!questions.some((question) => question.id === id)) answered.delete(id);
    for (const { id, sealedName } of questions) {
      if (answered.has(id)) continue;
      const name = seal.open(sealKind, sealedName);
      // Sealed under another key: it is not for us.
      if (name !== undefined) {
        const insert = `INSERT INTO login_answers (question_id, process, answer, answered_ms)
          VALUES ($1, $2, $3, ${state.dialect.nowMs}) ON CONFLICT (question_id, process) DO NOTHING`;
        await run(state, insert, [id, options.process, respond(name).slice(0, maxAnswerLength)]);
      }
      answered.add(id);
    }
  }

  return {
    async ask(name, waitMs) {
      const state = await database.openState();
      const id = randomUUID();
      await removeOld(state);
      const insert = `INSERT INTO login_questions (id, sealed_name, asked_ms) VALUES ($1, $2, ${state.dialect.nowMs})`;
      await run(state, insert, [id, seal.seal(sealKind, name)]);
      await sleep(waitMs);
      const sql = `SELECT process, answer FROM login_answers WHERE question_id = $1 ORDER BY process LIMIT ${answersAtMost}`;
      const answers = await state.run(() =>
        state.sequelize.query<LoginAnswer>(sql, { type: QueryTypes.SELECT, bind: [id] }),
      );
      await run(state, 'DELETE FROM login_questions WHERE id = $1', [id]);
      await run(state, 'DELETE FROM login_answers WHERE question_id = $1', [id]);
      return answers.map(({ process, answer }) => ({ process, answer }));
    },
    serve(respond) {
      const stopped = new AbortController();
      const answered = new Set<string>();
      const serveOn = async () => {
        let wasFaulty = false;
        while (!stopped.signal.aborted) {
          try {
            await answerAll(answered, respond);
            wasFaulty = false;
          } catch (error) {
            if (!wasFaulty && !stopped.signal.aborted) {
              options.log.warn('questions about logins cannot be answered', { reason: messageOf(error) });
            }
            wasFaulty = true;
          }
          await sleep(lookMs, undefined, { signal: stopped.signal, ref: false }).catch(() => undefined);
        }
      };
      const running = serveOn();
      return async () => {
        stopped.abort();
        await running;
      };
    },
  };
}
