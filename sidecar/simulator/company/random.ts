/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number;
  /** One of a list that is not empty. */
  pick<T>(list: readonly [T, ...T[]]): T;
}

/** Xorshift with 32 bits of state (Marsaglia 2003): plenty for names, and quick. */
export function createRandom(seed: number): Random {
  // Zero is the one state xorshift never leaves; the product spreads small seeds.
  let state = Math.imul(seed + 1, 0x9e3779b1) | 0 || 1;
  const below = (limit: number) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
  return {
    below,
    pick(list) {
      return list[below(list.length)] ?? list[0];
    },
  };
}
