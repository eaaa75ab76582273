import { type AttributeType, attributeNamed, attributeTypes } from './attributes.ts';
import { sizeOfLength, sizeOfTlv, tag, writeHeader } from './ber.ts';
import type { Entry, EntryAttribute } from './entries.ts';
import { ChunkedBytes, GrowableWords } from './growable.ts';
import { packShape, recordHeaderSize } from './records.ts';

/** The name of each attribute type as an OCTET STRING, by id. */
export const encodedNames: readonly Uint8Array[] = attributeTypes.map(({ name }) => {
  const encoded = new Uint8Array(sizeOfTlv(name.length));
  encoded.set(Buffer.from(name, 'latin1'), writeHeader(encoded, 0, tag.octetString, name.length));
  return encoded;
});

const chunkSize = 8 * 1024 * 1024;

/** Encodes entries into records, one behind the other (see records.ts). */
export class RecordWriter {
  readonly records = new ChunkedBytes(chunkSize);
  /** Place of each record by entry id, in words. */
  readonly starts = new GrowableWords();
  readonly #valueLengths = new GrowableWords();
  readonly #setLengths = new GrowableWords();

  /** Adds the next entry. Attributes without values are absent. */
  add({ name, attributes }: Entry): void {
    const present = attributes.filter(([, values]) => values.length > 0);
    const types = present.map(([typeName]) => attributeNamed(typeName));
    this.#measure(present);
    const ends: number[] = [];
    const userCount = countUserAttributes(types);
    const sizes = types.map((type, index) => sizeOfTlv(this.#contentLength(type, index)));
    const listSize = sizes.slice(0, userCount).reduce((sum, size) => sum + size, 0);
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
    const shape = { attributeCount: types.length, userCount, dnStart, dnEnd, listHeaderSize, wide };
    const tableSize = recordHeaderSize + types.length * (wide ? 5 : 3);
    const size = Math.ceil((tableSize + bodySize) / 4) * 4;

    this.starts.push(this.records.length / 4);
    const { bytes, offset } = this.records.reserve(size);
    new Uint32Array(bytes.buffer, bytes.byteOffset + offset, 2).set(packShape(shape));
    const endsPlace = bytes.byteOffset + offset + recordHeaderSize;
    if (wide) new Uint32Array(bytes.buffer, endsPlace, ends.length).set(ends);
    else new Uint16Array(bytes.buffer, endsPlace, ends.length).set(ends);
    let at = offset + tableSize - types.length;
    for (const { id } of types) bytes[at++] = id;
    at = writeHeader(bytes, at, tag.searchResultEntry, entryLength);
    at = writeText(bytes, at, name.text, dnLength);
    at = writeHeader(bytes, at, tag.sequence, listSize);
    this.#writeAttributes(bytes, at, present, types);
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

  #writeAttributes(
    target: Buffer,
    offset: number,
    attributes: readonly EntryAttribute[],
    types: readonly AttributeType[],
  ): void {
    let at = offset;
    let valueNumber = 0;
    for (const [index, [, values]] of attributes.entries()) {
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
