import { resolveLinks } from '../core/manual-users/links.ts';
import type { Directory } from '../core/model.ts';
import { type AttributeType, attributeNamed, attributeTypes } from './attributes.ts';
import { describeEntries, type Entry } from './entries.ts';
import { encodeGrants } from './grants.ts';
import { release } from './growable.ts';
import {
  assembleSections,
  layoutVersion,
  type SectionSource,
  type SnapshotBlock,
  toPassingSection,
  toSection,
} from './layout.ts';
import { PostingsBuilder } from './postings.ts';
import { RecordWriter } from './record-writer.ts';
import { foldText, toByteString } from './string-preparation.ts';
import { type EntryName, planTree, type Tree } from './tree.ts';
import { ValueTableBuilder } from './value-table-builder.ts';
import { toKey } from './values.ts';

export { openSnapshot } from './published-snapshot.ts';

export interface SnapshotOptions {
  /** Where the tree stands; its first part is o=, ou= or dc=. */
  readonly baseDn: string;
  readonly publishedAt: Date;
}

/**
 * Lays out a complete version of the directory as one block of shared memory. Takes seconds for 100,000 users: a sync worker's
 * business. Throws `invalid_input` for a base DN that cannot be served.
 */
export function buildSnapshot(stored: Directory, { baseDn, publishedAt }: SnapshotOptions): SnapshotBlock {
  const directory = resolveLinks(stored);
  const tree = planTree(directory, baseDn);
  const { entryCount } = tree;
  const parents = new Uint32Array(entryCount);
  const subtreeEnds = new Uint32Array(entryCount);
  const writer = new RecordWriter(entryCount);
  const index = new IndexBuilder(entryCount);
  const describe = () => describeEntries(tree, directory, publishedAt);
  for (const entry of describe()) {
    parents[entry.name.id] = entry.parent;
    subtreeEnds[entry.name.id] = entry.subtreeEnd;
    writer.measure(entry);
    index.add(entry);
  }
  const { sections, memory } = assembleSections([
    { name: 'records', length: writer.length, copyTo: (target) => writeRecords(writer, describe(), target) },
    toSection('recordStarts', writer.starts),
    toSection('parents', parents),
    toSection('subtreeEnds', subtreeEnds),
    ...index.finish(),
    ...encodeSharedShortNames(tree),
    ...encodeGrants(tree.users.map(({ user }) => user)),
  ]);
  return {
    header: {
      ...{ layoutVersion, sections },
      generation: directory.generation,
      publishedAtMs: publishedAt.getTime(),
      changedAtMs: latestChangeOf(directory),
      baseDn: tree.base.name.text,
      counts: { users: tree.users.length, groups: tree.groups.length, entries: entryCount },
      firstUser: tree.usersUnit.id + 1,
    },
    memory,
  };
}

function latestChangeOf({ users, groups }: Directory): number {
  let latest = 0;
  for (const entries of [users, groups]) {
    for (const { modifiedAt } of entries.values()) latest = Math.max(latest, modifiedAt.getTime());
  }
  return latest;
}

/** The entries once more: to describe them twice costs less than to keep all records until it is known how long they are. */
function writeRecords(writer: RecordWriter, entries: Iterable<Entry>, target: Uint8Array): void {
  const room = Buffer.from(target.buffer, target.byteOffset, target.byteLength);
  for (const entry of entries) writer.write(entry, room);
}

const maxRecent = 1000;

/** Values and postings of every attribute. */
class IndexBuilder {
  readonly #entryCount: number;
  readonly #postings = attributeTypes.map(() => new PostingsBuilder());
  readonly #tables = new Map<string, ValueTableBuilder>();
  readonly #recentNumbers = new Map<string, Map<string, number>>();
  /** Number in the table of DNs + 1, by entry id; 0 = none yet. */
  readonly #numbersOfNames: Uint32Array;

  constructor(entryCount: number) {
    this.#entryCount = entryCount;
    this.#numbersOfNames = new Uint32Array(entryCount);
    for (const { table, ordered } of attributeTypes) {
      if (!this.#tables.has(table)) this.#tables.set(table, new ValueTableBuilder(ordered));
    }
  }

  add({ name: { id }, attributes }: Entry): void {
    for (const [typeName, values] of attributes) {
      const type = attributeNamed(typeName);
      for (const value of values) this.#postings[type.id]?.add(this.#numberOf(type, value), id);
    }
  }

  finish(): SectionSource[] {
    const sections: SectionSource[] = [];
    const ranks = new Map<string, Uint32Array<ArrayBuffer>>();
    for (const [name, table] of this.#tables) {
      const { rankOf, ...parts } = table.finish();
      ranks.set(name, rankOf);
      for (const [part, array] of Object.entries(parts))
        sections.push(toPassingSection(`table:${name}:${part}`, array));
    }
    for (const { id, name, table } of attributeTypes) {
      const parts = this.#postings[id]?.finish(ranks.get(table) ?? new Uint32Array(), this.#entryCount);
      for (const [part, array] of Object.entries(parts ?? {}))
        sections.push(toPassingSection(`attribute:${name}:${part}`, array));
    }
    for (const rankOf of ranks.values()) release(rankOf);
    return sections;
  }

  #numberOf(type: AttributeType, value: string | EntryName): number {
    const table = this.#tables.get(type.table);
    if (table === undefined) throw new TypeError(`no table ${type.table}`);
    if (typeof value !== 'string') {
      const known = this.#numbersOfNames[value.id] ?? 0;
      if (known !== 0) return known - 1;
      const number = table.intern(toByteString(value.normal));
      this.#numbersOfNames[value.id] = number + 1;
      return number;
    }
    const recent = this.#recent(type.table);
    let number = recent.get(value);
    if (number === undefined) {
      const key = toKey(type.syntax, value);
      if (key === undefined) throw new TypeError(`"${value}" is no value of ${type.name}`);
      number = table.intern(key);
      recent.set(value, number);
    }
    return number;
  }

  /** Numbers of texts seen lately: a user's address comes thrice, a state or a surname again and again. */
  #recent(table: string): Map<string, number> {
    let recent = this.#recentNumbers.get(table);
    if (recent === undefined || recent.size >= maxRecent) {
      recent = new Map();
      this.#recentNumbers.set(table, recent);
    }
    return recent;
  }
}

/** Local parts that several users have: a login by one of them is ambiguous, not unknown. */
function encodeSharedShortNames(tree: Tree): SectionSource[] {
  const table = new ValueTableBuilder(false);
  for (const { user, shortName } of tree.users) {
    if (shortName === undefined) table.intern(toByteString(foldText(user.login.slice(0, user.login.lastIndexOf('@')))));
  }
  const { rankOf: _, ...parts } = table.finish();
  return Object.entries(parts).map(([part, array]) => toSection(`sharedShortNames:${part}`, array));
}
