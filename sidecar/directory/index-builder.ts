import { type AttributeType, attributeNamed, attributeTypes, type Syntax } from './attributes.ts';
import type { BlockWriter } from './block-writer.ts';
import type { Entry } from './entries.ts';
import { release } from './growable.ts';
import { PostingsBuilder } from './postings.ts';
import { toByteString } from './string-preparation.ts';
import { TextNumbers } from './text-numbers.ts';
import type { EntryName } from './tree.ts';
import { buildTrigrams } from './trigram-index-builder.ts';
import { ValueTableBuilder } from './value-table-builder.ts';
import { toKey } from './values.ts';

/** Of these, substrings can be asked for. */
const substringSyntaxes: ReadonlySet<Syntax> = new Set(['text', 'telephone']);

/** Values and postings of every attribute. */
export class IndexBuilder {
  readonly #entryCount: number;
  readonly #postings = attributeTypes.map(() => new PostingsBuilder());
  readonly #tables = new Map<string, ValueTableBuilder>();
  readonly #numbersOfTexts = new Map<string, TextNumbers>();
  /** Number in the table of DNs + 1, by entry id; 0 = none yet. */
  readonly #numbersOfNames: Uint32Array;

  constructor(entryCount: number) {
    this.#entryCount = entryCount;
    this.#numbersOfNames = new Uint32Array(entryCount);
    for (const { table, ordered } of attributeTypes) {
      if (this.#tables.has(table)) continue;
      this.#tables.set(table, new ValueTableBuilder(ordered));
      this.#numbersOfTexts.set(table, new TextNumbers());
    }
  }

  add({ name: { id }, attributes }: Entry): void {
    for (const [typeName, values] of attributes) {
      const type = attributeNamed(typeName);
      for (const value of values) this.#postings[type.id]?.add(this.#numberOf(type, value), id);
    }
  }

  /** Lays the index down, one table with its attributes after the other, each giving back its memory before the next. Once only. */
  finish(block: BlockWriter): void {
    for (const [name, table] of this.#tables) {
      const types = attributeTypes.filter((type) => type.table === name);
      const { rankOf, ...parts } = table.finish();
      const trigrams =
        types.some(({ syntax }) => substringSyntaxes.has(syntax)) && buildTrigrams(parts.text, parts.starts);
      appendAll(block, `table:${name}`, { ...parts, ...(trigrams || {}) });
      for (const { id, name: attribute } of types) {
        const postings = this.#postings[id]?.finish(rankOf, this.#entryCount);
        appendAll(block, `attribute:${attribute}`, { ...postings });
      }
      release(rankOf);
    }
  }

  #numberOf(type: AttributeType, value: string | EntryName): number {
    const table = this.#tables.get(type.table);
    if (table === undefined) throw new TypeError(`no table ${type.table}`);
    if (typeof value !== 'string') {
      const known = this.#numbersOfNames[value.id] ?? 0;
      if (known !== 0) return known - 1;
      const number = table.intern(toByteString(value.normal));
      this.#numbersOfNames[value.id] = number + 1;
      return number;
    }
    const numbers = this.#numbersOfTexts.get(type.table);
    let number = numbers?.find(value);
    if (number === undefined) {
      const key = toKey(type.syntax, value);
      if (key === undefined) throw new TypeError(`"${value}" is no value of ${type.name}`);
      number = table.intern(key);
      numbers?.add(value, number);
    }
    return number;
  }
}

function appendAll(
  block: BlockWriter,
  prefix: string,
  parts: Readonly<Record<string, Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>>>,
): void {
  for (const [part, array] of Object.entries(parts)) {
    block.append(`${prefix}:${part}`, array);
    release(array);
  }
}
