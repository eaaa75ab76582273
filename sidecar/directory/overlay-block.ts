import { BlockWriter } from './block-writer.ts';
import { encodeGrants, type GrantHolder } from './grants.ts';
import { IndexBuilder } from './index-builder.ts';
import { layoutVersion, type SnapshotHeader, type SnapshotOverlay, wordsOf } from './layout.ts';
import type { Draft } from './overlay-entries.ts';
import { RecordWriter } from './record-writer.ts';
import { toByteString } from './string-preparation.ts';
import { ValueTableBuilder } from './value-table-builder.ts';

/** One entry of an overlay. */
export interface OverlayPart {
  readonly draft: Draft;
  /** Its id in the snapshot: of the entry below that it replaces, or one behind all of those. */
  readonly id: number;
  readonly parent: number;
  /** Of a list: see `keepMembers`. */
  readonly kept?: Uint32Array;
}

export interface OverlayContent {
  readonly base: SnapshotHeader;
  /** Of the snapshot as it is served. */
  readonly served: Pick<SnapshotHeader, 'generation' | 'publishedAtMs' | 'changedAtMs' | 'counts'>;
  readonly units: readonly OverlayPart[];
  readonly users: readonly OverlayPart[];
  readonly lists: readonly OverlayPart[];
  /** Of each user. */
  readonly grants: readonly GrantHolder[];
  /** Ids of the entries below that are no longer served as they are there, ascending. */
  readonly hidden: Uint32Array;
  readonly settledShortNames: ReadonlySet<string>;
  readonly sharedShortNames: ReadonlySet<string>;
  /** Further sections, by name. */
  readonly more: readonly (readonly [string, Uint8Array])[];
}

/**
 * Lays an overlay out as a small block: records and indexes as in any block, over places of its own (units, then users, then groups,
 * privileges and roles), and beside them what those are in the snapshot.
 */
export function layOutOverlay(content: OverlayContent): SnapshotOverlay {
  const { base, served, units, users, lists } = content;
  const parts = [...units, ...users, ...lists];
  const block = new BlockWriter({ expected: parts.length * 2000 });
  const records = new RecordWriter(block, parts.length);
  const index = new IndexBuilder(parts.length);
  for (const [place, { draft }] of parts.entries()) {
    const entry = draft(place);
    records.write(entry);
    index.add(entry);
  }
  records.finish();
  index.finish(block);
  for (const { name, array } of encodeGrants(content.grants)) block.append(name, array);
  appendNames(block, 'settledShortNames', content.settledShortNames);
  appendNames(block, 'sharedShortNames', content.sharedShortNames);
  const words = (numberOf: (part: OverlayPart) => number) => Uint32Array.from(parts, numberOf);
  block.append(
    'ids',
    words(({ id }) => id),
  );
  block.append(
    'parents',
    words(({ parent }) => parent),
  );
  block.append('hidden', content.hidden);
  let end = 0;
  block.append(
    'keptEnds',
    words(({ kept }) => {
      end += kept?.length ?? 0;
      return end;
    }),
  );
  block.append('kept', Uint32Array.from(parts.flatMap(({ kept }) => [...(kept ?? [])])));
  for (const [name, octets] of content.more) block.append(name, octets);
  const { memory, sections, length } = block.finish();
  // What grows holds address space for growing: an overlay is soon replaced and there may be many.
  const own = new SharedArrayBuffer(length);
  new Uint8Array(own).set(new Uint8Array(memory, 0, length));
  const counts = { users: users.length, groups: 0, entries: parts.length };
  return {
    base,
    header: { ...base, ...served, layoutVersion, counts, firstUser: units.length, length, sections },
    memory: own,
  };
}

function appendNames(block: BlockWriter, name: string, keys: ReadonlySet<string>): void {
  const table = new ValueTableBuilder(false);
  for (const key of keys) table.intern(toByteString(key));
  const { rankOf: _, ...parts } = table.finish();
  for (const [part, array] of Object.entries(parts)) block.append(`${name}:${part}`, array);
}

/** What an overlay's entries are in the snapshot, read in place. By place in the overlay unless said otherwise. */
export interface OverlayPlaces {
  readonly ids: Uint32Array;
  readonly parents: Uint32Array;
  readonly hidden: Uint32Array;
  /** Spans of the members below that are left: see `keepMembers`. */
  readonly keptOf: (place: number) => Uint32Array;
}

export function openPlaces(overlay: SnapshotOverlay): OverlayPlaces {
  const ends = wordsOf(overlay, 'keptEnds');
  const kept = wordsOf(overlay, 'kept');
  return {
    ids: wordsOf(overlay, 'ids'),
    parents: wordsOf(overlay, 'parents'),
    hidden: wordsOf(overlay, 'hidden'),
    keptOf: (place) => kept.subarray(place === 0 ? 0 : ends[place - 1], ends[place]),
  };
}
