import { contentOf, endOfTlv } from './ber.ts';

/**
 * A record is one entry as it lies in the block, at a multiple of 4:
 *
 *   word 0   count of attributes · count of user attributes << 8 · start of the DN's TLV << 16 · wide << 24
 *   word 1   end of the DN's TLV · octets of the list's header behind it << 24
 *   ends     of each attribute, relative to the body: 2 octets each, or 4 when wide
 *   types    of each attribute: 1 octet each
 *   body     the SearchResultEntry (RFC 4511 §4.5.2) with all user attributes; behind it each operational PartialAttribute
 *
 * So all user attributes are one copy, and a selection is a few.
 */
export const recordHeaderSize = 8;
const wideFlag = 1 << 24;

export interface RecordShape {
  readonly attributeCount: number;
  readonly userCount: number;
  /** Relative to the body, as all places here. */
  readonly dnStart: number;
  readonly dnEnd: number;
  readonly listHeaderSize: number;
  readonly wide: boolean;
}

/** Words 0 and 1 of a record. */
export function packShape(shape: RecordShape): readonly [number, number] {
  const { attributeCount, userCount, dnStart, dnEnd, listHeaderSize, wide } = shape;
  if (dnEnd >= 1 << 24) throw new RangeError('a DN takes more than 16 MiB');
  return [attributeCount | (userCount << 8) | (dnStart << 16) | (wide ? wideFlag : 0), dnEnd | (listHeaderSize << 24)];
}

/** Reads records in place. */
export class RecordReader {
  /** The octets of all records; places given by the methods point into them. */
  readonly octets: Buffer;
  readonly #words: Uint32Array;
  readonly #halves: Uint16Array;
  readonly #starts: Uint32Array;

  /** `starts` holds each record's place by entry id, in words. */
  constructor(octets: Buffer, starts: Uint32Array) {
    this.octets = octets;
    this.#words = new Uint32Array(octets.buffer, octets.byteOffset, octets.length >>> 2);
    this.#halves = new Uint16Array(octets.buffer, octets.byteOffset, octets.length >>> 1);
    this.#starts = starts;
  }

  shapeOf(id: number): RecordShape {
    const place = this.#starts[id] ?? 0;
    const first = this.#words[place] ?? 0;
    const second = this.#words[place + 1] ?? 0;
    return {
      attributeCount: first & 0xff,
      userCount: (first >>> 8) & 0xff,
      dnStart: (first >>> 16) & 0xff,
      dnEnd: second & 0xff_ffff,
      listHeaderSize: second >>> 24,
      wide: (first & wideFlag) !== 0,
    };
  }

  /** Place of the body's first octet. */
  bodyOf(id: number, { attributeCount, wide }: RecordShape): number {
    return this.#typesOf(id, attributeCount, wide) + attributeCount;
  }

  /** Octets of the body with all user attributes. Reads no shape: lists of thousands of entries ask for it. */
  sizeWithUserAttributes(id: number): number {
    const place = this.#starts[id] ?? 0;
    const first = this.#words[place] ?? 0;
    const last = ((first >>> 8) & 0xff) - 1;
    if (last < 0) {
      const second = this.#words[place + 1] ?? 0;
      return (second & 0xff_ffff) + (second >>> 24);
    }
    const ends = place + recordHeaderSize / 4;
    return ((first & wideFlag) === 0 ? this.#halves[ends * 2 + last] : this.#words[ends + last]) ?? 0;
  }

  /** Place of the body's first octet. */
  bodyStart(id: number): number {
    const place = this.#starts[id] ?? 0;
    const first = this.#words[place] ?? 0;
    return place * 4 + recordHeaderSize + (first & 0xff) * ((first & wideFlag) === 0 ? 3 : 5);
  }

  /** Id of the type of the attribute at `index`. */
  typeAt(id: number, index: number, { attributeCount, wide }: RecordShape): number {
    return this.octets[this.#typesOf(id, attributeCount, wide) + index] ?? 0;
  }

  /** End of the attribute at `index`, relative to the body; of -1, the end of what stands before the first. */
  endAt(id: number, index: number, { wide, dnEnd, listHeaderSize }: RecordShape): number {
    if (index < 0) return dnEnd + listHeaderSize;
    const place = (this.#starts[id] ?? 0) + recordHeaderSize / 4;
    return (wide ? this.#words[place + index] : this.#halves[place * 2 + index]) ?? 0;
  }

  /** The DN as served. */
  dnOf(id: number): string {
    const shape = this.shapeOf(id);
    const start = this.bodyOf(id, shape) + shape.dnStart;
    const content = contentOf(this.octets, start);
    return this.octets.toString('utf8', content, start - shape.dnStart + shape.dnEnd);
  }

  /** The values of an attribute as served; none when the entry lacks it. */
  valuesOf(id: number, type: number): string[] {
    const shape = this.shapeOf(id);
    const values: string[] = [];
    for (let index = 0; index < shape.attributeCount; index++) {
      if (this.typeAt(id, index, shape) !== type) continue;
      const body = this.bodyOf(id, shape);
      const end = body + this.endAt(id, index, shape);
      // SEQUENCE, then the name, then the SET with the values.
      const name = contentOf(this.octets, body + this.endAt(id, index - 1, shape));
      for (let at = contentOf(this.octets, endOfTlv(this.octets, name)); at < end; at = endOfTlv(this.octets, at)) {
        values.push(this.octets.toString('utf8', contentOf(this.octets, at), endOfTlv(this.octets, at)));
      }
    }
    return values;
  }

  #typesOf(id: number, attributeCount: number, wide: boolean): number {
    return (this.#starts[id] ?? 0) * 4 + recordHeaderSize + attributeCount * (wide ? 4 : 2);
  }
}
