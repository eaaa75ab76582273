import type { RandomSource } from './random-source.ts';

const interesting = [0x00, 0x01, 0x02, 0x04, 0x30, 0x60, 0x63, 0x7f, 0x80, 0x81, 0x82, 0x84, 0x85, 0xa0, 0xff];

/** The octets with something wrong: one flipped, changed, put in, taken out or repeated, cut off, or continued by another message. */
export function spoilBytes(bytes: Buffer, other: Buffer, random: RandomSource): Buffer {
  if (bytes.length === 0) return Buffer.from([interesting[random.below(interesting.length)] ?? 0]);
  const at = random.below(bytes.length);
  const value = interesting[random.below(interesting.length)] ?? 0;
  const length = 1 + random.below(Math.min(16, bytes.length - at));
  switch (random.below(8)) {
    case 0:
      return withOctet(bytes, at, (bytes[at] ?? 0) ^ (1 << random.below(8)));
    case 1:
      return withOctet(bytes, at, value);
    case 2:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from([value]), bytes.subarray(at)]);
    case 3:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    case 4:
      return Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
    case 5:
      return Buffer.from(bytes.subarray(0, at));
    case 6:
      return Buffer.concat([bytes.subarray(0, at), other.subarray(random.below(other.length + 1))]);
    default:
      return withOctet(withOctet(bytes, at, value), random.below(bytes.length), random.below(256));
  }
}

function withOctet(bytes: Buffer, at: number, value: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[at] = value;
  return changed;
}
