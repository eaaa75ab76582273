import { resolveLinks } from '../core/manual-users/links.ts';
import type { Directory } from '../core/model.ts';
import type { KeptNumber } from '../core/numeric-ids.ts';
import { BlockWriter } from './block-writer.ts';
import { describeEntries } from './entries.ts';
import { encodeGrants } from './grants.ts';
import { IndexBuilder } from './index-builder.ts';
import { layoutVersion, type SnapshotBlock } from './layout.ts';
import { RecordWriter } from './record-writer.ts';
import { foldText, toByteString } from './string-preparation.ts';
import { planTree, type Tree } from './tree.ts';
import { ValueTableBuilder } from './value-table-builder.ts';

export { openSnapshot } from './published-snapshot.ts';

export interface SnapshotOptions {
  /** Where the tree stands; its first part is o=, ou= or dc=. */
  readonly baseDn: string;
  readonly publishedAt: Date;
  /** See {@link Snapshot.keptNumbers}; none when left out. */
  readonly keptNumbers?: readonly KeptNumber[];
  /** Memory of a block that nobody reads any more, to be written over: so that blocks do not pile up until they are collected. */
  readonly memory?: SharedArrayBuffer | undefined;
}

/** Octets that an entry takes with its share of the index: a guess, to begin with. */
const usualEntrySize = 2000;

/**
 * Lays out a complete version of the directory as one block of shared memory. Takes seconds for 100,000 users: a sync worker's
 * business. Throws `invalid_input` for a base DN that cannot be served, `unsupported` for a directory that is too large or that the
 * machine has no memory for.
 */
export function buildSnapshot(stored: Directory, options: SnapshotOptions): SnapshotBlock {
  const { baseDn, publishedAt } = options;
  const directory = resolveLinks(stored);
  const tree = planTree(directory, baseDn);
  const { entryCount } = tree;
  const block = new BlockWriter({ expected: entryCount * usualEntrySize, retired: options.memory });
  const parents = new Uint32Array(entryCount);
  const subtreeEnds = new Uint32Array(entryCount);
  const records = new RecordWriter(block, entryCount);
  const index = new IndexBuilder(entryCount);
  for (const entry of describeEntries(tree, directory, publishedAt)) {
    parents[entry.name.id] = entry.parent;
    subtreeEnds[entry.name.id] = entry.subtreeEnd;
    records.write(entry);
    index.add(entry);
  }
  records.finish();
  block.append('parents', parents);
  block.append('subtreeEnds', subtreeEnds);
  index.finish(block);
  appendSharedShortNames(tree, block);
  for (const { name, array } of encodeGrants(tree.users.map(({ user }) => user))) block.append(name, array);
  const { memory, ...laidDown } = block.finish();
  return {
    header: {
      ...{ layoutVersion, ...laidDown },
      generation: directory.generation,
      keptNumbers: options.keptNumbers ?? [],
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

/** Local parts that several users have: a login by one of them is ambiguous, not unknown. */
function appendSharedShortNames(tree: Tree, block: BlockWriter): void {
  const table = new ValueTableBuilder(false);
  for (const { user, shortName } of tree.users) {
    if (shortName === undefined) table.intern(toByteString(foldText(user.login.slice(0, user.login.lastIndexOf('@')))));
  }
  const { rankOf: _, ...parts } = table.finish();
  for (const [part, array] of Object.entries(parts)) block.append(`sharedShortNames:${part}`, array);
}
