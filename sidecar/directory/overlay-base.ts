import { localPartOf } from '../core/names.ts';
import { type AttributeName, attributeNamed, attributeTypes } from './attributes.ts';
import { DirectoryIndex } from './directory-index.ts';
import { escapeDnValue, formatNormalDn, parseDn } from './dn.ts';
import type { EntryAttribute } from './entries.ts';
import { type Grants, openGrants } from './grants.ts';
import { IdList } from './id-sets.ts';
import { type SnapshotBlock, type SnapshotHeader, wordsOf } from './layout.ts';
import { foldText, toByteString } from './string-preparation.ts';
import type { EntryName } from './tree.ts';
import { toKey } from './values.ts';

/** The units below the base that hold lists of members. */
export type ListUnit = 'groups' | 'privileges' | 'roles';

/** A block without its overlay. */
export function toBaseBlock({ header, memory, overlay }: SnapshotBlock): SnapshotBlock {
  return { header: overlay?.base ?? header, memory };
}

/** Reads what an overlay is made from out of the block below it: entries by what they are, whatever their ids. */
export class OverlayBase {
  readonly header: SnapshotHeader;
  readonly index: DirectoryIndex;
  /** The base entry and the units. */
  readonly base: EntryName;
  readonly units: Readonly<Record<'users' | ListUnit, EntryName>>;
  readonly #block: SnapshotBlock;
  #grantsOf: ((place: number) => Grants) | undefined;

  constructor(block: SnapshotBlock) {
    this.#block = block;
    this.header = block.header;
    this.index = new DirectoryIndex(block);
    const ends = wordsOf(block, 'subtreeEnds');
    const users = this.header.firstUser - 1;
    const groups = ends[users] ?? 0;
    const privileges = ends[groups] ?? 0;
    this.base = this.#nameOf(0);
    this.units = {
      users: this.#nameOf(users),
      groups: this.#nameOf(groups),
      privileges: this.#nameOf(privileges),
      roles: this.#nameOf(ends[privileges] ?? 0),
    };
  }

  /** Entries below a unit. */
  countBelow(unit: 'users' | ListUnit): number {
    const { groups, privileges, roles, users } = this.units;
    const ends = { users: groups.id, groups: privileges.id, privileges: roles.id, roles: this.header.counts.entries };
    return ends[unit] - { users, groups, privileges, roles }[unit].id - 1;
  }

  unitOf(list: number): ListUnit {
    const { privileges, roles } = this.units;
    if (list > roles.id) return 'roles';
    return list > privileges.id ? 'privileges' : 'groups';
  }

  toUserDn(login: string): string {
    return `uid=${escapeDnValue(login)},${this.units.users.text}`;
  }

  toListDn(unit: ListUnit, label: string): string {
    return `cn=${escapeDnValue(label)},${this.units[unit].text}`;
  }

  findUser(id: string): number | undefined {
    const { firstUser, counts } = this.header;
    return this.#findById(id, firstUser, firstUser + counts.users);
  }

  findGroup(id: string): number | undefined {
    return this.#findById(id, this.units.groups.id + 1, this.units.privileges.id);
  }

  /** The entry that is served under exactly this DN. */
  findDn(dn: string): number | undefined {
    const key = toByteString(formatNormalDn(parseDn(dn)));
    return this.#find('entryDN', key, 0, this.header.counts.entries).find((id) => this.dnOf(id) === dn);
  }

  /** Users whose login has a local part, given folded; at most `limit` of them that pass the test. */
  findByLocalPart(folded: string, limit: number, test: (id: number) => boolean): readonly number[] {
    const { table, postings } = this.index.attribute(attributeNamed('uid'));
    const prefix = `${toByteString(folded)}@`;
    const found: number[] = [];
    for (let value = table.lowerBound(prefix); value < table.count && found.length < limit; value++) {
      if (!table.keyAt(value).startsWith(prefix)) break;
      const ids = new IdList();
      postings.addTo(ids, value);
      for (const id of ids.view()) if (foldLocalPart(this.valueOf(id, 'uid')) === folded && test(id)) found.push(id);
    }
    return found;
  }

  /** The latest modifyTimestamp (as served) of the users and groups that pass the test; undefined when none does. */
  latestChange(test: (id: number) => boolean): string | undefined {
    const { table, postings } = this.index.attribute(attributeNamed('modifyTimestamp'));
    // Every value of the table is a time, and they are sorted.
    for (let value = table.count - 1; value >= 0; value--) {
      const found = new IdList();
      postings.setOf(value).collect(this.header.firstUser, this.units.privileges.id, found);
      for (const id of found.view())
        if (id !== this.units.groups.id && test(id)) return this.valueOf(id, 'modifyTimestamp');
    }
    return undefined;
  }

  dnOf(id: number): string {
    return this.index.records.dnOf(id);
  }

  valuesOf(id: number, attribute: AttributeName): readonly string[] {
    return this.index.records.valuesOf(id, attributeNamed(attribute).id);
  }

  valueOf(id: number, attribute: AttributeName): string {
    return this.valuesOf(id, attribute)[0] ?? '';
  }

  /** An entry's attributes as served, `member` left out: it may have a hundred thousand values. */
  attributesOf(id: number): EntryAttribute[] {
    const { records } = this.index;
    const shape = records.shapeOf(id);
    const attributes: EntryAttribute[] = [];
    for (let index = 0; index < shape.attributeCount; index++) {
      const type = attributeTypes[records.typeAt(id, index, shape)];
      if (type === undefined || type.name === 'member') continue;
      attributes.push([type.name as AttributeName, records.valuesOf(id, type.id)]);
    }
    return attributes;
  }

  grantsOf(user: number): Grants {
    this.#grantsOf ??= openGrants(this.#block);
    return this.#grantsOf(user - this.header.firstUser);
  }

  #findById(uuid: string, from: number, to: number): number | undefined {
    const key = toKey('uuid', uuid);
    return key === undefined ? undefined : this.#find('entryUUID', key, from, to)[0];
  }

  #find(attribute: AttributeName, key: string, from: number, to: number): number[] {
    const found = new IdList();
    this.index.attribute(attributeNamed(attribute)).bearersOf(key).collect(from, to, found);
    return [...found.view()];
  }

  #nameOf(id: number): EntryName {
    const text = this.dnOf(id);
    return { id, text, normal: formatNormalDn(parseDn(text)) };
  }
}

/** The local part of a login in the form that decides whether it is unique. */
export function foldLocalPart(login: string): string {
  return foldText(localPartOf(login));
}
