/** One BER element: tag, definite length, content (the parts one after the other). */
export function encodeElement(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  let length = 0;
  for (const part of parts) length += part.length;
  const head = headerLength(length);
  const element = Buffer.allocUnsafe(head + length);
  let position = writeHeader(element, 0, tag, length);
  for (const part of parts) {
    element.set(part, position);
    position += part.length;
  }
  return element;
}

/** INTEGER or ENUMERATED from 0 to 2^31 - 1 in the fewest octets. */
export function encodeUnsigned(tag: number, value: number): Buffer {
  const octets = value < 0x80 ? 1 : value < 0x8000 ? 2 : value < 0x80_0000 ? 3 : 4;
  const element = Buffer.allocUnsafe(2 + octets);
  element[0] = tag;
  element[1] = octets;
  element.writeUIntBE(value, 2, octets);
  return element;
}

/** OCTET STRING (or another tag) of a text's UTF-8. */
export function encodeText(tag: number, text: string): Buffer {
  return encodeElement(tag, Buffer.from(text, 'utf8'));
}

/** Octets of tag and length in front of `length` octets of content. */
export function headerLength(length: number): number {
  return length < 0x80 ? 2 : length < 0x100 ? 3 : length < 0x1_0000 ? 4 : length < 0x100_0000 ? 5 : 6;
}

/**
 * Writes tag and length at `offset`; gives the offset behind them. `size` (of {@link headerLength}) may be larger than needed: the length
 * then has leading zeros, which BER allows.
 */
export function writeHeader(
  target: Uint8Array,
  offset: number,
  tag: number,
  length: number,
  size = headerLength(length),
): number {
  target[offset] = tag;
  if (size === 2) {
    target[offset + 1] = length;
    return offset + 2;
  }
  target[offset + 1] = 0x80 + size - 2;
  let rest = length;
  for (let position = offset + size - 1; position > offset + 1; position--) {
    target[position] = rest & 0xff;
    rest = Math.floor(rest / 256);
  }
  return offset + size;
}
