import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { buildSnapshot } from '../../../sidecar/directory/builder.ts';
import { matchPieces, type Pieces } from '../../../sidecar/directory/match-pieces.ts';
import { toByteString } from '../../../sidecar/directory/string-preparation.ts';
import { valuesPerBlock } from '../../../sidecar/directory/trigram-index.ts';
import { buildTrigrams } from '../../../sidecar/directory/trigram-index-builder.ts';
import { ValueTable } from '../../../sidecar/directory/value-table.ts';
import { ValueTableBuilder } from '../../../sidecar/directory/value-table-builder.ts';
import { generateCompany } from './company.ts';
import { publishedAt } from './reading.ts';

/** A table of keys, with a trigram index when it is large. */
function createTable(keys: readonly string[], sorted: boolean) {
  const builder = new ValueTableBuilder(sorted);
  for (const key of keys) builder.intern(key);
  const parts = builder.finish();
  const trigrams = buildTrigrams(parts.text, parts.starts);
  return { table: new ValueTable(parts, trigrams), trigrams };
}

function find(table: ValueTable, sorted: boolean, pieces: Pieces): string[] {
  const found: string[] = [];
  matchPieces(pieces, sorted).visit(table, (value) => found.push(table.keyAt(value)));
  return found;
}

function findNaively(table: ValueTable, { initial, any, final }: Pieces): string[] {
  const pattern = [initial, ...any, final].map((piece) => piece.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('.*');
  const keys = Array.from({ length: table.count }, (_, index) => table.keyAt(index));
  return keys.filter((key) => new RegExp(`^${pattern}$`, 's').test(key));
}

const mails = Array.from({ length: 20_000 }, (_, number) => `user${number}.smith@example.com`);
const large = createTable(mails, true).table;

const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '@', 'ä', '€', '\0'), minLength: 1, maxLength: 12 });
/** Well over the size from which a table has an index. */
const keySets = fc.uniqueArray(letters.map(toByteString), { minLength: 1300, maxLength: 1500 });

/** Pieces are mostly cut out of keys: `cuts` says of which and where. */
function takePieces(
  keys: readonly string[],
  cuts: readonly (readonly [number, number, number])[],
  open: number,
): Pieces {
  const [first = '', ...others] = cuts.map(([key, at, length]) => {
    const text = keys[key % keys.length] ?? '';
    return text.slice(at % text.length, (at % text.length) + 1 + length);
  });
  const whole = keys[cuts[0]?.[0] ?? 0] ?? '';
  if (open === 0) return { initial: '', any: [first, ...others], final: '' };
  if (open === 1) return { initial: whole.slice(0, 1 + (cuts[0]?.[2] ?? 0)), any: others, final: '' };
  if (open === 2) return { initial: '', any: others, final: whole.slice(-1 - (cuts[0]?.[2] ?? 0)) };
  return { initial: whole.slice(0, 2), any: others, final: whole.slice(-3) };
}

describe('a search for pieces of values', () => {
  it('finds what a naive scan finds, whatever the pieces', () => {
    const cut = fc.tuple(fc.nat(1299), fc.nat(11), fc.nat(6));
    const searches = fc.array(fc.tuple(fc.array(cut, { minLength: 1, maxLength: 3 }), fc.nat(3)), {
      minLength: 60,
      maxLength: 60,
    });
    const check = fc.property(keySets, fc.boolean(), searches, (keys, sorted, plans) => {
      const { table, trigrams } = createTable(keys, sorted);
      assert.ok(trigrams !== undefined);
      for (const [cuts, open] of plans) {
        const pieces = takePieces(keys, cuts, open);
        assert.deepEqual(find(table, sorted, pieces), findNaively(table, pieces), JSON.stringify(pieces));
      }
    });
    fc.assert(check, { numRuns: 15, endOnFailure: true });
  });

  const table: readonly (readonly [string, Partial<Pieces>, number])[] = [
    ['*er1999*', { any: ['er1999'] }, 11],
    ['user1999*', { initial: 'user1999' }, 11],
    ['*99.smith@example.com', { final: '99.smith@example.com' }, 200],
    ['user19*99.smi*com', { initial: 'user19', any: ['99.smi'], final: 'com' }, 11],
    ['*no such text*', { any: ['no such text'] }, 0],
    ['*er1999*zzz*', { any: ['er1999', 'zzz'] }, 0],
    ['*smith@*.smith* (in another order)', { any: ['smith@', '.smith'] }, 0],
    ['*zq* (shorter than a trigram)', { any: ['zq'] }, 0],
    ['*@example* (everywhere)', { any: ['@example'] }, 20_000],
    ['m* (nothing begins so)', { initial: 'm' }, 0],
  ];
  for (const [text, pieces, count] of table) {
    it(`${text} finds ${count}`, () => {
      const all = { initial: '', any: [], final: '', ...pieces };
      assert.equal(find(large, true, all).length, count);
      assert.equal(find(large, true, all).length, findNaively(large, all).length);
    });
  }

  it('reads a few blocks for a few hits, none for a miss, and all only when nothing tells where', () => {
    const blocksWith = (...pieces: string[]) => large.blocksWith(pieces.map((piece) => Buffer.from(piece)))?.length;
    assert.ok((blocksWith('er19987') ?? Infinity) <= 8, `${blocksWith('er19987')}`);
    assert.equal(blocksWith('qqq'), 0);
    assert.equal(blocksWith('@example'), undefined);
    assert.equal(blocksWith('us'), undefined);
    const cost = (piece: string) => matchPieces({ initial: '', any: [piece], final: '' }, true).cost(large);
    assert.ok(cost('er19987') < cost('@example') / 10);
  });

  it('knows the beginning and the end of every value, the first and the last of a block too', () => {
    const blocks = 20;
    const mark = (block: number) => String.fromCharCode(65 + block);
    const keys = Array.from({ length: valuesPerBlock * blocks }, (_, number) => {
      const place = number % valuesPerBlock;
      const block = Math.floor(number / valuesPerBlock);
      if (place === 0) return `-${mark(block)}first`;
      return place === valuesPerBlock - 1 ? `last${number}${mark(block)}-` : `other${number}`;
    });
    const { table: marked } = createTable(keys, false);
    for (let block = 0; block < blocks; block++) {
      const first = keys[block * valuesPerBlock] ?? '';
      const last = keys[(block + 1) * valuesPerBlock - 1] ?? '';
      assert.deepEqual(find(marked, false, { initial: `-${mark(block)}`, any: [], final: '' }), [first]);
      assert.deepEqual(find(marked, false, { initial: '', any: [], final: `${mark(block)}-` }), [last]);
    }
  });

  it('reads blocks of values that are longer than usual', () => {
    const keys = Array.from({ length: valuesPerBlock * 20 }, (_, number) => `${'x'.repeat(3000)}${number}y`);
    const { table: long } = createTable(keys, false);
    assert.deepEqual(find(long, false, { initial: '', any: ['x777y'], final: '' }), [keys[777]]);
  });
});

describe('the trigram index of a snapshot', () => {
  it('takes at most 80 octets a user', () => {
    const users = 20_000;
    const { header } = buildSnapshot(generateCompany(users, 400), { baseDn: 'o=icewarp', publishedAt });
    const isPart = (name: string) => /:(?:trigrams|listEnds|lists)$/.test(name) && name.startsWith('table:');
    const sizes = Object.entries(header.sections).map(([name, [, length]]) => (isPart(name) ? length : 0));
    const perUser = sizes.reduce((sum, size) => sum + size, 0) / users;
    assert.ok(perUser > 1 && perUser < 80, `${perUser}`);
  });
});
