/** An entry as a client reads it. */
export interface DecodedEntry {
  readonly dn: string;
  readonly attributes: ReadonlyMap<string, readonly string[]>;
}

interface Tlv {
  readonly tag: number;
  readonly content: Buffer;
  readonly rest: Buffer;
}

function readTlv(bytes: Buffer): Tlv {
  const tag = bytes.readUInt8(0);
  let length = bytes.readUInt8(1);
  let start = 2;
  if (length >= 0x80) {
    const octets = length - 0x80;
    if (octets === 0 || octets > 4) throw new Error(`length of ${octets} octets`);
    length = bytes.readUIntBE(2, octets);
    start += octets;
    if (length < 0x80 || bytes[2] === 0) throw new Error('length not in its shortest form');
  }
  if (start + length > bytes.length) throw new Error('truncated');
  return { tag, content: bytes.subarray(start, start + length), rest: bytes.subarray(start + length) };
}

function expectTag(tlv: Tlv, tag: number): Tlv {
  if (tlv.tag !== tag) throw new Error(`tag 0x${tlv.tag.toString(16)} instead of 0x${tag.toString(16)}`);
  return tlv;
}

/** Decodes a SearchResultEntry (RFC 4511 §4.5.2); throws on anything that is not exactly one. */
export function decodeEntry(bytes: Buffer): DecodedEntry {
  const entry = expectTag(readTlv(bytes), 0x64);
  if (entry.rest.length > 0) throw new Error('octets behind the entry');
  const dn = expectTag(readTlv(entry.content), 0x04);
  const list = expectTag(readTlv(dn.rest), 0x30);
  if (list.rest.length > 0) throw new Error('octets behind the list');
  const attributes = new Map<string, string[]>();
  for (let rest = list.content; rest.length > 0; ) {
    const attribute = expectTag(readTlv(rest), 0x30);
    rest = attribute.rest;
    const name = expectTag(readTlv(attribute.content), 0x04);
    const set = expectTag(readTlv(name.rest), 0x31);
    if (set.rest.length > 0) throw new Error('octets behind the set');
    const values: string[] = [];
    for (let left = set.content; left.length > 0; ) {
      const value = expectTag(readTlv(left), 0x04);
      left = value.rest;
      values.push(value.content.toString('utf8'));
    }
    if (attributes.has(name.content.toString())) throw new Error(`${name.content} twice`);
    attributes.set(name.content.toString(), values);
  }
  return { dn: dn.content.toString('utf8'), attributes };
}
