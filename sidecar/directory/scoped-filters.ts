import { type AttributeType, attributeNamed, findAttribute } from './attributes.ts';
import { type FilterItem, falseFilter, type PlannedFilter, undefinedFilter } from './filter.ts';
import { createItemTest } from './item-test.ts';
import type { ScopedValues } from './scoped-values.ts';
import type { EntryId, Snapshot } from './snapshot.ts';
import { toAssertionKey } from './values.ts';
import { findNamed, type VisibleEntries } from './visible-entries.ts';

const member = attributeNamed('member');
const memberOf = attributeNamed('memberOf');
const everything = { kind: 'everything' } as const;

/** Items of filters as a scope has them, in terms of the whole snapshot. They need be right for visible entries alone. */
export class ScopedFilters {
  readonly #whole: Snapshot;
  readonly #visible: VisibleEntries;
  readonly #values: ScopedValues;
  readonly #presence = new Map<AttributeType, PlannedFilter>();

  constructor(whole: Snapshot, visible: VisibleEntries, values: ScopedValues) {
    this.#whole = whole;
    this.#visible = visible;
    this.#values = values;
  }

  rewriteItem(item: FilterItem & { readonly attribute: string }): PlannedFilter {
    const type = findAttribute(item.attribute);
    if (type === undefined) return item;
    if (type === member || type === memberOf) {
      if (item.kind === 'present') return this.#isPresent(type);
      return 'value' in item ? this.#rewriteName(item, type, item.value) : item;
    }
    const changed = this.#values.changedBy(type);
    return changed.length === 0 ? item : this.#rewriteChanged(item, type, changed);
  }

  /** A value that names something hidden is FALSE, as one that names nothing: were it Undefined, that would tell the two apart. */
  #rewriteName(item: FilterItem, type: AttributeType, value: Uint8Array): PlannedFilter {
    const named = findNamed(this.#whole, value);
    const shown = named.filter((id) => this.#visible.all.has(id));
    if (shown.length === named.length) return item;
    if (toAssertionKey(type.syntax, value) === undefined || createItemTest(item, type) === undefined) return item;
    if (shown.length === 0) return falseFilter;
    const dns = new Set(Array.from(shown, (id) => this.#whole.dnOf(id)));
    const bearers = this.#whole.search(0, 'sub', item, everything);
    return {
      kind: 'entries',
      ids: bearers.filter((id) => this.#whole.valuesOf(id, type).some((dn) => dns.has(dn))),
    };
  }

  /** Whether anything visible is left of a membership. */
  #isPresent(type: AttributeType): PlannedFilter {
    const known = this.#presence.get(type);
    if (known !== undefined) return known;
    const found = new Set<EntryId>();
    for (const list of this.#values.lists()) {
      const members = this.#values.membersOf(list);
      if (type === memberOf) for (const id of members) found.add(id);
      else if (members.length > 0) found.add(list);
    }
    const filter: PlannedFilter = { kind: 'entries', ids: Uint32Array.from(found).sort() };
    this.#presence.set(type, filter);
    return filter;
  }

  #rewriteChanged(item: FilterItem, type: AttributeType, changed: readonly EntryId[]): PlannedFilter {
    const test = createItemTest(item, type);
    if (test === undefined) return undefinedFilter;
    const holds = changed.filter((id) => test(this.#values.ownOf(id, type) ?? []));
    const entries = (ids: readonly EntryId[]): PlannedFilter => ({
      kind: 'entries',
      ids: Uint32Array.from(ids).sort(),
    });
    const others: PlannedFilter = { kind: 'and', filters: [item, { kind: 'not', filter: entries(changed) }] };
    return { kind: 'or', filters: [entries(holds), others] };
  }
}
