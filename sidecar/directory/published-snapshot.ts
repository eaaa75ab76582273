import type { View } from '../core/access.ts';
import type { LoginUser, UserMatch } from '../core/ports/user-directory.ts';
import { type AttributeType, attributeNamed } from './attributes.ts';
import { collectInSteps } from './collect-in-steps.ts';
import { compileFilter, countItems } from './compile-filter.ts';
import { DirectoryIndex } from './directory-index.ts';
import { findAncestor, findEntry, type NamedEntries } from './dn-lookup.ts';
import { sizeOfSelected, writeSelected } from './entry-writer.ts';
import type { PlannedFilter } from './filter.ts';
import { IdList } from './id-sets.ts';
import { baseKeyOf, layoutVersion, type SnapshotBlock, wordsOf } from './layout.ts';
import { LoginIndex } from './login-index.ts';
import { OverlaidSnapshot } from './overlaid-snapshot.ts';
import { createSelector } from './selections.ts';
import type { EntryId, Scope, Selection, Snapshot } from './snapshot.ts';
import { toByteString } from './string-preparation.ts';

const entryDn = attributeNamed('entryDN');

/** Reads a block that `buildSnapshot` or `applyDelta` made, in place: no work for each entry. Throws TypeError for one of another layout. */
export function openSnapshot(block: SnapshotBlock): Snapshot {
  if (block.header.layoutVersion !== layoutVersion) {
    throw new TypeError(`snapshot of layout ${block.header.layoutVersion}, this program reads ${layoutVersion}`);
  }
  return block.overlay === undefined ? new PublishedSnapshot(block) : new OverlaidSnapshot(block, block.overlay);
}

/** A block without an overlay. */
export class PublishedSnapshot implements Snapshot, NamedEntries {
  readonly whole: Snapshot = this;
  readonly generation: number;
  readonly publishedAt: Date;
  readonly changedAt: Date;
  readonly baseDn: string;
  readonly counts: Snapshot['counts'];
  readonly keptNumbers: Snapshot['keptNumbers'];
  /** See {@link baseKeyOf}. */
  readonly baseKey: string;
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
    this.keptNumbers = block.header.keptNumbers ?? [];
    this.baseKey = baseKeyOf(block);
    this.#index = new DirectoryIndex(block);
    this.#logins = new LoginIndex(block, this.#index);
    this.#parents = wordsOf(block, 'parents');
    this.#subtreeEnds = wordsOf(block, 'subtreeEnds');
  }

  findDn(dn: string, view: View): EntryId | undefined {
    const id = findEntry(dn, this);
    return id !== undefined && this.#leadsToVisible(id, view) ? id : undefined;
  }

  matchedDn(dn: string, view: View): string {
    const id = findAncestor(dn, this, (one) => this.#leadsToVisible(one, view));
    return id === undefined ? '' : this.dnOf(id);
  }

  search(base: EntryId, scope: Scope, filter: PlannedFilter, view: View): Uint32Array {
    const { from, to } = this.#rangeOf(base, scope, view);
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

  *searchInSteps(base: EntryId, scope: Scope, filter: PlannedFilter, view: View) {
    const { from, to } = this.#rangeOf(base, scope, view);
    if (to - from <= 1) return this.search(base, scope, filter, view);
    const set = compileFilter(filter, this.#index);
    const found = yield* collectInSteps(set, from, to, countItems(filter));
    return scope === 'one' ? found.filter((id) => this.#parents[id] === base) : found;
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

  valuesOf(id: EntryId, type: AttributeType): readonly string[] {
    return this.#index.records.valuesOf(id, type.id);
  }

  findByName(name: string): UserMatch {
    return this.#logins.findByName(name);
  }

  findById(id: string): LoginUser | undefined {
    return this.#logins.findById(id);
  }

  entriesNamed(normalDn: string): Uint32Array {
    const found = new IdList(1);
    const named = this.#index.attribute(entryDn).bearersOf(toByteString(normalDn));
    named.collect(0, this.counts.entries, found);
    return found.view();
  }

  /** Where the entries lie that a search looks at; those of `one` are among them. */
  #rangeOf(base: EntryId, scope: Scope, view: View): { readonly from: number; readonly to: number } {
    const visible = this.#visibleRange(view);
    return {
      from: Math.max(scope === 'one' || scope === 'subordinate' ? base + 1 : base, visible.from),
      to: Math.min(scope === 'base' ? base + 1 : (this.#subtreeEnds[base] ?? 0), visible.to),
    };
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
