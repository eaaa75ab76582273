import type { AccessScope } from '../core/access.ts';
import { plainPrivileges } from '../core/mapping/rules.ts';
import { attributeNamed } from './attributes.ts';
import { escapeDnValue } from './dn.ts';
import type { FilterItem, PlannedFilter } from './filter.ts';
import type { EntryId, Snapshot } from './snapshot.ts';

/** The entries of a snapshot that a scope shows, by ascending id. */
export interface VisibleEntries {
  readonly all: IdMembership;
  readonly users: IdMembership;
  /** Base and units: always there. */
  readonly structure: Uint32Array;
  readonly groups: Uint32Array;
  /** Privileges and roles. */
  readonly grants: Uint32Array;
}

/** Ids with a quick answer to whether one is among them. */
export class IdMembership {
  readonly ids: Uint32Array;
  readonly #bits: Uint32Array;

  /** `ids` ascend. */
  constructor(ids: Uint32Array) {
    this.ids = ids;
    this.#bits = new Uint32Array(((ids.at(-1) ?? 0) >>> 5) + 1);
    for (const id of ids) this.#bits[id >>> 5] = (this.#bits[id >>> 5] ?? 0) | (1 << (id & 31));
  }

  has(id: EntryId): boolean {
    return (((this.#bits[id >>> 5] ?? 0) >>> (id & 31)) & 1) === 1;
  }
}

const commonName = attributeNamed('cn');
const memberOf = attributeNamed('memberOf');
const everything = { kind: 'everything' } as const;
const units = ['organization', 'organizationalUnit', 'domain'];

/** Finds what a scope shows, by the indexes: nothing is done for each entry of the directory. */
export function findVisible(whole: Snapshot, { domains, groups: listed, role }: AccessScope): VisibleEntries {
  const baseDn = whole.dnOf(0);
  const search = (filter: PlannedFilter) => whole.search(0, 'sub', filter, everything);
  const inDomains = (attribute: string) => anyOf(domains, (domain) => endsWith(attribute, `@${domain}`));
  const isMemberOf = (name: string, unit: string): PlannedFilter => {
    return { kind: 'entries', ids: findMembers(whole, `cn=${escapeDnValue(name)},ou=${unit},${baseDn}`) };
  };
  const holders = role === undefined ? [] : [isMemberOf(role, 'privileges'), isMemberOf(role, 'roles')];
  const isUser = allOf(
    equal('objectClass', 'icewarpAccount'),
    inDomains('uid'),
    anyOf(listed, (name) => isMemberOf(name, 'groups')),
    anyOf(holders, (holder) => holder),
  );
  const users = new IdMembership(search(isUser));
  const hasMember = (list: EntryId) => findMembers(whole, whole.dnOf(list)).some((id) => users.has(id));
  const isNamed = (list: EntryId, names: ReadonlySet<string>) =>
    whole.valuesOf(list, commonName).some((name) => names.has(name));
  const asked: ReadonlySet<string> = new Set(listed);
  const isGroup = allOf(
    equal('objectClass', 'icewarpGroup'),
    inDomains('cn'),
    anyOf(listed, (name) => equal('cn', name)),
  );
  const groups = search(isGroup).filter(
    (id) => (listed.length === 0 || isNamed(id, asked)) && (role === undefined || hasMember(id)),
  );
  const plain: ReadonlySet<string> = new Set(plainPrivileges);
  const grantsOf = (unit: string) => {
    const id = whole.findDn(`ou=${unit},${baseDn}`, everything);
    return id === undefined ? [] : [...whole.search(id, 'one', equal('objectClass', 'groupOfNames'), everything)];
  };
  const grants = Uint32Array.from([
    ...grantsOf('privileges').filter((id) => isNamed(id, plain) || hasMember(id)),
    ...grantsOf('roles').filter(hasMember),
  ]);
  const structure = search(anyOf(units, (name) => equal('objectClass', name)));
  const all = new IdMembership(Uint32Array.from([...structure, ...users.ids, ...groups, ...grants]).sort());
  return { all, users, structure, groups, grants };
}

/** All entries with a DN equal to this one by the matching rule; none for what is no DN. */
export function findNamed(whole: Snapshot, dn: Uint8Array): Uint32Array {
  return whole.search(0, 'sub', { kind: 'equal', attribute: 'entryDN', value: dn }, everything);
}

/** The users who bear the DN of a list in `memberOf`, exactly as it is served. */
export function findMembers(whole: Snapshot, dn: string): Uint32Array {
  const members = whole.search(0, 'sub', equal('memberOf', dn), everything);
  const isOnly = findNamed(whole, Buffer.from(dn)).every((id) => whole.dnOf(id) === dn);
  // Two names that differ only in what matching ignores are told apart by their letters.
  return isOnly ? members : members.filter((id) => whole.valuesOf(id, memberOf).includes(dn));
}

const nothingAsked: PlannedFilter = { kind: 'and', filters: [] };

function allOf(...filters: readonly PlannedFilter[]): PlannedFilter {
  return { kind: 'and', filters };
}

/** A filter for each item, any of which may be TRUE; TRUE when there is no item. */
function anyOf<Item>(items: readonly Item[], toFilter: (item: Item) => PlannedFilter): PlannedFilter {
  return items.length === 0 ? nothingAsked : { kind: 'or', filters: items.map(toFilter) };
}

function equal(attribute: string, value: string): FilterItem {
  return { kind: 'equal', attribute, value: Buffer.from(value) };
}

function endsWith(attribute: string, final: string): FilterItem {
  return { kind: 'substring', attribute, initial: undefined, any: [], final: Buffer.from(final) };
}
