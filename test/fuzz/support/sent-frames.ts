/** What a server may answer to octets that were sent, read from the octets alone. */
export interface SentFrames {
  /** How many messages of each id there are: each may be answered once. */
  readonly ids: Map<number, number>;
  /** Messages, the broken one at the end included. */
  readonly count: number;
}

/** Takes a stream apart into LDAPMessages (RFC 4511 §5.1), up to the first that is none. */
export function readSentFrames(stream: Buffer): SentFrames {
  const ids = new Map<number, number>();
  let count = 0;
  let at = 0;
  while (at < stream.length) {
    count += 1;
    const outer = readHeader(stream, at);
    if (outer === undefined || stream[at] !== 0x30 || outer.end > stream.length) break;
    const inner = readHeader(stream, outer.bodyAt);
    const size = inner === undefined ? 0 : inner.end - inner.bodyAt;
    if (inner === undefined || stream[outer.bodyAt] !== 0x02 || size < 1 || size > 6 || inner.end > outer.end) break;
    const id = stream.readUIntBE(inner.bodyAt, size);
    ids.set(id, (ids.get(id) ?? 0) + 1);
    at = outer.end;
  }
  return { ids, count };
}

function readHeader(stream: Buffer, at: number): { readonly bodyAt: number; readonly end: number } | undefined {
  const first = stream[at + 1];
  if (first === undefined || first === 0x80 || first > 0x86) return undefined;
  const octets = first < 0x80 ? 0 : first & 0x7f;
  const bodyAt = at + 2 + octets;
  if (bodyAt > stream.length) return undefined;
  return { bodyAt, end: bodyAt + (octets === 0 ? first : stream.readUIntBE(at + 2, octets)) };
}
