import { type AttributeType, attributeTypes } from './attributes.ts';
import { createListSet, type IdSet } from './id-sets.ts';
import { hasSection, octetsOf, type SnapshotBlock, wordsOf } from './layout.ts';
import { Postings } from './postings.ts';
import { RecordReader } from './records.ts';
import { ValueTable } from './value-table.ts';

/** The values of one attribute and who bears them. */
export interface AttributeIndex {
  readonly type: AttributeType;
  readonly table: ValueTable;
  readonly postings: Postings;
  /** The entries that have the attribute. */
  readonly presence: IdSet;
  /** The entries with a value of this key. */
  bearersOf(key: string): IdSet;
}

/** Reads records and indexes of a block in place. Each attribute's index is opened when it is first asked for. */
export class DirectoryIndex {
  readonly entryCount: number;
  readonly records: RecordReader;
  readonly #block: SnapshotBlock;
  readonly #attributes: (AttributeIndex | undefined)[] = attributeTypes.map(() => undefined);
  readonly #tables = new Map<string, ValueTable>();

  constructor(block: SnapshotBlock) {
    this.#block = block;
    this.entryCount = block.header.counts.entries;
    this.records = new RecordReader(octetsOf(block, 'records'), wordsOf(block, 'recordStarts'));
  }

  /** Entries of the snapshot, by ascending id, as a set of this index. */
  setOfEntries(ids: Uint32Array): IdSet {
    return createListSet(ids);
  }

  attribute(type: AttributeType): AttributeIndex {
    const known = this.#attributes[type.id];
    if (known !== undefined) return known;
    const words = (part: string) => wordsOf(this.#block, `attribute:${type.name}:${part}`);
    const postings = new Postings({
      postings: words('postings'),
      lists: words('lists'),
      presence: words('presence'),
    });
    const table = this.#table(type.table);
    const bearersOf = (key: string) => postings.setOf(table.find(key));
    const opened = { type, table, postings, presence: postings.presence, bearersOf };
    this.#attributes[type.id] = opened;
    return opened;
  }

  #table(name: string): ValueTable {
    const table = this.#tables.get(name) ?? openValueTable(this.#block, `table:${name}`);
    this.#tables.set(name, table);
    return table;
  }
}

/** The table of values whose sections have this prefix. */
export function openValueTable(block: SnapshotBlock, prefix: string): ValueTable {
  const octets = (part: string) => octetsOf(block, `${prefix}:${part}`);
  const words = (part: string) => wordsOf(block, `${prefix}:${part}`);
  const trigrams = hasSection(block, `${prefix}:trigrams`)
    ? { trigrams: words('trigrams'), listEnds: words('listEnds'), lists: octets('lists') }
    : undefined;
  return new ValueTable({ text: octets('text'), starts: words('starts'), slots: words('slots') }, trigrams);
}
