/** A list of 32-bit words that grows; a plain array would keep each number as an object once it is large. */
export class GrowableWords {
  length = 0;
  #words = new Uint32Array(64);

  push(word: number): void {
    if (this.length === this.#words.length) {
      const larger = new Uint32Array(this.length * 2);
      larger.set(this.#words);
      this.#words = larger;
    }
    this.#words[this.length++] = word;
  }

  at(index: number): number {
    return this.#words[index] ?? 0;
  }

  clear(): void {
    this.length = 0;
  }

  /** The words so far; valid until the next push. */
  view(): Uint32Array {
    return this.#words.subarray(0, this.length);
  }
}

/** Octets in chunks, so that a large region is never copied to grow. */
export class ChunkedBytes {
  length = 0;
  readonly #chunkSize: number;
  readonly #chunks: { readonly bytes: Buffer; used: number }[] = [];

  constructor(chunkSize: number) {
    this.#chunkSize = chunkSize;
  }

  /** Room for `size` octets in one piece, to be filled by the caller. Sizes must be multiples of 4: pieces stay aligned. */
  reserve(size: number): { readonly bytes: Buffer; readonly offset: number } {
    let chunk = this.#chunks.at(-1);
    if (chunk === undefined || chunk.used + size > chunk.bytes.length) {
      chunk = { bytes: Buffer.alloc(Math.max(size, this.#chunkSize)), used: 0 };
      this.#chunks.push(chunk);
    }
    const offset = chunk.used;
    chunk.used += size;
    this.length += size;
    return { bytes: chunk.bytes, offset };
  }

  copyTo(target: Uint8Array): void {
    let at = 0;
    for (const { bytes, used } of this.#chunks) {
      target.set(bytes.subarray(0, used), at);
      at += used;
    }
  }
}
