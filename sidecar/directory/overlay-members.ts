import { attributeNamed } from './attributes.ts';
import { contentOf, endOfTlv, sizeOfTlv, tag, writeHeader } from './ber.ts';
import type { RecordReader } from './records.ts';

const memberType = attributeNamed('member').id;

/** Octets from `start` up to `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where the values of an entry's `member` lie among the octets of all records, one TLV behind the other; empty when it has none. */
export function findMembers(records: RecordReader, id: number): Span {
  const shape = records.shapeOf(id);
  for (let index = 0; index < shape.attributeCount; index++) {
    if (records.typeAt(id, index, shape) !== memberType) continue;
    const { octets } = records;
    const body = records.bodyOf(id, shape);
    // SEQUENCE, then the name, then the SET with the values.
    const name = contentOf(octets, body + records.endAt(id, index - 1, shape));
    return { start: contentOf(octets, endOfTlv(octets, name)), end: body + records.endAt(id, index, shape) };
  }
  return { start: 0, end: 0 };
}

/**
 * What is left of a list of members when some are taken out: pairs of start and end, relative to where the list begins. `cut` has DNs
 * that the list holds, in its order. Searched for rather than walked to: a list may have a hundred thousand members, and native code
 * goes through its megabytes in a millisecond or two.
 */
export function keepMembers(records: RecordReader, list: Span, cut: readonly string[]): Uint32Array {
  const kept: number[] = [];
  let from = list.start;
  const keepUpTo = (end: number) => {
    if (end > from) kept.push(from - list.start, end - list.start);
  };
  const octets = records.octets.subarray(0, list.end);
  let searchFrom = list.start;
  for (const dn of cut) {
    const value = encodeValue(dn);
    const at = octets.indexOf(value, searchFrom);
    if (at === -1) throw new TypeError(`${dn} is no member of a list that it should leave`);
    keepUpTo(at);
    from = at + value.length;
    searchFrom = from;
  }
  keepUpTo(list.end);
  return Uint32Array.from(kept);
}

/** The values in a span of TLVs. */
export function decodeMembers(octets: Buffer, { start, end }: Span): string[] {
  const values: string[] = [];
  for (let at = start; at < end; at = endOfTlv(octets, at)) {
    values.push(octets.toString('utf8', contentOf(octets, at), endOfTlv(octets, at)));
  }
  return values;
}

/** A DN holds no control character, so that these octets, which begin with one, are found at a value's start alone. */
function encodeValue(dn: string): Buffer {
  const length = Buffer.byteLength(dn);
  const value = Buffer.alloc(sizeOfTlv(length));
  value.write(dn, writeHeader(value, 0, tag.octetString, length), 'utf8');
  return value;
}
