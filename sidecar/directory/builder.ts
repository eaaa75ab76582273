import { resolveLinks } from '../core/manual-users/links.ts';
import type { Directory } from '../core/model.ts';
import { type AttributeType, attributeNamed, attributeTypes } from './attributes.ts';
import { describeEntries, type Entry } from './entries.ts';
import { encodeGrants } from './grants.ts';
import { assembleSections, layoutVersion, type SectionSource, type SnapshotBlock, toSection } from './layout.ts';
import { PostingsBuilder } from './postings.ts';
import { RecordWriter } from './record-writer.ts';
import { foldText, toByteString } from './string-preparation.ts';
import { type EntryName, planTree, type Tree } from './tree.ts';
import { ValueTableBuilder } from './value-table.ts';
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
  const writer = new RecordWriter();
  const index = new IndexBuilder(entryCount);
  for (const entry of describeEntries(tree, directory, publishedAt)) {
    parents[entry.name.id] = entry.parent;
    subtreeEnds[entry.name.id] = entry.subtreeEnd;
    writer.add(entry);
    index.add(entry);
  }
  const { records, starts } = writer;
  const { sections, memory } = assembleSections([
    { name: 'records', length: records.length, copyTo: (target) => records.copyTo(target) },
    toSection('recordStarts', starts.view()),
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

const maxRecent = 1000;

/** Values and postings of every attribute. */
class IndexBuilder {
  readonly #entryCount: number;
  readonly #postings = attributeTypes.map(() => new PostingsBuilder());
  readonly #tables = new Map<string, ValueTableBuilder>();
  readonly #recentNumbers = new Map<string, Map<string, number>>();
  /** Number in the table of DNs, by entry id. */
  readonly #numbersOfNames: (number | undefined)[] = [];

  constructor(entryCount: number) {
    this.#entryCount = entryCount;
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
    const ranks = new Map<string, Uint32Array>();
    for (const [name, table] of this.#tables) {
      const { rankOf, ...parts } = table.finish();
      ranks.set(name, rankOf);
      for (const [part, array] of Object.entries(parts)) sections.push(toSection(`table:${name}:${part}`, array));
    }
    for (const { id, name, table } of attributeTypes) {
      const parts = this.#postings[id]?.finish(ranks.get(table) ?? new Uint32Array(), this.#entryCount);
      for (const [part, array] of Object.entries(parts ?? {}))
        sections.push(toSection(`attribute:${name}:${part}`, array));
    }
    return sections;
  }

  #numberOf(type: AttributeType, value: string | EntryName): number {
    const table = this.#tables.get(type.table);
    if (table === undefined) throw new TypeError(`no table ${type.table}`);
    if (typeof value !== 'string') {
      this.#numbersOfNames[value.id] ??= table.intern(toByteString(value.normal));
      return this.#numbersOfNames[value.id] ?? 0;
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
