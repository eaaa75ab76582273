import { type AttributeType, attributeNamed } from './attributes.ts';
import type { PlannedFilter } from './filter.ts';
import { formatTime } from './number-values.ts';
import type { EntryId, Snapshot } from './snapshot.ts';
import { findMembers, type VisibleEntries } from './visible-entries.ts';

const types = {
  member: attributeNamed('member'),
  memberOf: attributeNamed('memberOf'),
  created: attributeNamed('createTimestamp'),
  modified: attributeNamed('modifyTimestamp'),
  hasSubordinates: attributeNamed('hasSubordinates'),
  numSubordinates: attributeNamed('numSubordinates'),
} as const;
const ofUsers = [types.memberOf];
const ofGroups = [types.member];
const ofGrants = [types.member, types.created];
const ofStructure = [types.created, types.modified, types.hasSubordinates, types.numSubordinates];
const everything = { kind: 'everything' } as const;

/** What the entries of a scope say otherwise than the whole snapshot's: who is a member of what, how many are below, since when. */
export class ScopedValues {
  readonly #whole: Snapshot;
  readonly #visible: VisibleEntries;
  readonly #lists: ReadonlyMap<EntryId, 'group' | 'grant'>;
  readonly #structure: ReadonlySet<EntryId>;
  readonly #members = new Map<EntryId, Uint32Array>();
  #listDns: ReadonlySet<string> | undefined;
  #began: string | undefined;

  constructor(whole: Snapshot, visible: VisibleEntries) {
    this.#whole = whole;
    this.#visible = visible;
    const lists = new Map<EntryId, 'group' | 'grant'>();
    for (const id of visible.groups) lists.set(id, 'group');
    for (const id of visible.grants) lists.set(id, 'grant');
    this.#lists = lists;
    this.#structure = new Set(visible.structure);
  }

  /** The types whose values may be others. */
  changedTypes(id: EntryId): readonly AttributeType[] {
    if (this.#structure.has(id)) return ofStructure;
    const kind = this.#lists.get(id);
    return kind === undefined ? ofUsers : kind === 'group' ? ofGroups : ofGrants;
  }

  /** An attribute's values where they may be others than the whole snapshot's; undefined where they are not. */
  ownOf(id: EntryId, type: AttributeType): readonly string[] | undefined {
    if (!this.changedTypes(id).includes(type)) return undefined;
    switch (type) {
      case types.memberOf:
        return this.#whole.valuesOf(id, type).filter((dn) => this.#dnsOfLists().has(dn));
      case types.member:
        return Array.from(this.membersOf(id), (user) => this.#whole.dnOf(user));
      case types.created:
      case types.modified:
        return [this.#beganAt()];
      case types.hasSubordinates:
        return [this.#countBelow(id) > 0 ? 'TRUE' : 'FALSE'];
      default:
        return [String(this.#countBelow(id))];
    }
  }

  /** Entries other than users whose values of a type may be others. */
  changedBy(type: AttributeType): readonly EntryId[] {
    const { structure, grants } = this.#visible;
    if (type === types.created) return [...structure, ...grants];
    return ofStructure.includes(type) ? [...structure] : [];
  }

  /** Groups, privileges and roles. */
  lists(): Iterable<EntryId> {
    return this.#lists.keys();
  }

  /** Users of the scope who are members of a list. */
  membersOf(list: EntryId): Uint32Array {
    const known = this.#members.get(list);
    if (known !== undefined) return known;
    const members = findMembers(this.#whole, this.#whole.dnOf(list)).filter((id) => this.#visible.users.has(id));
    this.#members.set(list, members);
    return members;
  }

  #dnsOfLists(): ReadonlySet<string> {
    this.#listDns ??= new Set(Array.from(this.#lists.keys(), (id) => this.#whole.dnOf(id)));
    return this.#listDns;
  }

  #countBelow(id: EntryId): number {
    const all: PlannedFilter = { kind: 'and', filters: [] };
    return this.#whole.search(id, 'one', all, everything).filter((one) => this.#visible.all.has(one)).length;
  }

  /** Base and units begin with the first user or group (see entries.ts), of those that are shown. Found by halving, for the times are indexed. */
  #beganAt(): string {
    this.#began ??= this.#findBegin();
    return this.#began;
  }

  #findBegin(): string {
    const { users, groups } = this.#visible;
    const ids = Uint32Array.from([...users.ids, ...groups]).sort();
    const isBegunBy = (second: number) => {
      const value = Buffer.from(formatTime(new Date(second * 1000)));
      const filter: PlannedFilter = {
        kind: 'and',
        filters: [
          { kind: 'entries', ids },
          { kind: 'lessOrEqual', attribute: 'createTimestamp', value },
        ],
      };
      return this.#whole.search(0, 'sub', filter, everything).length > 0;
    };
    let late = Math.ceil(this.#whole.publishedAt.getTime() / 1000);
    if (!isBegunBy(late)) return formatTime(this.#whole.publishedAt);
    for (let early = -1; late - early > 1; ) {
      const middle = Math.floor((early + late) / 2);
      if (isBegunBy(middle)) late = middle;
      else early = middle;
    }
    return formatTime(new Date(late * 1000));
  }
}
