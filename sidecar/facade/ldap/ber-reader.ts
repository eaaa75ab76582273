import { ProtocolFault } from './result-codes.ts';

/** Tags of ASN.1 types that LDAP uses (X.690 §8; RFC 4511 §5.1 restricts the encoding to definite lengths). */
export const Tag = {
  boolean: 0x01,
  integer: 0x02,
  octetString: 0x04,
  enumerated: 0x0a,
  sequence: 0x30,
} as const;

/** RFC 4511 §4.1.1: maxInt. */
const maxInt = 2_147_483_647;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads BER from a range of octets, front to back. Everything that does not fit throws ProtocolFault; nothing is copied, so octets
 * given out live as long as the range.
 */
export class BerReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #position: number;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#position = start;
    this.#end = end;
  }

  get atEnd(): boolean {
    return this.#position === this.#end;
  }

  /** Offset of the next element in the octets read from. */
  get position(): number {
    return this.#position;
  }

  /** A reader from `start` (an earlier {@link position}) to where this one stands. */
  slice(start: number): BerReader {
    return new BerReader(this.#bytes, start, this.#position);
  }

  /** All octets from here to the end, without moving. */
  remaining(): Uint8Array {
    return this.#bytes.subarray(this.#position, this.#end);
  }

  /** The next tag, without moving; undefined at the end. */
  peekTag(): number | undefined {
    return this.#position < this.#end ? this.#bytes[this.#position] : undefined;
  }

  /** The content of the next element, which must bear this tag. */
  readContent(tag: number): Uint8Array {
    const [start, end] = this.#take(tag);
    return this.#bytes.subarray(start, end);
  }

  /** A reader of the content of the next element, which must bear this tag. */
  enter(tag: number): BerReader {
    const [start, end] = this.#take(tag);
    return new BerReader(this.#bytes, start, end);
  }

  /** Passes over the next element, whatever it is. */
  skip(): void {
    this.#take(this.#anyTag());
  }

  /** UTF-8 text. What is not UTF-8 throws ProtocolFault. */
  readText(tag: number = Tag.octetString): string {
    const content = this.readContent(tag);
    const ascii = toAscii(content);
    if (ascii !== undefined) return ascii;
    try {
      return utf8.decode(content);
    } catch {
      throw new ProtocolFault('text is not UTF-8');
    }
  }

  /** An integer from 0 to maxInt, the only ones LDAP has. */
  readUnsigned(tag: number = Tag.integer): number {
    const content = this.readContent(tag);
    const negative = ((content[0] ?? 0) & 0x80) !== 0;
    let value = 0;
    for (const octet of content) {
      value = value * 256 + octet;
      if (value > maxInt) break;
    }
    if (content.length === 0 || negative || value > maxInt) throw new ProtocolFault('an integer is out of range');
    return value;
  }

  /** RFC 4511 §5.1: TRUE is 0xFF; any other octet but 0 is taken for it too, as BER has it. */
  readBoolean(tag: number = Tag.boolean): boolean {
    const content = this.readContent(tag);
    if (content.length !== 1) throw new ProtocolFault('a boolean must have one octet');
    return content[0] !== 0;
  }

  #take(tag: number): readonly [number, number] {
    if (this.#anyTag() !== tag) throw new ProtocolFault(`expected tag 0x${tag.toString(16)}`);
    let position = this.#position + 1;
    const first = this.#octet(position++);
    let length = first;
    if (first >= 0x80) {
      const count = first & 0x7f;
      if (count === 0) throw new ProtocolFault('indefinite lengths are not allowed');
      if (count > 4) throw new ProtocolFault('a length has more than four octets');
      length = 0;
      for (let index = 0; index < count; index++) length = length * 256 + this.#octet(position++);
    }
    const end = position + length;
    if (end > this.#end) throw new ProtocolFault('an element is longer than what holds it');
    this.#position = end;
    return [position, end];
  }

  #anyTag(): number {
    const tag = this.#octet(this.#position);
    if ((tag & 0x1f) === 0x1f) throw new ProtocolFault('tags of several octets are not used in LDAP');
    return tag;
  }

  #octet(position: number): number {
    const octet = position < this.#end ? this.#bytes[position] : undefined;
    if (octet === undefined) throw new ProtocolFault('an element ends too early');
    return octet;
  }
}

/** A decoder takes longer to be asked than a short text to be looked through. */
const maxAscii = 128;

/** The text of few octets that are all ASCII; undefined for others. */
function toAscii(octets: Uint8Array): string | undefined {
  if (octets.length > maxAscii) return undefined;
  for (const octet of octets) if (octet >= 0x80) return undefined;
  return Buffer.prototype.latin1Slice.call(octets, 0, octets.length);
}
