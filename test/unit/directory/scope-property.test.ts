import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { AccessScope } from '../../../sidecar/core/access.ts';
import { resolveLinks } from '../../../sidecar/core/manual-users/links.ts';
import type { Directory } from '../../../sidecar/core/model.ts';
import { domainOf, type GroupName } from '../../../sidecar/core/names.ts';
import { buildSnapshot, openSnapshot } from '../../../sidecar/directory/builder.ts';
import type { Filter } from '../../../sidecar/directory/filter.ts';
import type { SnapshotBlock } from '../../../sidecar/directory/layout.ts';
import { applyDelta } from '../../../sidecar/directory/overlay-builder.ts';
import { findDelta } from '../../../sidecar/directory/overlay-delta.ts';
import { ScopedSnapshot } from '../../../sidecar/directory/scoped-snapshot.ts';
import type { Scope, Snapshot } from '../../../sidecar/directory/snapshot.ts';
import { directories, edits } from './overlay-edits.ts';
import { combineFilters, type FilterPlan, showFilter } from './random-filter.ts';
import { and, everything, extensible, not, or, present, publishedAt, readEntry } from './reading.ts';

const build = (directory: Directory) => buildSnapshot(directory, { baseDn: 'o=icewarp', publishedAt });
const open = (block: SnapshotBlock) => openSnapshot(structuredClone(block));

/** The directory without what a scope does not show: a second, naive reading. */
function removeHidden(stored: Directory, { domains, groups, role }: AccessScope): Directory {
  // A manual user's state is that of its account, which may itself be hidden.
  const directory = resolveLinks(stored);
  const users = [...directory.users.values()].filter(
    (user) =>
      (domains.length === 0 || domains.includes(domainOf(user.login))) &&
      (groups.length === 0 ||
        user.memberships.some(({ groupId }) => groups.some((name) => directory.groups.get(groupId)?.name === name))) &&
      (role === undefined || user.roles.includes(role) || user.privileges.includes(role)),
  );
  const kept = [...directory.groups.values()].filter(
    ({ id, name }) =>
      (domains.length === 0 || domains.includes(domainOf(name))) &&
      (groups.length === 0 || groups.includes(name)) &&
      (role === undefined || users.some(({ memberships }) => memberships.some(({ groupId }) => groupId === id))),
  );
  const unlinked = users.map((user) => ({ ...user, passwordOf: undefined }));
  const byId = <Item extends { readonly id: string }>(items: readonly Item[]) =>
    new Map(items.map((item) => [item.id, item]));
  return { ...directory, users: byId(unlinked), groups: byId(kept) };
}

const scopes: fc.Arbitrary<AccessScope> = fc.record({
  domains: fc.subarray(['a.com', 'g.com', 'b.com']),
  groups: fc.subarray(['g0@g.com', 'g1@g.com', 'old@g.com', 'none@g.com'] as GroupName[], { maxLength: 2 }),
  role: fc.option(fc.constantFrom('auditor', 'Auditor', 'Ärzte', 'LogOn', 'ReadArchive:a@a.com', 'nobody'), {
    nil: undefined,
  }),
  attributes: fc.constant([]),
});

const rules = [
  'distinguishedNameMatch',
  '2.5.13.1',
  'integerMatch',
  'booleanMatch',
  'generalizedTimeMatch',
  'caseExactMatch',
];
const extensibleItem: fc.Arbitrary<FilterPlan> = fc
  .tuple(
    fc.constantFrom(undefined, undefined, 'member', 'memberOf', 'numSubordinates', 'createTimestamp', 'cn'),
    fc.constantFrom(...rules),
    fc.nat(1000),
    fc.boolean(),
  )
  .map(([attribute, rule, place, dnAttributes]) => (values) => {
    // A short name is the whole directory's: a value with an @ is none.
    const text = values.filter((value) => attribute !== undefined || !/^[^@=]*[a-z]/i.test(value));
    return { ...extensible(attribute, rule, text[place % text.length] ?? ''), dnAttributes } as Filter;
  });
const counted: fc.Arbitrary<FilterPlan> = fc
  .tuple(fc.constantFrom('equal', 'greaterOrEqual', 'lessOrEqual'), fc.nat(8))
  .map(
    ([kind, number]) =>
      () =>
        ({ kind, attribute: 'numSubordinates', value: Buffer.from(String(number)) }) as Filter,
  );
const mixed: fc.Arbitrary<FilterPlan> = fc
  .tuple(fc.oneof(combineFilters(2), extensibleItem, counted), fc.oneof(combineFilters(1), extensibleItem), fc.nat(3))
  .map(([one, other, way]) => (values) => {
    if (way === 0) return not(one(values));
    if (way === 1) return one(values);
    return way === 2 ? and(not(one(values)), other(values)) : or(one(values), not(other(values)));
  });

/** Short names are those of the whole directory in every scope: see ScopedSnapshot. */
function withoutShortNames(filter: Filter): Filter {
  if (filter.kind === 'not') return not(withoutShortNames(filter.filter));
  if ('filters' in filter) return { kind: filter.kind, filters: filter.filters.map(withoutShortNames) };
  return filter.attribute?.toLowerCase() === 'samaccountname' ? { ...filter, attribute: 'uid' } : filter;
}

