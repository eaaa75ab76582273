import type { View } from '../core/access.ts';
import type { LoginUser, UserMatch } from '../core/ports/user-directory.ts';
import { type AttributeType, attributeNamed } from './attributes.ts';
import { collectInSteps } from './collect-in-steps.ts';
import { compileFilter, countItems } from './compile-filter.ts';
import { DirectoryIndex } from './directory-index.ts';
import { findAncestor, findEntry, type NamedEntries } from './dn-lookup.ts';
import { sizeOfSelected, writeSelected } from './entry-writer.ts';
import type { PlannedFilter } from './filter.ts';
import { IdList, type IdSet } from './id-sets.ts';
import { baseKeyOf, type SnapshotBlock, type SnapshotOverlay, wordsOf } from './layout.ts';
import { LoginIndex } from './login-index.ts';
import { mergeAscending, OverlaidIds } from './overlaid-ids.ts';
import { toBaseBlock } from './overlay-base.ts';
import { type OverlayPlaces, openPlaces } from './overlay-block.ts';
import { OverlayIndex } from './overlay-index.ts';
import { OverlayLogins } from './overlay-logins.ts';
import { OverlayRecords } from './overlay-records.ts';
import { createSelector } from './selections.ts';
import type { EntryId, Scope, Selection, Snapshot } from './snapshot.ts';
import { toByteString } from './string-preparation.ts';

const entryDn = attributeNamed('entryDN');

/**
 * A block with an overlay on it. Whether a filter is true for an entry depends on that entry alone; so each filter is answered twice,
 * for the entries below less those hidden and for those of the overlay. An entry that takes another's place has its id; a new one has
 * an id behind all of the block's, and so behind its parent's.
 */
export class OverlaidSnapshot implements Snapshot, NamedEntries {
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
  readonly #below: DirectoryIndex;
  readonly #above: OverlayIndex;
  readonly #records: OverlayRecords;
  readonly #logins: OverlayLogins;
  readonly #ids: OverlaidIds;
  readonly #places: OverlayPlaces;
  readonly #parents: Uint32Array;
  readonly #subtreeEnds: Uint32Array;
  readonly #users: Uint32Array;

