import { randomUUID } from 'node:crypto';
import { DomainError, messageOf } from '../core/errors.ts';
import type { CountedFailure, FailureCounters, FailureSubject } from '../core/ports/failure-counters.ts';
import type { Log } from '../core/ports/log.ts';
import type { Secret } from '../core/secret.ts';
import type { Connection } from './connection.ts';
import type { Database } from './database.ts';
import { createFailureFollower } from './failure-followers.ts';
import {
  clearFailureRows,
  type FailureRowKind,
  insertFailureRow,
  type NewFailureRow,
  readDatabaseTime,
  readFailureRows,
  readFailureTimes,
  removeSpentRows,
  withdrawFailureRow,
} from './failure-rows.ts';
import { createKeySeal } from './sealed-keys.ts';

export interface FailureCountersOptions {
  /** The same in every process that shares the database, and not kept in it. */
  readonly key: Secret;
  readonly log: Log;
  /** Rows kept at most; beyond them the oldest go. */
  readonly maxRows?: number;
}

/** How often others' changes are looked for. */
const lookMs = 700;
/** A change may become visible this much later than its time says. */
const lagMs = 10_000;
const tidyEveryLooks = 20;
const tidyEveryWrites = 200;
/** How long a process may be cut off and still hear that an account was unlocked. */
const clearedLifeMs = 24 * 60 * 60 * 1000;
const longestLifeMs = 7 * clearedLifeMs;
const maxKeyLength = 1000;
const maxWaiting = 5000;
const maxTimes = 1000;

/**
 * Shared failures in the database of expiring state. Writes of a process are made one after the other, in their order; they reject with
 * `upstream_unavailable` when the database does not answer or too many wait. Names are sealed under `key`.
 */
export function createFailureCounters(database: Database, options: FailureCountersOptions): FailureCounters {
  const { log, maxRows = 100_000 } = options;
  const seal = createKeySeal(options.key);
  const ownId = randomUUID();
  let lastWrite: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let writes = 0;
  let hasWarned = false;

  /** In order: a failure that is withdrawn must be there before. */
  async function inTurn(work: (state: Connection) => Promise<void>): Promise<void> {
    if (waiting >= maxWaiting) {
      throw new DomainError(
        'upstream_unavailable',
        `${database.name} is too slow: ${waiting} failed logins wait for it`,
      );
    }
    waiting += 1;
    const turn = lastWrite.then(async () => work(await database.openState()));
    lastWrite = turn.catch(() => undefined);
    try {
      await turn;
    } finally {
      waiting -= 1;
    }
  }

  function toRow(id: string, kind: FailureRowKind, subject: FailureSubject, at: Date, keepUntil: Date): NewFailureRow {
    if (subject.key.length > maxKeyLength) throw new TypeError(`a counted name has ${subject.key.length} characters`);
    const atMs = at.getTime();
    return {
      ...{ id, kind, atMs, changedBy: ownId },
      subjectKind: subject.kind,
      subjectHash: seal.hash(subject.kind, subject.key),
      sealedKey: seal.seal(subject.kind, subject.key),
      keepUntilMs: Math.min(keepUntil.getTime(), atMs + longestLifeMs),
    };
  }

  async function record({ id, subject, at, keepUntil }: CountedFailure): Promise<void> {
    const row = toRow(id, 'failed', subject, at, keepUntil);
    await inTurn(async (state) => {
      await state.run(() => insertFailureRow(state, row));
      writes += 1;
      if (writes % tidyEveryWrites === 0) await tidy(state, Date.now());
    });
  }

  async function tidy(state: Connection, nowMs: number): Promise<void> {
    await removeSpentRows(state, nowMs, maxRows).catch((error: unknown) =>
      log.warn('failed logins that count no longer could not be removed', { reason: messageOf(error) }),
    );
  }

  function warnOnce(message: string, reason: string): void {
    if (!hasWarned) log.warn(message, { database: database.name, reason });
    hasWarned = true;
  }

  return {
    record,
    withdraw: ({ id }) => inTurn((state) => withdrawFailureRow(state, id, ownId)),
    async clear(subject) {
      const now = new Date();
      const row = toRow(randomUUID(), 'cleared', subject, now, new Date(now.getTime() + clearedLifeMs));
      await inTurn((state) => clearFailureRows(state, row));
    },
    async timesOf(subject) {
      const state = await database.openState();
      const times = await readFailureTimes(state, seal.hash(subject.kind, subject.key), maxTimes);
      return times.map((time) => new Date(time));
    },
    subscribe(listener) {
      let isFirst = true;
      let readUntilMs = 0;
      let stopped = false;
      let timer: NodeJS.Timeout | undefined;
      const follower = createFailureFollower(
        (change) => {
          if (!stopped) listener(change);
        },
        {
          ...{ seal, ownId },
          onUnreadable: () =>
            warnOnce(
              'failed logins of another process cannot be read',
              'it has another security.secretFile: give all processes on one database the same',
            ),
        },
      );

      async function look(number: number): Promise<void> {
        const state = await database.openState();
        const nowMs = await readDatabaseTime(state);
        // A clock that was set back would hide what is written after it.
        const sinceMs = isFirst ? 0 : Math.min(readUntilMs, nowMs) - lagMs;
        for await (const rows of readFailureRows(state, sinceMs)) {
          if (stopped) return;
          follower.take(
            rows.filter(({ keepUntilMs }) => keepUntilMs > nowMs),
            isFirst ? nowMs : 0,
          );
        }
        isFirst = false;
        readUntilMs = nowMs;
        if (number % tidyEveryLooks !== 0) return;
        follower.forgetBefore(sinceMs, nowMs);
        await tidy(state, nowMs);
      }

      let wasFaulty = false;
      async function lookOn(number: number): Promise<void> {
        try {
          await look(number);
          wasFaulty = false;
        } catch (error) {
          if (!wasFaulty && !stopped) {
            log.warn('failed logins of other processes cannot be heard of for now', { reason: messageOf(error) });
          }
          wasFaulty = true;
        }
        if (!stopped) timer = setTimeout(() => void lookOn(number + 1), lookMs);
      }
      void lookOn(1);
      return () => {
        stopped = true;
        clearTimeout(timer);
      };
    },
  };
}
