/** Fast random numbers that a seed repeats (xorshift32): fast-check makes the messages, this chooses and spoils millions of them. */
export interface RandomSource {
  /** From 0 to below `limit`. */
  below(limit: number): number;
}

export function createRandomSource(seed: number): RandomSource {
  let state = seed | 0 || 1;
  return {
    below(limit) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return (state >>> 0) % limit;
    },
  };
}
