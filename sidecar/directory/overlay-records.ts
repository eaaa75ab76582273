import { type AttributeType, attributeNamed } from './attributes.ts';
import { sizeOfTlv, tag, writeHeader } from './ber.ts';
import { bareAttributes, maskOf, sizeOfSelected, writeSelected } from './entry-writer.ts';
import type { OverlayPlaces } from './overlay-block.ts';
import { decodeMembers, findMembers, type Span } from './overlay-members.ts';
import { encodedNames } from './record-writer.ts';
import type { RecordReader } from './records.ts';
import type { Selection } from './snapshot.ts';

const member = attributeNamed('member').id;

interface Chunk extends Span {
  readonly octets: Uint8Array;
}

/** Writes an overlay's entries. A list whose members are mostly those below is put together from both. */
export class OverlayRecords {
  readonly #own: RecordReader;
  readonly #below: RecordReader;
  readonly #places: OverlayPlaces;

  constructor(own: RecordReader, below: RecordReader, places: OverlayPlaces) {
    this.#own = own;
    this.#below = below;
    this.#places = places;
  }

  /** {@link sizeOfSelected} of the entry at a place of the overlay. */
  sizeOf(place: number, selection: Selection): number {
    if (this.#places.keptOf(place).length === 0) return sizeOfSelected(this.#own, place, selection);
    return sizeOfAll(this.#assemble(place, selection));
  }

  /** {@link writeSelected} of the entry at a place of the overlay. */
  write(place: number, selection: Selection, target: Uint8Array, offset: number): number {
    if (this.#places.keptOf(place).length === 0) return writeSelected(this.#own, place, selection, target, offset);
    const chunks = this.#assemble(place, selection);
    const size = sizeOfAll(chunks);
    if (offset + size > target.length) throw new RangeError(`an entry of ${size} octets does not fit`);
    let at = offset;
    for (const { octets, start, end } of chunks) {
      target.set(octets.subarray(start, end), at);
      at += end - start;
    }
    return at;
  }

  dnOf(place: number): string {
    return this.#own.dnOf(place);
  }

  valuesOf(place: number, type: AttributeType): readonly string[] {
    const own = this.#own.valuesOf(place, type.id);
    if (type.id !== member) return own;
    return [...this.#keptSpans(place).flatMap((span) => decodeMembers(this.#below.octets, span)), ...own];
  }

  #assemble(place: number, selection: Selection): readonly Chunk[] {
    const own = this.#own;
    const shape = own.shapeOf(place);
    const body = own.bodyOf(place, shape);
    const mask = maskOf(selection);
    const attributes: Chunk[] = [];
    const add = (type: number, chunks: readonly Chunk[]) => {
      if (mask[type] === 1) attributes.push(...(selection.typesOnly ? toChunks(bareAttributes[type]) : chunks));
    };
    let isMemberDone = false;
    for (let index = 0; index < shape.attributeCount; index++) {
      const type = own.typeAt(place, index, shape);
      if (!isMemberDone && type >= member) {
        add(member, mask[member] === 1 ? this.#assembleMembers(place) : []);
        isMemberDone = true;
      }
      if (type === member) continue;
      const start = body + own.endAt(place, index - 1, shape);
      add(type, [{ octets: own.octets, start, end: body + own.endAt(place, index, shape) }]);
    }
    const dn = { octets: own.octets, start: body + shape.dnStart, end: body + shape.dnEnd };
    const listSize = sizeOfAll(attributes);
    const contentSize = dn.end - dn.start + sizeOfTlv(listSize);
    return [encodeHeader(tag.searchResultEntry, contentSize), dn, encodeHeader(tag.sequence, listSize), ...attributes];
  }

  #assembleMembers(place: number): readonly Chunk[] {
    const kept = this.#keptSpans(place).map((span) => ({ octets: this.#below.octets, ...span }));
    const values = [...kept, { octets: this.#own.octets, ...findMembers(this.#own, place) }];
    const size = sizeOfAll(values);
    const [name] = toChunks(encodedNames[member]);
    if (name === undefined) throw new TypeError('member has no name');
    const sequence = encodeHeader(tag.sequence, name.end + sizeOfTlv(size));
    return [sequence, name, encodeHeader(tag.set, size), ...values];
  }

  /** Members below that are left, as places among the records below. */
  #keptSpans(place: number): Span[] {
    const kept = this.#places.keptOf(place);
    const { start } = kept.length === 0 ? { start: 0 } : findMembers(this.#below, this.#places.ids[place] ?? 0);
    const spans: Span[] = [];
    for (let at = 0; at < kept.length; at += 2) {
      spans.push({ start: start + (kept[at] ?? 0), end: start + (kept[at + 1] ?? 0) });
    }
    return spans;
  }
}

function toChunks(octets: Uint8Array | undefined): readonly Chunk[] {
  return octets === undefined ? [] : [{ octets, start: 0, end: octets.length }];
}

function encodeHeader(tagOctet: number, length: number): Chunk {
  const octets = new Uint8Array(sizeOfTlv(length) - length);
  return { octets, start: 0, end: writeHeader(octets, 0, tagOctet, length) };
}

function sizeOfAll(chunks: readonly Chunk[]): number {
  return chunks.reduce((size, { start, end }) => size + end - start, 0);
}