  constructor(block: SnapshotBlock, overlay: SnapshotOverlay) {
    const { generation, publishedAtMs, changedAtMs, baseDn, counts } = block.header;
    this.generation = generation;
    this.publishedAt = new Date(publishedAtMs);
    this.changedAt = new Date(changedAtMs);
    this.baseDn = baseDn;
    this.counts = counts;
    this.keptNumbers = block.header.keptNumbers ?? [];
    this.baseKey = baseKeyOf(block);
    const base = toBaseBlock(block);
    const places = openPlaces(overlay);
    const ids = new OverlaidIds(places);
    this.#places = places;
    this.#ids = ids;
    this.#below = new DirectoryIndex(base);
    this.#above = new OverlayIndex(overlay, places, this.#below, (id) => ids.isHidden(id));
    this.#records = new OverlayRecords(this.#above.records, this.#below.records, places);
    const logins = [new LoginIndex(overlay, this.#above), new LoginIndex(base, this.#below)] as const;
    this.#logins = new OverlayLogins(overlay, ...logins, ids);
    this.#parents = wordsOf(base, 'parents');
    this.#subtreeEnds = wordsOf(base, 'subtreeEnds');
    const { firstUser, counts: own } = overlay.header;
    this.#users = places.ids.subarray(firstUser, firstUser + own.users);
  }

  /** DNs of the users that the overlay holds. */
  overlaidUsers(): string[] {
    return Array.from(this.#users, (id) => this.dnOf(id));
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
    const below = compileFilter(filter, this.#below);
    const above = compileFilter(filter, this.#above);
    const only = this.#findOnlyVisible(view);
    if (only === 'none') return new Uint32Array();
    const isWanted = (id: EntryId) => (only === undefined || only === id) && this.#isInScope(id, base, scope);
    if (only !== undefined || scope === 'base') {
      const id = only ?? base;
      if (!isWanted(id)) return new Uint32Array();
      const place = this.#ids.placeOf(id);
      const isFound = place === undefined ? below.has(id) : above.has(place);
      return isFound ? Uint32Array.of(id) : new Uint32Array();
    }
    const found = new IdList();
    below.collect(scope === 'sub' ? base : base + 1, this.#endOf(base), found);
    return this.#addOverlaid(found.view(), above, base, scope);
  }

  *searchInSteps(base: EntryId, scope: Scope, filter: PlannedFilter, view: View) {
    if (scope === 'base' || this.#findOnlyVisible(view) !== undefined) return this.search(base, scope, filter, view);
    const below = compileFilter(filter, this.#below);
    const above = compileFilter(filter, this.#above);
    const from = scope === 'sub' ? base : base + 1;
    const found = yield* collectInSteps(below, from, this.#endOf(base), countItems(filter));
    return this.#addOverlaid(found, above, base, scope);
  }

  writeEntry(id: EntryId, selection: Selection, target: Uint8Array, offset: number): number {
    const place = this.#ids.placeOf(id);
    if (place === undefined) return writeSelected(this.#below.records, id, selection, target, offset);
    return this.#records.write(place, selection, target, offset);
  }

  entrySize(id: EntryId, selection: Selection): number {
    const place = this.#ids.placeOf(id);
    if (place === undefined) return sizeOfSelected(this.#below.records, id, selection);
    return this.#records.sizeOf(place, selection);
  }

  dnOf(id: EntryId): string {
    const place = this.#ids.placeOf(id);
    return place === undefined ? this.#below.records.dnOf(id) : this.#records.dnOf(place);
  }

  valuesOf(id: EntryId, type: AttributeType): readonly string[] {
    const place = this.#ids.placeOf(id);
    return place === undefined ? this.#below.records.valuesOf(id, type.id) : this.#records.valuesOf(place, type);
  }

  findByName(name: string): UserMatch {
    return this.#logins.findByName(name);
  }

  findById(id: string): LoginUser | undefined {
    return this.#logins.findById(id);
  }

  entriesNamed(normalDn: string): readonly EntryId[] {
    const key = toByteString(normalDn);
    const found = (index: DirectoryIndex) => {
      const ids = new IdList(1);
      index.attribute(entryDn).bearersOf(key).collect(0, index.entryCount, ids);
      return [...ids.view()];
    };
    const below = found(this.#below).filter((id) => !this.#ids.isHidden(id));
    return [...below, ...found(this.#above).map((place) => this.#ids.idAt(place))];
  }

  /** Undefined = everything is visible. */
  #findOnlyVisible(view: View): EntryId | 'none' | undefined {
    if (view.kind === 'everything') return undefined;
    return (view.kind === 'self' ? this.#logins.findEntryById(view.userId) : undefined) ?? 'none';
  }

  /** Whether an entry can be a search base: something at or below it is visible. */
  #leadsToVisible(id: EntryId, view: View): boolean {
    const only = this.#findOnlyVisible(view);
    return only === undefined || (only !== 'none' && this.#isInScope(only, id, 'sub'));
  }

  /** Nothing is below an entry that came with the overlay. */
  #endOf(base: EntryId): EntryId {
    return this.#subtreeEnds[base] ?? base;
  }

  /** Takes from what the base has found, below `base`, what is hidden; adds what the overlay has. */
  #addOverlaid(found: Uint32Array, above: IdSet, base: EntryId, scope: Scope): Uint32Array {
    const left = this.#ids.withoutHidden(found);
    const inScope = scope === 'one' ? left.filter((id) => this.#parents[id] === base) : left;
    const own = new IdList();
    above.collect(0, this.#above.entryCount, own);
    const overlaid = own.view().map((place) => this.#ids.idAt(place));
    return mergeAscending(inScope, overlaid.filter((id) => this.#isInScope(id, base, scope)).sort()).slice();
  }

  #isInScope(id: EntryId, base: EntryId, scope: Scope): boolean {
    if (id === base) return scope === 'base' || scope === 'sub';
    if (scope === 'base') return false;
    const parent = this.#parentOf(id);
    if (parent === base) return true;
    return scope !== 'one' && parent !== id && this.#isInScope(parent, base, 'sub');
  }

  /** The base entry is its own parent. */
  #parentOf(id: EntryId): EntryId {
    const place = this.#ids.placeOf(id);
    return (place === undefined ? this.#parents[id] : this.#places.parents[place]) ?? 0;
  }
}
