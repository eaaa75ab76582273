import type { View } from '../core/access.ts';
import type { LoginUser, UserMatch } from '../core/ports/user-directory.ts';
import { type AttributeType, attributeNamed } from './attributes.ts';
import { type FilterItem, type PlannedFilter, undefinedFilter } from './filter.ts';
import { rewriteFilter } from './rewrite-filter.ts';
import { rememberSelections } from './selections.ts';
import type { DerivedAttribute, Shape, ShapedEntry } from './shape.ts';
import { type ShapedWish, selectShaped, toTypeName } from './shaped-selections.ts';
import type { EntryId, Scope, Selection, Snapshot } from './snapshot.ts';
import { transformEntry } from './transform-entry.ts';

const objectClass = attributeNamed('objectClass');

/** A snapshot with other attributes: some hidden, some derived from what is stored. Which entries there are stays as it is. */
export class ShapedSnapshot implements Snapshot {
  readonly whole: Snapshot;
  readonly generation: number;
  readonly publishedAt: Date;
  readonly changedAt: Date;
  readonly baseDn: string;
  readonly counts: Snapshot['counts'];
  readonly keptNumbers: Snapshot['keptNumbers'];
  readonly select: Snapshot['select'];
  readonly #below: Snapshot;
  readonly #shape: Shape;
  readonly #derived: ReadonlyMap<string, DerivedAttribute>;
  #last: { readonly id: EntryId; readonly selection: Selection; readonly entry: Buffer } | undefined;

  constructor(below: Snapshot, shape: Shape) {
    this.whole = below.whole;
    this.generation = below.generation;
    this.publishedAt = below.publishedAt;
    this.changedAt = below.changedAt;
    this.baseDn = below.baseDn;
    this.counts = below.counts;
    this.keptNumbers = below.keptNumbers;
    this.#below = below;
    this.#shape = shape;
    this.#derived = new Map(shape.derived.map((attribute) => [attribute.name, attribute]));
    this.select = rememberSelections((attributes, typesOnly) => selectShaped(shape, below, attributes, typesOnly));
  }

  findDn(dn: string, view: View): EntryId | undefined {
    return this.#below.findDn(dn, view);
  }

  matchedDn(dn: string, view: View): string {
    return this.#below.matchedDn(dn, view);
  }

  search(base: EntryId, scope: Scope, filter: PlannedFilter, view: View): Uint32Array {
    return this.#below.search(base, scope, this.#rewrite(filter), view);
  }

  searchInSteps(base: EntryId, scope: Scope, filter: PlannedFilter, view: View) {
    return this.#below.searchInSteps(base, scope, this.#rewrite(filter), view);
  }

  writeEntry(id: EntryId, selection: Selection, target: Uint8Array, offset: number): number {
    const { below, derived } = selection.wanted as ShapedWish;
    if (derived.length === 0) return this.#below.writeEntry(id, below, target, offset);
    const entry = this.#transform(id, selection);
    if (offset + entry.length > target.length) throw new RangeError(`an entry of ${entry.length} octets does not fit`);
    target.set(entry, offset);
    return offset + entry.length;
  }

  entrySize(id: EntryId, selection: Selection): number {
    const { below, derived } = selection.wanted as ShapedWish;
    return derived.length === 0 ? this.#below.entrySize(id, below) : this.#transform(id, selection).length;
  }

  dnOf(id: EntryId): string {
    return this.#below.dnOf(id);
  }

  /** Values that are octets and no text are not given. */
  valuesOf(id: EntryId, type: AttributeType): readonly string[] {
    if (this.#shape.hides(type.name)) return [];
    const derived = this.#derived.get(type.name);
    if (derived === undefined) return this.#below.valuesOf(id, type);
    return derived.valuesOf(this.#entryAt(id)).filter((value) => typeof value === 'string');
  }

  findByName(name: string): UserMatch {
    return this.#below.findByName(name);
  }

  findById(id: string): LoginUser | undefined {
    return this.#below.findById(id);
  }

  #rewrite(filter: PlannedFilter): PlannedFilter {
    return rewriteFilter(filter, (item) => this.#rewriteItem(item));
  }

  #rewriteItem(item: FilterItem & { readonly attribute: string }): PlannedFilter {
    const name = toTypeName(item.attribute);
    if (this.#shape.hides(name)) return undefinedFilter;
    return this.#derived.get(name)?.plan(item, this.#below) ?? item;
  }

  /** Size and octets of an entry are asked for one after the other. */
  #transform(id: EntryId, selection: Selection): Buffer {
    if (this.#last?.id === id && this.#last.selection === selection) return this.#last.entry;
    const { below, derived } = selection.wanted as ShapedWish;
    const raw = Buffer.allocUnsafe(this.#below.entrySize(id, below));
    const end = this.#below.writeEntry(id, below, raw, 0);
    const shaped = this.#entryAt(id);
    const added = derived.map((attribute) => [attribute.name, attribute.valuesOf(shaped)] as const);
    const entry = transformEntry(raw.subarray(0, end), selection.typesOnly, () => undefined, added);
    this.#last = { id, selection, entry };
    return entry;
  }

  #entryAt(id: EntryId): ShapedEntry {
    const classes = this.#below.valuesOf(id, objectClass);
    const kind = classes.includes('icewarpAccount')
      ? 'user'
      : classes.includes('icewarpGroup')
        ? 'group'
        : classes.includes('groupOfNames')
          ? 'grant'
          : 'unit';
    return { id, kind, snapshot: this.#below };
  }
}
