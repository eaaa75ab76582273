import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type KeptNumber, keepNumbers, toNumber, toPrefixes } from '../../../sidecar/core/numeric-ids.ts';

const wide = { first: 1_900_000_000, last: 2_099_999_999 };
/** So few that entries meet. */
const narrow = { first: 1000, last: 1039 };
const toUuid = (prefix: number, rest = 0) =>
  `${prefix.toString(16).padStart(8, '0')}-0000-4000-8000-${String(rest).padStart(12, '0')}`;
const at = (second: number) => new Date(second * 1000);

const entries = fc.uniqueArray(
  fc
    .tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.nat(2), fc.nat(5))
    .map(([prefix, rest, second]) => ({ id: toUuid(prefix, rest), createdAt: at(second) })),
  { maxLength: 30, selector: ({ id }) => id },
);

function numbersOf(some: readonly { readonly id: string }[], kept: readonly KeptNumber[]) {
  const known = new Map(kept.map(({ id, number }) => [id, number]));
  return new Map(some.map(({ id }) => [id, known.get(id) ?? toNumber(id, narrow)]));
}

describe('the number of a UUID', () => {
  it('lies in the range, from the first number to the last', () => {
    assert.equal(toNumber('00000000-0000-4000-8000-000000000000', wide), wide.first);
    assert.equal(toNumber('ffffffff-ffff-4fff-bfff-ffffffffffff', wide), wide.last);
  });

  it('is found again by the first 32 bits', () => {
    const check = fc.property(
      fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      fc.constantFrom(wide, narrow),
      (prefix, range) => {
        const found = toPrefixes(toNumber(toUuid(prefix), range), range);
        assert.ok(found !== undefined);
        assert.ok(Number.parseInt(found.from, 16) <= prefix && prefix <= Number.parseInt(found.to, 16));
        for (const edge of [found.from, found.to]) {
          assert.equal(toNumber(toUuid(Number.parseInt(edge, 16)), range), toNumber(toUuid(prefix), range));
        }
      },
    );
    fc.assert(check);
    assert.equal(toPrefixes(wide.last + 1, wide), undefined);
    assert.equal(toPrefixes(wide.first - 1, wide), undefined);
  });
});

describe('kept numbers', () => {
  it('leave no two entries with one number, and change nobody who was there before', () => {
    const check = fc.property(entries, entries, fc.nat(30), (first, second, gone) => {
      const kept = keepNumbers(first, narrow, []);
      const before = numbersOf(first, kept);
      assert.equal(new Set(before.values()).size, first.length);
      const stayed = first.slice(Math.min(gone, first.length));
      const known = new Set(first.map(({ id }) => id));
      // Those who come later are younger.
      const came = second
        .filter(({ id }) => !known.has(id))
        .map(({ id, createdAt }) => ({ id, createdAt: at(10 + createdAt.getTime() / 1000) }));
      const now = [...came, ...stayed].slice(0, 30);
      const after = numbersOf(now, [...kept, ...keepNumbers(now, narrow, kept)]);
      assert.equal(new Set(after.values()).size, now.length);
      for (const { id } of now) if (known.has(id)) assert.equal(after.get(id), before.get(id));
      for (const number of after.values()) assert.ok(number >= narrow.first && number <= narrow.last);
    });
    fc.assert(check, { numRuns: 300 });
  });

  it('are not many: only entries that meet have one', () => {
    const apart = Array.from({ length: 20 }, (_, index) => ({ id: toUuid(index * 2 ** 27), createdAt: at(0) }));
    assert.deepEqual(keepNumbers(apart, narrow, []), []);
  });

  it('are kept for both who meet, so that the one stays when the other goes', () => {
    const [older, younger] = [
      { id: toUuid(0, 2), createdAt: at(0) },
      { id: toUuid(0, 1), createdAt: at(5) },
    ];
    const kept = keepNumbers([younger, older], narrow, []);
    assert.deepEqual(
      kept.toSorted((a, b) => a.number - b.number),
      [
        { id: older.id, number: 1000 },
        { id: younger.id, number: 1001 },
      ],
    );
    assert.deepEqual(keepNumbers([younger], narrow, kept), []);
    // The number of one who went is nobody else's.
    const next = { id: toUuid(0, 3), createdAt: at(9) };
    assert.deepEqual(keepNumbers([younger, next], narrow, kept), [{ id: next.id, number: 1002 }]);
  });

  it('outside the range count as none', () => {
    const entry = { id: toUuid(0), createdAt: at(0) };
    assert.deepEqual(keepNumbers([entry], narrow, [{ id: entry.id, number: 5 }]), []);
  });

  it('cannot be more than there are', () => {
    const many = Array.from({ length: 41 }, (_, index) => ({ id: toUuid(0, index), createdAt: at(0) }));
    assert.throws(() => keepNumbers(many, narrow, []), RangeError);
  });
});
