import { type AttributeType, attributeNamed } from './attributes.ts';
import { type AttributeIndex, DirectoryIndex } from './directory-index.ts';
import { createListSet, createSetOf, IdList, type IdSet, lowerBound } from './id-sets.ts';
import type { SnapshotOverlay } from './layout.ts';
import type { OverlayPlaces } from './overlay-block.ts';

const member = attributeNamed('member');
const memberOf = attributeNamed('memberOf');
const entryDn = attributeNamed('entryDN');

/**
 * Reads an overlay's records and indexes, by place in the overlay. Of its lists it knows those members alone that the entries below do
 * not have; so who is a member is asked of the users, above and below, whose `memberOf` says the same.
 */
export class OverlayIndex extends DirectoryIndex {
  readonly #below: DirectoryIndex;
  readonly #firstList: number;
  readonly #places: OverlayPlaces;
  readonly #isHidden: (id: number) => boolean;
  #member: AttributeIndex | undefined;
  #lists: ReadonlyMap<string, number> | undefined;

  constructor(
    overlay: SnapshotOverlay,
    places: OverlayPlaces,
    below: DirectoryIndex,
    isHidden: (id: number) => boolean,
  ) {
    super(overlay);
    this.#below = below;
    this.#firstList = overlay.header.firstUser + overlay.header.counts.users;
    this.#places = places;
    this.#isHidden = isHidden;
  }

  override setOfEntries(ids: Uint32Array): IdSet {
    const places = this.#places.ids;
    const own = new IdList();
    for (let place = 0; place < this.entryCount; place++)
      if (ids[lowerBound(ids, places[place] ?? 0)] === places[place]) own.push(place);
    return createListSet(own.toArray());
  }

  override attribute(type: AttributeType): AttributeIndex {
    if (type.id !== member.id) return super.attribute(type);
    this.#member ??= {
      ...super.attribute(type),
      presence: this.#findFilledLists(super.attribute(type).presence),
      bearersOf: (key) => this.#findListsWith(key),
    };
    return this.#member;
  }

  #findFilledLists(withAdded: IdSet): IdSet {
    const filled = new IdList();
    for (let place = this.#firstList; place < this.entryCount; place++) {
      if (withAdded.has(place) || this.#places.keptOf(place).length > 0) filled.push(place);
    }
    return createListSet(filled.toArray());
  }

  /** `key` is that of a member's DN. */
  #findListsWith(key: string): IdSet {
    const lists = this.#listsByDn();
    const found = new IdList();
    const addListsOf = (index: DirectoryIndex, user: number) => {
      for (const dn of index.records.valuesOf(user, memberOf.id)) {
        const list = lists.get(dn);
        if (list !== undefined) found.push(list);
      }
    };
    for (const user of usersNamed(this, key)) addListsOf(this, user);
    for (const user of usersNamed(this.#below, key)) if (!this.#isHidden(user)) addListsOf(this.#below, user);
    return createSetOf(found.view(), this.entryCount);
  }

  #listsByDn(): ReadonlyMap<string, number> {
    if (this.#lists === undefined) {
      const lists = new Map<string, number>();
      for (let place = this.#firstList; place < this.entryCount; place++) lists.set(this.records.dnOf(place), place);
      this.#lists = lists;
    }
    return this.#lists;
  }
}

function usersNamed(index: DirectoryIndex, key: string): Uint32Array {
  const found = new IdList();
  index.attribute(entryDn).bearersOf(key).collect(0, index.entryCount, found);
  return found.view();
}
