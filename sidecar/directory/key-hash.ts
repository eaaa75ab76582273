/** Hash of a key given as a byte string. */
export function hashKey(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return mix(hash);
}

/** {@link hashKey} of the key that these octets are. */
export function hashOctets(octets: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (octets[at] ?? 0), 0x01000193);
  return mix(hash);
}

/** The slot at which the search for a key of this hash begins. */
export function slotOf(hash: number, slotCount: number): number {
  return Math.floor((hash / 0x1_0000_0000) * slotCount);
}

function mix(seed: number): number {
  const hash = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 12)) >>> 0;
}
