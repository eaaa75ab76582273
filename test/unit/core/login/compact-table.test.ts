import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { CompactTable } from '../../../../sidecar/core/login/compact-table.ts';
import { FailureRecords } from '../../../../sidecar/core/login/failure-records.ts';
import { createKnownBad, knownBadColumns } from '../../../../sidecar/core/login/known-bad.ts';
import { defaultLoginSettings } from '../../../../sidecar/core/login/settings.ts';
import type { Subject } from '../../../../sidecar/core/login/subject.ts';
import { createTicks } from '../../../../sidecar/core/login/ticks.ts';
import type { LoginName } from '../../../../sidecar/core/names.ts';
import { createManualClock } from '../../../support/manual-clock.ts';

const key = (...words: number[]) => Uint32Array.from(words);

describe('the compact table', () => {
  it('holds the newest keys, as a queue of that length would, whatever the collisions', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 200, maxLength: 300 }), (numbers) => {
        const table = new CompactTable({ keyWords: 2, valueWords: 1, capacity: 16 });
        const model: number[] = [];
        for (const number of numbers) {
          // Few different first words: long runs of neighbours, over the end of the index too.
          const record = table.ensure(key((number % 3) * 15, number));
          if (!model.includes(number)) {
            assert.equal(table.get(record, 0), 0);
            model.push(number);
            if (model.length > 16) model.shift();
          }
          table.set(record, 0, number + 1);
          for (let any = 0; any <= 40; any++) {
            const found = table.find(key((any % 3) * 15, any));
            assert.equal(found === -1 ? 0 : table.get(found, 0), model.includes(any) ? any + 1 : 0);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('keeps what it holds when it grows', () => {
    const table = new CompactTable({ keyWords: 1, valueWords: 1, capacity: 5000 });
    for (let number = 0; number < 5000; number++) table.set(table.ensure(key(number * 7919)), 0, number);
    for (let number = 0; number < 5000; number++) assert.equal(table.get(table.find(key(number * 7919)), 0), number);
    table.ensure(key(1));
    assert.equal(table.size, 5000);
    assert.equal(table.find(key(0)), -1);
  });

  it('spares what is worth keeping while there is something else', () => {
    const table = new CompactTable({
      keyWords: 1,
      valueWords: 1,
      capacity: 4,
      isWorthKeeping: (record) => table.get(record, 0) === 1,
    });
    for (const number of [10, 11, 12, 13]) table.ensure(key(number));
    table.set(table.find(key(10)), 0, 1);
    table.ensure(key(14));
    assert.notEqual(table.find(key(10)), -1);
    assert.equal(table.find(key(11)), -1);
  });

  it('takes less than 100 MB for a million wrong pairs of a million accounts, and knows each', () => {
    const ticks = createTicks(createManualClock());
    const windowMs = () => 600_000;
    const accounts = new FailureRecords({ ticks, windowMs, capacity: 1_000_000, extraColumns: knownBadColumns });
    const knownBad = createKnownBad(accounts, ticks, defaultLoginSettings.knownBad);
    const subjectOf = (number: number): Subject => {
      const spread = Math.imul(number, 0x9e3779b1) >>> 0;
      return {
        askedAs: 'x@example.com' as LoginName,
        account: { key: '', print: key(spread, number, 1) },
        pair: key(Math.imul(spread, 31) >>> 0, number, 2),
        stateMark: 1,
      };
    };
    for (let number = 0; number < 1_000_000; number++) {
      const subject = subjectOf(number);
      accounts.add(subject.account.print);
      knownBad.remember(subject, knownBad.epochOf(subject));
    }
    assert.ok(knownBad.byteLength < 100_000_000, `${knownBad.byteLength} bytes`);
    for (let number = 0; number < 1_000_000; number += 997) assert.ok(knownBad.isRefused(subjectOf(number)));
    assert.ok(!knownBad.isRefused(subjectOf(1_000_001)));
  });
});

describe('the failures of a window', () => {
  it('count for at least the window and at most a seventh longer', async () => {
    const clock = createManualClock();
    const records = new FailureRecords({ ticks: createTicks(clock), windowMs: () => 600_000, capacity: 100 });
    for (let offset = 0; offset < 40; offset++) {
      const bob = key(offset, 1);
      clock.set(new Date(clock.now().getTime() + 17_000));
      records.add(bob);
      const failedAt = clock.now().getTime();
      clock.set(new Date(failedAt + 599_000));
      assert.equal(records.count(bob), 1);
      clock.set(new Date(failedAt + 690_000));
      assert.equal(records.count(bob), 0);
    }
  });

  it('stay counted when the window grows and when the clock is set back', () => {
    const clock = createManualClock();
    let windowMs = 600_000;
    const records = new FailureRecords({ ticks: createTicks(clock), windowMs: () => windowMs, capacity: 100 });
    clock.set(new Date(clock.now().getTime() + 3_600_000));
    records.add(key(1, 1));
    records.add(key(1, 1));
    windowMs = 1_800_000;
    assert.equal(records.count(key(1, 1)), 2);
    clock.set(new Date(clock.now().getTime() + 1_700_000));
    assert.equal(records.count(key(1, 1)), 2);
    clock.set(new Date(clock.now().getTime() - 3_000_000));
    assert.equal(records.count(key(1, 1)), 2);
  });
});
