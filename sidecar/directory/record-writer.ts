import { DomainError } from '../core/errors.ts';
import { type AttributeType, attributeNamed, attributeTypes } from './attributes.ts';
import { sizeOfLength, sizeOfTlv, tag, writeHeader } from './ber.ts';
import type { BlockWriter } from './block-writer.ts';
import type { Entry, EntryAttribute } from './entries.ts';
import { GrowableWords, release } from './growable.ts';
import { packShape, type RecordShape, recordHeaderSize } from './records.ts';

/** The name of each attribute type as an OCTET STRING, by id. */
export const encodedNames: readonly Uint8Array[] = attributeTypes.map(({ name }) => {
  const encoded = new Uint8Array(sizeOfTlv(name.length));
  encoded.set(Buffer.from(name, 'latin1'), writeHeader(encoded, 0, tag.octetString, name.length));
  return encoded;
});

/** How one record is laid out. */
interface RecordPlan extends RecordShape {
  readonly present: readonly EntryAttribute[];
  readonly types: readonly AttributeType[];
  /** End of each attribute, relative to the body. */
  readonly ends: readonly number[];
  readonly dnLength: number;
  readonly listSize: number;
  readonly entryLength: number;
  /** Octets of all that stands before the body. */
  readonly tableSize: number;
  /** Of the whole record, a multiple of 4. */
  readonly size: number;
}

/** Places in records are counted in words, and the runtime's own functions on octets take no place beyond 4 GiB. */
const maxLength = 0xffff_ffff;

/** What records are written to: a new block. */
export type RecordTarget = Pick<BlockWriter, 'take' | 'octets' | 'close' | 'append'>;

/** Encodes entries into records, one behind the other (see records.ts), at the start of a block. */
export class RecordWriter {
  readonly #block: RecordTarget;
  /** Place of each record by entry id, in words. */
  readonly #starts: Uint32Array<ArrayBuffer>;
  readonly #valueLengths = new GrowableWords();
  readonly #setLengths = new GrowableWords();

  constructor(block: RecordTarget, entryCount: number) {
    this.#block = block;
    this.#starts = new Uint32Array(entryCount);
  }

  /** Entries come in order of id. Throws `unsupported` when all together take more than 4 GiB. */
  write(entry: Entry): void {
    const plan = this.#plan(entry);
    const { types, ends, wide, tableSize, dnLength, listSize, entryLength, size } = plan;
    const offset = this.#block.take(size);
    if (offset + size > maxLength) {
      const text = 'the entries of the directory take more than 4 GiB: synchronise fewer domains or groups';
      throw new DomainError('unsupported', text);
    }
    const target = this.#block.octets;
    this.#starts[entry.name.id] = offset / 4;
    new Uint32Array(target.buffer, target.byteOffset + offset, 2).set(packShape(plan));
    const endsPlace = target.byteOffset + offset + recordHeaderSize;
    if (wide) new Uint32Array(target.buffer, endsPlace, ends.length).set(ends);
    else new Uint16Array(target.buffer, endsPlace, ends.length).set(ends);
    let at = offset + tableSize - types.length;
    for (const { id } of types) target[at++] = id;
    at = writeHeader(target, at, tag.searchResultEntry, entryLength);
    at = writeText(target, at, entry.name.text, dnLength);
    at = writeHeader(target, at, tag.sequence, listSize);
    at = this.#writeAttributes(target, at, plan);
    while (at < offset + size) target[at++] = 0;
  }

  /** Ends the sections of records and of their places. Once only. */
  finish(): void {
    this.#block.close('records', 0);
    this.#block.append('recordStarts', this.#starts);
    release(this.#starts);
  }

  /** Attributes without values are absent. Leaves the lengths of values and sets behind. */
  #plan({ name, attributes }: Entry): RecordPlan {
    const present = attributes.filter(([, values]) => values.length > 0);
    const types = present.map(([typeName]) => attributeNamed(typeName));
    this.#measure(present);
    const ends: number[] = [];
    const userCount = countUserAttributes(types);
    const sizes = types.map((type, index) => sizeOfTlv(this.#contentLength(type, index)));
    let listSize = 0;
    for (let index = 0; index < userCount; index++) listSize += sizes[index] ?? 0;
    const dnLength = Buffer.byteLength(name.text);
    const listHeaderSize = 1 + sizeOfLength(listSize);
    const entryLength = sizeOfTlv(dnLength) + listHeaderSize + listSize;
    const dnStart = 1 + sizeOfLength(entryLength);
    const dnEnd = dnStart + sizeOfTlv(dnLength);
    let bodySize = dnEnd + listHeaderSize;
    for (const size of sizes) {
      bodySize += size;
      ends.push(bodySize);
    }
    const wide = bodySize > 0xffff;
    const tableSize = recordHeaderSize + types.length * (wide ? 5 : 3);
    const size = Math.ceil((tableSize + bodySize) / 4) * 4;
    return {
      ...{ attributeCount: types.length, userCount, dnStart, dnEnd, listHeaderSize, wide },
      ...{ present, types, ends, dnLength, listSize, entryLength, tableSize, size },
    };
  }

  #measure(attributes: readonly EntryAttribute[]): void {
    this.#valueLengths.clear();
    this.#setLengths.clear();
    for (const [, values] of attributes) {
      let setLength = 0;
      for (const value of values) {
        const length = Buffer.byteLength(typeof value === 'string' ? value : value.text);
        this.#valueLengths.push(length);
        setLength += sizeOfTlv(length);
      }
      this.#setLengths.push(setLength);
    }
  }

  #contentLength({ id }: AttributeType, index: number): number {
    return (encodedNames[id]?.length ?? 0) + sizeOfTlv(this.#setLengths.at(index));
  }

  #writeAttributes(target: Buffer, offset: number, { present, types }: RecordPlan): number {
    let at = offset;
    let valueNumber = 0;
    for (const [index, [, values]] of present.entries()) {
      const type = types[index];
      if (type === undefined) continue;
      at = writeHeader(target, at, tag.sequence, this.#contentLength(type, index));
      for (const octet of encodedNames[type.id] ?? []) target[at++] = octet;
      at = writeHeader(target, at, tag.set, this.#setLengths.at(index));
      for (const value of values) {
        const text = typeof value === 'string' ? value : value.text;
        at = writeText(target, at, text, this.#valueLengths.at(valueNumber++));
      }
    }
    return at;
  }
}

function writeText(target: Buffer, offset: number, text: string, length: number): number {
  const at = writeHeader(target, offset, tag.octetString, length);
  // As many octets as characters: ASCII, for which latin1 is the quicker way.
  if (length === text.length) target.write(text, at, length, 'latin1');
  else target.write(text, at, length, 'utf8');
  return at + length;
}

function countUserAttributes(types: readonly AttributeType[]): number {
  const firstOperational = types.findIndex(({ operational }) => operational);
  const count = firstOperational === -1 ? types.length : firstOperational;
  if (types.slice(count).some(({ operational }) => !operational)) {
    throw new TypeError('an entry bears a user attribute behind an operational one');
  }
  return count;
}