const toFolded = (dn: string) => dn.normalize('NFKC').toLowerCase();
const all = (snapshot: Snapshot) => [...snapshot.search(0, 'sub', and(), everything)];
const sortedDns = (snapshot: Snapshot, ids: Iterable<number>) => [...ids].map((id) => snapshot.dnOf(id)).sort();

function readAll(snapshot: Snapshot, attributes: readonly string[], typesOnly = false) {
  const entries = all(snapshot).map((id) => readEntry(snapshot, id, attributes, typesOnly));
  return new Map(
    entries
      .sort((a, b) => (a.dn < b.dn ? -1 : 1))
      .map(({ dn, attributes: own }) => [
        dn,
        [...own].filter(([name]) => name !== 'sAMAccountName').map(([name, values]) => [name, values.toSorted()]),
      ]),
  );
}

function assertSame(
  full: Snapshot,
  scoped: Snapshot,
  removed: Snapshot,
  plans: readonly (readonly [FilterPlan, Scope, number])[],
) {
  for (const attributes of [['*', '+'], ['member'], ['memberOf', 'numSubordinates'], ['cn']]) {
    assert.deepEqual(readAll(scoped, attributes), readAll(removed, attributes));
  }
  assert.deepEqual(readAll(scoped, ['*', '+'], true), readAll(removed, ['*', '+'], true));
  assert.deepEqual(scoped.counts, removed.counts);
  const dns = sortedDns(full, all(full));
  for (const dn of dns.flatMap((own) => [own, own.toUpperCase(), `cn=x,${own}`])) {
    const named = (snapshot: Snapshot) => {
      const id = snapshot.findDn(dn, everything);
      return id === undefined ? undefined : snapshot.dnOf(id);
    };
    assert.equal(named(scoped), named(removed), dn);
    // Of two DNs that are equal by the rule, which one is named as the nearest above is not said.
    const matched = (snapshot: Snapshot) => toFolded(snapshot.matchedDn(dn, everything));
    assert.equal(matched(scoped), matched(removed), dn);
  }
  // Assertions are taken from the full directory: hidden values are tried, too.
  const values = all(full).flatMap((id) => [...readEntry(full, id).attributes.values()].flat());
  const bases = sortedDns(removed, all(removed));
  for (const attribute of ['member', 'memberOf']) {
    for (const filter of [present(attribute), not(present(attribute))]) {
      const dns = (snapshot: Snapshot) => sortedDns(snapshot, snapshot.search(0, 'sub', filter, everything));
      assert.deepEqual(dns(scoped), dns(removed), showFilter(filter));
    }
  }
  for (const [plan, scope, place] of plans) {
    const filter = withoutShortNames(plan(values));
    const base = bases[place % bases.length] ?? '';
    const search = (snapshot: Snapshot) =>
      sortedDns(snapshot, snapshot.search(snapshot.findDn(base, everything) ?? 0, scope, filter, everything));
    assert.deepEqual(search(scoped), search(removed), `${scope} of ${base}: ${showFilter(filter)}`);
    const steps = scoped.searchInSteps(scoped.findDn(base, everything) ?? 0, scope, filter, everything);
    let step = steps.next();
    while (step.done !== true) step = steps.next();
    assert.deepEqual(sortedDns(scoped, step.value), search(scoped));
  }
}

const searchScopes: fc.Arbitrary<Scope> = fc.constantFrom('base', 'one', 'sub', 'sub', 'sub', 'subordinate');
const searches = fc.array(fc.tuple(mixed, searchScopes, fc.nat(1000)), { minLength: 40, maxLength: 40 });
const numRuns = Number(process.env.DIRECTORY_SCOPE_RUNS ?? 40);

describe('a scope', () => {
  it('answers as a directory from which everything hidden was removed', () => {
    const check = fc.property(directories, scopes, searches, (directory, scope, plans) => {
      const full = open(build(directory));
      assertSame(full, new ScopedSnapshot(full, scope), open(build(removeHidden(directory, scope))), plans);
    });
    fc.assert(check, { numRuns, endOnFailure: true });
  });

  it('answers so when deltas lie over the directory', () => {
    const changes = fc.array(edits, { minLength: 1, maxLength: 5 });
    const check = fc.property(directories, changes, scopes, searches, (first, steps, scope, plans) => {
      const stamp = new Date(Date.UTC(2026, 1, 1));
      const edited = steps.reduce((before, edit) => edit(before, stamp), first);
      const next = { ...edited, generation: first.generation + 1 };
      const delta = findDelta(first, next, publishedAt);
      const block = delta && applyDelta(build(first), delta);
      assert.ok(block !== undefined);
      const full = open(block);
      assertSame(full, new ScopedSnapshot(full, scope), open(build(removeHidden(next, scope))), plans);
    });
    fc.assert(check, { numRuns, endOnFailure: true });
  });
});
