import type { AccessScope, View } from '../core/access.ts';
import type { LoginUser, UserMatch } from '../core/ports/user-directory.ts';
import { type AttributeType, findAttribute } from './attributes.ts';
import { findAncestor, findEntry, type NamedEntries } from './dn-lookup.ts';
import { maskOf } from './entry-writer.ts';
import type { PlannedFilter } from './filter.ts';
import { rewriteFilter } from './rewrite-filter.ts';
import { ScopedFilters } from './scoped-filters.ts';
import { ScopedValues } from './scoped-values.ts';
import type { EntryId, Scope, Selection, Snapshot } from './snapshot.ts';
import { transformEntry } from './transform-entry.ts';
import { findNamed, findVisible, type VisibleEntries } from './visible-entries.ts';

const everything: View = { kind: 'everything' };
const noIds = new Uint32Array();

/**
 * A snapshot without what lies outside a scope's domains, groups and role: it answers as one would that was built from a directory
 * where those users and groups are not. (Short names stay those of the whole directory, for they are names to log in by.) Filters and
 * answers are changed on their way; the whole snapshot's indexes and records do the work.
 */
export class ScopedSnapshot implements Snapshot, NamedEntries {
  readonly whole: Snapshot;
  readonly generation: number;
  readonly publishedAt: Date;
  readonly changedAt: Date;
  readonly baseDn: string;
  readonly counts: Snapshot['counts'];
  readonly keptNumbers: Snapshot['keptNumbers'];
  readonly #visible: VisibleEntries;
  readonly #values: ScopedValues;
  readonly #filters: ScopedFilters;
  #last: { readonly id: EntryId; readonly selection: Selection; readonly entry: Buffer } | undefined;

  constructor(whole: Snapshot, scope: AccessScope) {
    this.whole = whole;
    this.generation = whole.generation;
    this.publishedAt = whole.publishedAt;
    this.changedAt = whole.changedAt;
    this.baseDn = whole.baseDn;
    this.keptNumbers = whole.keptNumbers;
    this.#visible = findVisible(whole, scope);
    const { all, users, groups } = this.#visible;
    this.counts = { users: users.ids.length, groups: groups.length, entries: all.ids.length };
    this.#values = new ScopedValues(whole, this.#visible);
    this.#filters = new ScopedFilters(whole, this.#visible, this.#values);
  }

  findDn(dn: string, view: View): EntryId | undefined {
    if (!seesAnything(view)) return undefined;
    return findEntry(dn, this);
  }

  matchedDn(dn: string, view: View): string {
    const id = seesAnything(view) ? findAncestor(dn, this, () => true) : undefined;
    return id === undefined ? '' : this.dnOf(id);
  }

  entriesNamed(normalDn: string): Uint32Array {
    return this.#keepVisible(findNamed(this.whole, Buffer.from(normalDn)));
  }

  search(base: EntryId, scope: Scope, filter: PlannedFilter, view: View): Uint32Array {
    if (!seesAnything(view) || !this.#visible.all.has(base)) return noIds;
    return this.#keepVisible(this.whole.search(base, scope, this.#rewrite(filter), everything));
  }

  *searchInSteps(base: EntryId, scope: Scope, filter: PlannedFilter, view: View) {
    if (!seesAnything(view) || !this.#visible.all.has(base)) return noIds;
    return this.#keepVisible(yield* this.whole.searchInSteps(base, scope, this.#rewrite(filter), everything));
  }

  select(attributes: readonly string[], typesOnly: boolean): Selection {
    return this.whole.select(attributes, typesOnly);
  }

  writeEntry(id: EntryId, selection: Selection, target: Uint8Array, offset: number): number {
    const entry = this.#transform(id, selection);
    if (entry === undefined) return this.whole.writeEntry(id, selection, target, offset);
    if (offset + entry.length > target.length) throw new RangeError(`an entry of ${entry.length} octets does not fit`);
    target.set(entry, offset);
    return offset + entry.length;
  }

  entrySize(id: EntryId, selection: Selection): number {
    return this.#transform(id, selection)?.length ?? this.whole.entrySize(id, selection);
  }

  dnOf(id: EntryId): string {
    return this.whole.dnOf(id);
  }

  valuesOf(id: EntryId, type: AttributeType): readonly string[] {
    return this.#values.ownOf(id, type) ?? this.whole.valuesOf(id, type);
  }

  findByName(name: string): UserMatch {
    return this.whole.findByName(name);
  }

  findById(id: string): LoginUser | undefined {
    return this.whole.findById(id);
  }

  #rewrite(filter: PlannedFilter): PlannedFilter {
    return rewriteFilter(filter, (item) => this.#filters.rewriteItem(item));
  }

  #keepVisible(ids: Uint32Array): Uint32Array {
    return ids.filter((id) => this.#visible.all.has(id));
  }

  /** The entry where it is not the whole snapshot's; size and octets of one are asked for one after the other. */
  #transform(id: EntryId, selection: Selection): Buffer | undefined {
    const mask = maskOf(selection);
    if (!this.#values.changedTypes(id).some((type) => mask[type.id] === 1)) return undefined;
    if (this.#last?.id === id && this.#last.selection === selection) return this.#last.entry;
    const full: Selection = { typesOnly: false, wanted: selection.wanted };
    const raw = Buffer.allocUnsafe(this.whole.entrySize(id, full));
    const end = this.whole.writeEntry(id, full, raw, 0);
    const entry = transformEntry(raw.subarray(0, end), selection.typesOnly, (name) => {
      const type = findAttribute(name);
      return type && this.#values.ownOf(id, type);
    });
    this.#last = { id, selection, entry };
    return entry;
  }
}

/** Nobody and users are not served through a scope. */
function seesAnything({ kind }: View): boolean {
  return kind === 'scoped' || kind === 'everything';
}
