/** Texts remembered for good: a class, a state or a frequent surname is met early. */
const maxFrequent = 500;
/** Texts met last: a user's address comes three times in a row. */
const recentCount = 8;

/**
 * Numbers of texts that were met before, in one table. Only few are remembered: with more of them, texts outlive the collector's quick
 * rounds and pile up.
 */
export class TextNumbers {
  readonly #frequent = new Map<string, number>();
  readonly #texts: string[] = Array.from({ length: recentCount }, () => '');
  readonly #numbers = new Uint32Array(recentCount);
  #next = 0;

  find(text: string): number | undefined {
    const place = this.#texts.indexOf(text);
    if (place !== -1 && text !== '') return this.#numbers[place];
    return this.#frequent.get(text);
  }

  add(text: string, number: number): void {
    if (this.#frequent.size < maxFrequent) {
      this.#frequent.set(text, number);
      return;
    }
    this.#texts[this.#next] = text;
    this.#numbers[this.#next] = number;
    this.#next = (this.#next + 1) % recentCount;
  }
}
