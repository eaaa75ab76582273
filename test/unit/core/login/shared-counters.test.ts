import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type {
  CountedFailure,
  FailureChange,
  FailureCounters,
  FailureSubject,
} from '../../../../sidecar/core/ports/failure-counters.ts';
import { settleTasks } from '../../../support/manual-clock.ts';
import { createScenario } from './support/scenario.ts';

/** A store that several processes share. */
function createSharedStore() {
  const kept: CountedFailure[] = [];
  const listeners = new Map<object, (change: FailureChange) => void>();
  let writes = 0;
  const connect = (): FailureCounters => {
    const self = {};
    const tell = (change: FailureChange) => {
      writes += 1;
      for (const [owner, listener] of listeners) if (owner !== self) listener(change);
    };
    const isOf = (subject: FailureSubject) => (failure: CountedFailure) => failure.subject.key === subject.key;
    return {
      async record(failure) {
        kept.push(failure);
        tell({ kind: 'failed', failure });
      },
      async withdraw(failure) {
        kept.splice(kept.findIndex(({ id }) => id === failure.id) >>> 0, 1);
        tell({ kind: 'withdrawn', failure });
      },
      async clear(subject) {
        kept.splice(0, kept.length, ...kept.filter((failure) => !isOf(subject)(failure)));
        tell({ kind: 'cleared', subject });
      },
      timesOf: async (subject) => kept.filter(isOf(subject)).map(({ at }) => at),
      subscribe(listener) {
        listeners.set(self, listener);
        for (const failure of kept) listener({ kind: 'failed', failure });
        return () => void listeners.delete(self);
      },
    };
  };
  return { connect, kept, writes: () => writes };
}

describe('counters that processes share', () => {
  it('count what the other one saw fail, and stop at the same limit', async () => {
    const store = createSharedStore();
    const [one, two] = [store.connect(), store.connect()].map((failures) => createScenario({ ports: { failures } }));
    assert.ok(one !== undefined && two !== undefined);
    for (const password of ['a', 'b']) await one.outcome('bob', password);
    await one.world.pass(30_000);
    await two.outcome('bob', 'c');
    assert.equal(two.questions('bob'), 1);
    assert.equal(await two.outcome('bob', 'bob-right'), 'held_back');
    assert.equal(two.questions('bob'), 1);
    one.world.service.unlock('bob@example.com');
    await settleTasks();
    await two.world.pass(30_000);
    assert.equal(two.world.service.stateOf('bob@example.com').heldBy, 'nobody');
  });

  it('outlive a restart, also of questions that were under way', async () => {
    const store = createSharedStore();
    const before = createScenario({ ports: { failures: store.connect() } });
    for (const password of ['a', 'b', 'c']) void before.world.start('bob@example.com', password);
    await before.world.pass(3000);
    before.world.service.close();
    const after = createScenario({ ports: { failures: store.connect() } });
    assert.equal(await after.outcome('bob', 'd'), 'held_back');
    assert.equal(after.questions('bob'), 0);
  });

  it('are not written to by right logins, and take back what turned out right', async () => {
    const store = createSharedStore();
    const { outcome, icewarp, world } = createScenario({ ports: { failures: store.connect() } });
    for (let number = 0; number < 10; number++) await outcome('bob', 'bob-right');
    assert.equal(store.writes(), 0);
    icewarp.failElsewhere('bob@example.com');
    await outcome('bob', 'bob-right');
    assert.equal(store.kept.length, 2, 'the account and the address');
    await world.pass(30_000);
    assert.equal(store.kept.length, 0);
  });

  it('count on when the store fails', async () => {
    const down = () => Promise.reject(new Error('database is down'));
    const failures: FailureCounters = {
      record: down,
      withdraw: down,
      clear: down,
      timesOf: down,
      subscribe: () => () => {},
    };
    const { outcome, questions, world } = createScenario({ ports: { failures } });
    for (const password of ['a', 'b', 'c', 'd']) await outcome('bob', password);
    assert.equal(questions('bob'), 3);
    await world.pass(30_000);
    assert.ok(world.logged.some(({ level, fields }) => level === 'warn' && JSON.stringify(fields).includes('down')));
  });
});
