/** Tags of RFC 4511 that an entry is made of. */
export const tag = { octetString: 0x04, sequence: 0x30, set: 0x31, searchResultEntry: 0x64 } as const;

/** Octets of a definite length in its shortest form (X.690 §10.1). */
export function sizeOfLength(length: number): number {
  if (length < 0x80) return 1;
  if (length < 0x100) return 2;
  if (length < 0x1_0000) return 3;
  return length < 0x100_0000 ? 4 : 5;
}

/** Octets of a whole TLV whose content has `length` octets. */
export function sizeOfTlv(length: number): number {
  return 1 + sizeOfLength(length) + length;
}

/** Writes tag and length at `offset`; gives the offset of the content. */
export function writeHeader(target: Uint8Array, offset: number, tagOctet: number, length: number): number {
  let at = offset;
  target[at++] = tagOctet;
  if (length < 0x80) {
    target[at++] = length;
    return at;
  }
  const octets = sizeOfLength(length) - 1;
  target[at++] = 0x80 | octets;
  for (let shift = (octets - 1) * 8; shift >= 0; shift -= 8) target[at++] = length >>> shift;
  return at;
}

/** Place of the first content octet of the TLV at `tlv`. */
export function contentOf(octets: Uint8Array, tlv: number): number {
  const length = octets[tlv + 1] ?? 0;
  return tlv + 2 + (length < 0x80 ? 0 : length & 0x7f);
}

/** The place behind the TLV at `tlv`. */
export function endOfTlv(octets: Uint8Array, tlv: number): number {
  const content = contentOf(octets, tlv);
  let length = octets[tlv + 1] ?? 0;
  if (length >= 0x80) {
    length = 0;
    for (let at = tlv + 2; at < content; at++) length = length * 256 + (octets[at] ?? 0);
  }
  return content + length;
}
