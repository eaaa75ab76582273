import type { EntryId, Snapshot } from './snapshot.ts';

/** Values of some attributes of an entry, as served, by the names that were asked for; those without a value are left out. */
export function readEntryValues<Name extends string>(
  snapshot: Snapshot,
  id: EntryId,
  names: readonly Name[],
): ReadonlyMap<Name, readonly string[]> {
  const selection = snapshot.select(names, false);
  const octets = Buffer.alloc(snapshot.entrySize(id, selection));
  const entry = new Reader(octets, 0, snapshot.writeEntry(id, selection, octets, 0)).next();
  const asked = new Map(names.map((name) => [name.toLowerCase(), name]));
  const values = new Map<Name, string[]>();
  // RFC 4511 §4.5.2: objectName, then attributes of type and values.
  entry.next();
  const attributes = entry.next();
  while (!attributes.isAtEnd) {
    const attribute = attributes.next();
    const name = asked.get(attribute.next().text().toLowerCase());
    const set = attribute.next();
    const texts: string[] = [];
    while (!set.isAtEnd) texts.push(set.next().text());
    if (name !== undefined) values.set(name, texts);
  }
  return values;
}

/** Reads what the directory itself encoded: definite lengths, tags of one octet. */
class Reader {
  readonly #octets: Buffer;
  #at: number;
  readonly #end: number;

  constructor(octets: Buffer, start: number, end: number) {
    this.#octets = octets;
    this.#at = start;
    this.#end = end;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#end;
  }

  /** The content of the next element. */
  next(): Reader {
    const first = this.#octets.readUInt8(this.#at + 1);
    const more = first < 0x80 ? 0 : first & 0x7f;
    const length = more === 0 ? first : this.#octets.readUIntBE(this.#at + 2, more);
    const start = this.#at + 2 + more;
    this.#at = start + length;
    return new Reader(this.#octets, start, this.#at);
  }

  text(): string {
    return this.#octets.toString('utf8', this.#at, this.#end);
  }
}
