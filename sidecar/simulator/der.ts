/** A small writer of DER (ITU-T X.690), as much as a certificate needs. Every function gives a whole TLV. */

/** Any value with its tag. */
export function tlv(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content]);
  const length: number[] = [];
  for (let rest = content.length; rest > 0; rest = Math.floor(rest / 256)) length.unshift(rest % 256);
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length, ...length]), content]);
}

export function sequence(...items: readonly Buffer[]): Buffer {
  return tlv(0x30, ...items);
}

export function set(...items: readonly Buffer[]): Buffer {
  return tlv(0x31, ...items);
}

/** A non-negative number from its big-endian bytes. */
export function unsignedInteger(bytes: Buffer): Buffer {
  // X.690 §8.3.2: the first nine bits may not be all zero, and the first one is the sign.
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const short = bytes.subarray(start);
  return ((short[0] ?? 0) & 0x80) === 0 ? tlv(0x02, short) : tlv(0x02, Buffer.from([0]), short);
}

/** From the dotted form. */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...arcs] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second, ...arcs].flatMap((arc) => {
    const groups = [arc & 0x7f];
    for (let rest = arc >>> 7; rest > 0; rest >>>= 7) groups.unshift((rest & 0x7f) | 0x80);
    return groups;
  });
  return tlv(0x06, Buffer.from(bytes));
}

export function bitString(bytes: Buffer, unusedBits = 0): Buffer {
  return tlv(0x03, Buffer.from([unusedBits]), bytes);
}

export function octetString(content: Buffer): Buffer {
  return tlv(0x04, content);
}

export function utf8String(text: string): Buffer {
  return tlv(0x0c, Buffer.from(text, 'utf8'));
}

export const booleanTrue = tlv(0x01, Buffer.from([0xff]));

/** UTCTime until 2049, GeneralizedTime from 2050 on (RFC 5280 §4.1.2.5). Fractions of a second are cut. */
export function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]/g, '').slice(0, 14);
  return date.getUTCFullYear() < 2050
    ? tlv(0x17, Buffer.from(`${digits.slice(2)}Z`))
    : tlv(0x18, Buffer.from(`${digits}Z`));
}
