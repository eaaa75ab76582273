/** A BER encoder and decoder for the tests alone, so that a fault of the server's own is not hidden by itself. */

export function tlv(tag: number, ...content: readonly (Uint8Array | string)[]): Buffer {
  const body = Buffer.concat(content.map((part) => (typeof part === 'string' ? Buffer.from(part, 'utf8') : part)));
  if (body.length < 128) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([Buffer.from([tag, 0x84]), length, body]);
}

export function int(value: number, tag = 0x02): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return tlv(tag, (bytes[0] ?? 0) & 0x80 ? Buffer.from([0]) : Buffer.alloc(0), bytes);
}

export const text = (value: string | Uint8Array, tag = 0x04): Buffer => tlv(tag, value);
export const bool = (value: boolean): Buffer => Buffer.from([1, 1, value ? 0xff : 0]);
export const message = (id: number, operation: Uint8Array, ...rest: readonly Uint8Array[]): Buffer =>
  tlv(0x30, int(id), operation, ...rest);

export interface Element {
  readonly tag: number;
  readonly body: Buffer;
  readonly size: number;
}

/** The element at the beginning of `bytes`; undefined while it is not all there. */
export function readElement(bytes: Buffer): Element | undefined {
  const first = bytes[1];
  if (first === undefined) return undefined;
  const count = first < 128 ? 0 : first & 0x7f;
  if (bytes.length < 2 + count) return undefined;
  const length = count === 0 ? first : bytes.readUIntBE(2, count);
  const size = 2 + count + length;
  if (bytes.length < size) return undefined;
  return { tag: bytes[0] ?? 0, body: bytes.subarray(2 + count, size), size };
}

/** The elements inside a constructed one. */
export function children(body: Buffer): Element[] {
  const elements: Element[] = [];
  for (let position = 0; position < body.length; ) {
    const element = readElement(body.subarray(position));
    if (element === undefined) throw new Error(`broken BER: ${body.toString('hex')}`);
    elements.push(element);
    position += element.size;
  }
  return elements;
}
