import { release } from './growable.ts';

/** Raised with every change of the block's layout: a reader takes no other. */
export const layoutVersion = 2;

/** Place of each section in the block's memory: offset and length in octets. */
export type Sections = Readonly<Record<string, readonly [offset: number, length: number]>>;

/** What is not an array: small, whatever the number of users. */
export interface SnapshotHeader {
  readonly layoutVersion: number;
  readonly generation: number;
  readonly publishedAtMs: number;
  /** The latest modifyTimestamp of a user or group; 0 = there are none. */
  readonly changedAtMs: number;
  readonly baseDn: string;
  readonly counts: { readonly users: number; readonly groups: number; readonly entries: number };
  /** Id of the first user; the others follow it. */
  readonly firstUser: number;
  readonly sections: Sections;
}

/**
 * A snapshot as it travels between threads: structured clone copies the header and shares the memory. Numbers in the memory are in the
 * machine's own byte order.
 */
export interface SnapshotBlock {
  readonly header: SnapshotHeader;
  readonly memory: SharedArrayBuffer;
}

/** Sections hold words (Uint32Array) or octets and begin at multiples of 8. */
const alignment = 8;

/** Something that can be put into a section once the lengths of all are known. */
export interface SectionSource {
  readonly name: string;
  readonly length: number;
  /** Called once. */
  copyTo(target: Uint8Array): void;
}

/** A section made of a typed array. */
export function toSection(name: string, array: Uint8Array | Uint32Array): SectionSource {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  return { name, length: bytes.length, copyTo: (target) => target.set(bytes) };
}

/** {@link toSection} for an array that nobody needs afterwards: its memory is given back with the copy. */
export function toPassingSection(
  name: string,
  array: Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>,
): SectionSource {
  const { length, copyTo } = toSection(name, array);
  const copyAndRelease = (target: Uint8Array) => {
    copyTo(target);
    release(array);
  };
  return { name, length, copyTo: copyAndRelease };
}

/**
 * Lays sections one behind the other into new shared memory. The last one is copied first: the first is the largest, and by then the
 * others have given back what they took.
 */
export function assembleSections(sources: readonly SectionSource[]): {
  readonly sections: Sections;
  readonly memory: SharedArrayBuffer;
} {
  const sections: Record<string, readonly [number, number]> = {};
  let end = 0;
  for (const { name, length } of sources) {
    sections[name] = [end, length];
    end = Math.ceil((end + length) / alignment) * alignment;
  }
  const memory = new SharedArrayBuffer(end);
  for (const source of sources.toReversed()) {
    source.copyTo(new Uint8Array(memory, sections[source.name]?.[0], source.length));
  }
  return { sections, memory };
}

/** The octets of a section. */
export function octetsOf({ header, memory }: SnapshotBlock, name: string): Buffer {
  const [offset, length] = placeOf(header, name);
  return Buffer.from(memory, offset, length);
}

/** The words of a section. */
export function wordsOf({ header, memory }: SnapshotBlock, name: string): Uint32Array {
  const [offset, length] = placeOf(header, name);
  return new Uint32Array(memory, offset, length / 4);
}

function placeOf(header: SnapshotHeader, name: string): readonly [number, number] {
  const place = header.sections[name];
  if (place === undefined) throw new TypeError(`the snapshot has no section ${name}`);
  return place;
}
