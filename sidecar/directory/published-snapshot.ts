import type { View } from '../core/access.ts';
import type { LoginUser, UserMatch } from '../core/ports/user-directory.ts';
import { attributeNamed } from './attributes.ts';
import { compileFilter } from './compile-filter.ts';
import { DirectoryIndex } from './directory-index.ts';
import { formatNormalDn, parseDn } from './dn.ts';
import { sizeOfSelected, writeSelected } from './entry-writer.ts';
import type { Filter } from './filter.ts';
import { IdList } from './id-sets.ts';
import { layoutVersion, type SnapshotBlock, wordsOf } from './layout.ts';
import { LoginIndex } from './login-index.ts';
import { createSelector } from './selections.ts';
import type { EntryId, Scope, Selection, Snapshot } from './snapshot.ts';
import { toByteString } from './string-preparation.ts';

/** Reads a block that `buildSnapshot` made, in place: no work for each entry. Throws TypeError for one of another layout. */
export function openSnapshot(block: SnapshotBlock): Snapshot {
  if (block.header.layoutVersion !== layoutVersion) {
    throw new TypeError(`snapshot of layout ${block.header.layoutVersion}, this program reads ${layoutVersion}`);
  }
  return new PublishedSnapshot(block);
}

class PublishedSnapshot implements Snapshot {
  readonly generation: number;
  readonly publishedAt: Date;
  readonly changedAt: Date;
  readonly baseDn: string;
  readonly counts: Snapshot['counts'];
  readonly select = createSelector();
  readonly #index: DirectoryIndex;
  readonly #logins: LoginIndex;
  readonly #parents: Uint32Array;
  readonly #subtreeEnds: Uint32Array;

  constructor(block: SnapshotBlock) {
    const { generation, publishedAtMs, changedAtMs, baseDn, counts } = block.header;
    this.generation = generation;
    this.publishedAt = new Date(publishedAtMs);
    this.changedAt = new Date(changedAtMs);
    this.baseDn = baseDn;
    this.counts = counts;
    this.#index = new DirectoryIndex(block);
    this.#logins = new LoginIndex(block, this.#index);
    this.#parents = wordsOf(block, 'parents');
    this.#subtreeEnds = wordsOf(block, 'subtreeEnds');
  }

  findDn(dn: string, view: View): EntryId | undefined {
    // A normal form is its own normal form: a client that sends the DN as we spell it is spared the parsing.
    const asGiven = this.#entriesNamed(dn);
    const ids = asGiven.length > 0 ? asGiven : this.#entriesNamed(formatNormalDn(parseDn(dn)));
    // Two DNs that differ only in what matching ignores resolve by their exact spelling or not at all.
    const id = ids.length > 1 ? [...ids].find((one) => this.dnOf(one) === dn) : ids[0];
    return id !== undefined && this.#leadsToVisible(id, view) ? id : undefined;
  }

  matchedDn(dn: string, view: View): string {
    const rdns = parseDn(dn);
    for (let start = 1; start < rdns.length; start++) {
      const [id] = this.#entriesNamed(formatNormalDn(rdns.slice(start)));
      if (id !== undefined && this.#leadsToVisible(id, view)) return this.dnOf(id);
    }
    return '';
  }

  search(base: EntryId, scope: Scope, filter: Filter, view: View): Uint32Array {
    const visible = this.#visibleRange(view);
    const from = Math.max(scope === 'one' || scope === 'subordinate' ? base + 1 : base, visible.from);
    const to = Math.min(scope === 'base' ? base + 1 : (this.#subtreeEnds[base] ?? 0), visible.to);
    const set = compileFilter(filter, this.#index);
    if (from >= to) return new Uint32Array();
    if (to - from === 1) {
      const isFound = set.has(from) && (scope !== 'one' || this.#parents[from] === base);
      return isFound ? Uint32Array.of(from) : new Uint32Array();
    }
    const found = new IdList();
    set.collect(from, to, found);
    return scope === 'one' ? found.view().filter((id) => this.#parents[id] === base) : found.toArray();
  }

  writeEntry(id: EntryId, selection: Selection, target: Uint8Array, offset: number): number {
    return writeSelected(this.#index.records, id, selection, target, offset);
  }

  entrySize(id: EntryId, selection: Selection): number {
    return sizeOfSelected(this.#index.records, id, selection);
  }

  dnOf(id: EntryId): string {
    return this.#index.records.dnOf(id);
  }

  findByName(name: string): UserMatch {
    return this.#logins.findByName(name);
  }

  findById(id: string): LoginUser | undefined {
    return this.#logins.findById(id);
  }

  #entriesNamed(normalDn: string): Uint32Array {
    const { table, postings } = this.#index.attribute(attributeNamed('entryDN'));
    const found = new IdList(1);
    postings.setOf(table.find(toByteString(normalDn))).collect(0, this.counts.entries, found);
    return found.view();
  }

  /** Visible entries lie side by side: all, one or none. */
  #visibleRange(view: View): { readonly from: number; readonly to: number } {
    if (view.kind === 'everything') return { from: 0, to: this.counts.entries };
    const own = view.kind === 'self' ? this.#logins.findEntryById(view.userId) : undefined;
    return own === undefined ? { from: 0, to: 0 } : { from: own, to: own + 1 };
  }

  /** Whether an entry can be a search base: something at or below it is visible. */
  #leadsToVisible(id: EntryId, view: View): boolean {
    const { from, to } = this.#visibleRange(view);
    return from < (this.#subtreeEnds[id] ?? 0) && to > id;
  }
}
