import type { KeptNumber } from '../core/numeric-ids.ts';

/** Raised with every change of the block's layout: a reader takes no other. */
export const layoutVersion = 3;

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
  /** Numbers on Unix hosts that differ from those that UUIDs lead to: few. */
  readonly keptNumbers?: readonly KeptNumber[];
  /** Octets of the memory that are in use: the rest is head room or what an earlier block left behind. */
  readonly length: number;
  readonly sections: Sections;
}

/**
 * A snapshot as it travels between threads: structured clone copies the header and shares the memory. Numbers in the memory are in the
 * machine's own byte order.
 */
export interface SnapshotBlock {
  /** Of what is served: with an overlay, its generation, times and counts; the sections are those of `memory` all the same. */
  readonly header: SnapshotHeader;
  readonly memory: SharedArrayBuffer;
  /** Few entries that stand in place of some in `memory`, or beside them: see overlay-block.ts. */
  readonly overlay?: SnapshotOverlay;
}

/** What changed since a block was built, as a small block of its own. */
export interface SnapshotOverlay {
  /** The header of the block below as it was built. */
  readonly base: SnapshotHeader;
  readonly header: SnapshotHeader;
  readonly memory: SharedArrayBuffer;
}

/**
 * Names the memory that a block stands on: the same for a block and for every overlay on it, in whichever thread. The memory is in use
 * as long as one of them is.
 */
export function baseKeyOf({ header, overlay }: SnapshotBlock): string {
  const { generation, publishedAtMs, length, baseDn } = overlay?.base ?? header;
  return `${generation}/${publishedAtMs}/${length}/${baseDn}`;
}

/** An array on its way into a section. */
export interface SectionSource {
  readonly name: string;
  readonly array: Uint8Array | Uint32Array;
}

/** A section made of a typed array. */
export function toSection(name: string, array: Uint8Array | Uint32Array): SectionSource {
  return { name, array };
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

/** Whether a block has a section: small tables go without some. */
export function hasSection({ header }: SnapshotBlock, name: string): boolean {
  return header.sections[name] !== undefined;
}

function placeOf(header: SnapshotHeader, name: string): readonly [number, number] {
  const place = header.sections[name];
  if (place === undefined) throw new TypeError(`the snapshot has no section ${name}`);
  return place;
}
