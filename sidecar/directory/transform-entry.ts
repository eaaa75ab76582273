import { contentOf, endOfTlv, sizeOfTlv, tag, writeHeader } from './ber.ts';

/** The values of an attribute: text, or octets as they are. */
export type AttributeValues = readonly (string | Uint8Array)[];

/**
 * A SearchResultEntry (RFC 4511 §4.5.2) made from another one. `valuesOf` gives the values that an attribute has instead of its own,
 * undefined where those stay; `added` stands behind the others. What has no value is left out. `typesOnly`: values are dropped at last.
 */
export function transformEntry(
  entry: Buffer,
  typesOnly: boolean,
  valuesOf: (name: string) => AttributeValues | undefined,
  added: readonly (readonly [name: string, values: AttributeValues])[] = [],
): Buffer {
  const dn = contentOf(entry, 0);
  const list = endOfTlv(entry, dn);
  const attributes: Uint8Array[] = [];
  const add = (name: Uint8Array, values: AttributeValues) => {
    if (values.length > 0) attributes.push(encodeAttribute(name, typesOnly ? [] : values));
  };
  for (let at = contentOf(entry, list); at < entry.length; at = endOfTlv(entry, at)) {
    const name = contentOf(entry, at);
    const text = entry.toString('latin1', contentOf(entry, name), endOfTlv(entry, name));
    const octets = entry.subarray(contentOf(entry, name), endOfTlv(entry, name));
    const values = valuesOf(text);
    if (values !== undefined) add(octets, values);
    else if (typesOnly) attributes.push(encodeAttribute(octets, []));
    else attributes.push(entry.subarray(at, endOfTlv(entry, at)));
  }
  for (const [name, values] of added) add(Buffer.from(name, 'latin1'), values);
  return encode(tag.searchResultEntry, [entry.subarray(dn, list), encode(tag.sequence, attributes)]);
}

function encodeAttribute(name: Uint8Array, values: AttributeValues): Buffer {
  const set = values.map((value) => encode(tag.octetString, [typeof value === 'string' ? Buffer.from(value) : value]));
  return encode(tag.sequence, [encode(tag.octetString, [name]), encode(tag.set, set)]);
}

function encode(tagOctet: number, parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const tlv = Buffer.allocUnsafe(sizeOfTlv(length));
  let at = writeHeader(tlv, 0, tagOctet, length);
  for (const part of parts) {
    tlv.set(part, at);
    at += part.length;
  }
  return tlv;
}
