/**
 * A list of 32-bit words that grows; a plain array would keep each number as an object once it is large. Memory that it grows out of
 * is given back at once.
 */
export class GrowableWords {
  length = 0;
  #words = new Uint32Array(64);

  push(word: number): void {
    if (this.length === this.#words.length) {
      this.#words = new Uint32Array(this.#words.buffer.transfer(this.#words.byteLength * 2));
    }
    this.#words[this.length++] = word;
  }

  at(index: number): number {
    return this.#words[index] ?? 0;
  }

  /** Puts another word in the place of one that was pushed. */
  set(index: number, word: number): void {
    this.#words[index] = word;
  }

  clear(): void {
    this.length = 0;
  }

  /** The words in an array of their own; the list is empty afterwards. */
  take(): Uint32Array<ArrayBuffer> {
    const words = new Uint32Array(this.#words.buffer.transfer(this.length * 4));
    this.#words = new Uint32Array(64);
    this.length = 0;
    return words;
  }

  /** The words so far; valid until the next push. */
  view(): Uint32Array {
    return this.#words.subarray(0, this.length);
  }
}

/** Octets that grow, in the same way. */
export class GrowableOctets {
  length = 0;
  #octets = new Uint8Array(256);

  push(octet: number): void {
    this.#makeRoom(1);
    this.#octets[this.length++] = octet;
  }

  /** Adds the octets of a byte string. */
  pushKey(key: string): void {
    this.#makeRoom(key.length);
    for (let at = 0; at < key.length; at++) this.#octets[this.length++] = key.charCodeAt(at);
  }

  at(index: number): number {
    return this.#octets[index] ?? 0;
  }

  /** The octets in an array of their own; the list is empty afterwards. */
  take(): Uint8Array<ArrayBuffer> {
    const octets = new Uint8Array(this.#octets.buffer.transfer(this.length));
    this.#octets = new Uint8Array(256);
    this.length = 0;
    return octets;
  }

  /** The octets so far; valid until the next push. */
  view(): Uint8Array {
    return this.#octets.subarray(0, this.length);
  }

  #makeRoom(count: number): void {
    const needed = this.length + count;
    const size = this.#octets.length;
    if (needed > size) this.#octets = new Uint8Array(this.#octets.buffer.transfer(Math.max(needed, size * 2)));
  }
}

/** Gives the memory of an array back at once, rather than when the collector next looks; the array is empty afterwards. */
export function release(array: Uint32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>): void {
  array.buffer.transfer(0);
}
