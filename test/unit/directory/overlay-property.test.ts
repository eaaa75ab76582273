import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { Directory } from '../../../sidecar/core/model.ts';
import { buildSnapshot, openSnapshot } from '../../../sidecar/directory/builder.ts';
import { changedUsers } from '../../../sidecar/directory/changed-users.ts';
import type { Filter } from '../../../sidecar/directory/filter.ts';
import type { SnapshotBlock } from '../../../sidecar/directory/layout.ts';
import { applyDelta } from '../../../sidecar/directory/overlay-builder.ts';
import { findDelta } from '../../../sidecar/directory/overlay-delta.ts';
import type { Scope, Snapshot } from '../../../sidecar/directory/snapshot.ts';
import { toUuid } from './company.ts';
import { directories, type Edit, edits } from './overlay-edits.ts';
import { combineFilters, showFilter } from './random-filter.ts';
import { and, everything, extensible, publishedAt, readEntry } from './reading.ts';

interface Versions {
  readonly directory: Directory;
  readonly overlaid: Snapshot;
  /** Built whole from the same directory. */
  readonly whole: Snapshot;
}

const open = (block: SnapshotBlock) => openSnapshot(structuredClone(block));
const build = (directory: Directory) => buildSnapshot(directory, { baseDn: 'o=icewarp', publishedAt });

/** Base, then what each group of edits leads to. */
function* play(first: Directory, steps: readonly (readonly Edit[])[]): Generator<Versions> {
  let block = build(first);
  let directory = first;
  yield { directory, overlaid: open(block), whole: open(block) };
  for (const [number, step] of steps.entries()) {
    const stamp = new Date(Date.UTC(2026, 1, 1, 0, number));
    const edited = step.reduce((before, edit) => edit(before, stamp), directory);
    const next = { ...edited, generation: directory.generation + 1 };
    const delta = findDelta(directory, next, publishedAt);
    assert.ok(delta !== undefined);
    const laidOver = applyDelta(structuredClone(block), structuredClone(delta));
    assert.ok(laidOver !== undefined);
    [block, directory] = [laidOver, next];
    yield { directory, overlaid: open(block), whole: open(build(next)) };
  }
}

const all = (snapshot: Snapshot) => [...snapshot.search(0, 'sub', and(), everything)];
const sortedDns = (snapshot: Snapshot, ids: Iterable<number>) => [...ids].map((id) => snapshot.dnOf(id)).sort();

function readAll(snapshot: Snapshot, attributes: readonly string[], typesOnly = false) {
  const entries = all(snapshot).map((id) => readEntry(snapshot, id, attributes, typesOnly));
  return new Map(
    entries
      .sort((a, b) => (a.dn < b.dn ? -1 : 1))
      .map(({ dn, attributes: own }) => [dn, [...own].map(([name, values]) => [name, values.toSorted()])]),
  );
}

const steps = fc.array(fc.array(edits, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 });
const numRuns = Number(process.env.DIRECTORY_OVERLAY_RUNS ?? 10);

describe('deltas laid over a snapshot', () => {
  it('serve the very entries of a snapshot built whole, parents first', () => {
    const check = fc.property(directories, steps, (first, played) => {
      for (const { overlaid, whole } of play(first, played)) {
        for (const attributes of [['*', '+'], [], ['member'], ['cn', 'member', 'entryUUID'], ['cn']]) {
          assert.deepEqual(readAll(overlaid, attributes), readAll(whole, attributes));
        }
        assert.deepEqual(readAll(overlaid, ['*', '+'], true), readAll(whole, ['*', '+'], true));
        const { generation, counts, publishedAt: at } = whole;
        assert.deepEqual([overlaid.generation, overlaid.counts, overlaid.publishedAt], [generation, counts, at]);
        assert.deepEqual(overlaid.changedAt, whole.changedAt);
        assertOrder(overlaid);
      }
    });
    fc.assert(check, { numRuns, endOnFailure: true });
  });

  it('answer every filter as a snapshot built whole does', () => {
    const scopes: fc.Arbitrary<Scope> = fc.constantFrom('base', 'one', 'sub', 'sub', 'sub', 'subordinate');
    const searches = fc.array(fc.tuple(combineFilters(3), scopes, fc.nat(1000)), { minLength: 30, maxLength: 30 });
    const check = fc.property(directories, steps, searches, (first, played, plans) => {
      for (const { overlaid, whole } of play(first, played)) {
        const values = [...readAll(whole, ['*', '+']).values()].flat().flatMap(([, own]) => own ?? []);
        const dns = sortedDns(whole, all(whole));
        for (const [plan, scope, place] of plans) {
          const [filter, base] = [plan(values), dns[place % dns.length] ?? ''];
          compareSearch(overlaid, whole, base, scope, filter);
        }
        for (const dn of dns) {
          for (const attribute of ['member', 'memberOf', 'entryDN', undefined]) {
            for (const rule of ['1.2.840.113556.1.4.1941', 'distinguishedNameMatch']) {
              compareSearch(overlaid, whole, 'o=icewarp', 'sub', extensible(attribute, rule, dn));
            }
          }
        }
        for (const value of ['a@a.com', 'FI', 'auditor', 'Auditor', 'users']) {
          compareSearch(overlaid, whole, 'o=icewarp', 'sub', extensible('cn', 'caseExactMatch', value));
          const dnPart = { ...extensible(undefined, 'caseIgnoreMatch', value), dnAttributes: true } as Filter;
          compareSearch(overlaid, whole, 'o=icewarp', 'sub', dnPart);
        }
      }
    });
    fc.assert(check, { numRuns: Math.ceil(numRuns / 2), endOnFailure: true });
  });

  it('find users for a login and by DN as a snapshot built whole does, in the view of a user too', () => {
    const names = ['a', 'b', 'ab', 'fi', 'ﬁ', 'é', "o'b", 'a+b', 'x,y', 'nobody'];
    const check = fc.property(directories, steps, (first, played) => {
      for (const { overlaid, whole } of play(first, played)) {
        for (const name of names.flatMap((local) => [local, `${local}@a.com`, `${local}@b.com`, local.toUpperCase()])) {
          assert.deepEqual(overlaid.findByName(name), whole.findByName(name), name);
          const dn = `uid=${name.replace(/[,+]/, '\\$&')},ou=users,o=icewarp`;
          const dnOf = (snapshot: Snapshot) => {
            const id = snapshot.findDn(dn, everything);
            return id === undefined ? snapshot.matchedDn(dn, everything) : snapshot.dnOf(id);
          };
          assert.equal(dnOf(overlaid), dnOf(whole), dn);
        }
        for (let number = 0; number < 11; number++) {
          const userId = toUuid('user', number);
          assert.deepEqual(overlaid.findById(userId), whole.findById(userId));
          const seen = (snapshot: Snapshot) =>
            sortedDns(snapshot, snapshot.search(0, 'sub', and(), { kind: 'self', userId }));
          assert.deepEqual(seen(overlaid), seen(whole));
        }
      }
    });
    fc.assert(check, { numRuns, endOnFailure: true });
  });

  it('tell exactly which users changed, and what is told of a whole snapshot that follows', () => {
    const check = fc.property(directories, steps, (first, played) => {
      let before: Versions | undefined;
      for (const now of play(first, played)) {
        if (before !== undefined) {
          const [old, young] = [readAll(before.whole, ['*', '+']), readAll(now.whole, ['*', '+'])];
          const differing = [...now.directory.users.values()].filter(({ login }) => {
            const dn = `uid=${login.replace(/[,+]/g, '\\$&')},ou=users,o=icewarp`;
            assert.ok(young.has(dn), dn);
            return !isDeepStrictEqual(old.get(dn), young.get(dn));
          });
          const logins = differing.map(({ login }) => login).sort();
          assert.deepEqual([...changedUsers(before.overlaid, now.overlaid)].sort(), logins);
          const expected = [...changedUsers(before.whole, now.whole)].sort();
          assert.deepEqual([...changedUsers(before.overlaid, now.whole)].sort(), expected);
        }
        before = now;
      }
    });
    fc.assert(check, { numRuns, endOnFailure: true });
  });
});

function assertOrder(snapshot: Snapshot): void {
  const ids = all(snapshot);
  assert.deepEqual(
    ids,
    [...new Set(ids)].sort((a, b) => a - b),
  );
  for (const id of ids.slice(1)) {
    const parent = snapshot.findDn(snapshot.dnOf(id).replace(/^(?:\\.|[^,\\])*,/, ''), everything);
    assert.ok(parent !== undefined && parent < id, snapshot.dnOf(id));
  }
}

function compareSearch(overlaid: Snapshot, whole: Snapshot, base: string, scope: Scope, filter: Filter): void {
  const found = (snapshot: Snapshot) => {
    const id = snapshot.findDn(base, everything);
    assert.ok(id !== undefined, base);
    const ids = snapshot.search(id, scope, filter, everything);
    assert.deepEqual(
      [...ids],
      [...new Set(ids)].sort((a, b) => a - b),
    );
    const steps = snapshot.searchInSteps(id, scope, filter, everything);
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done !== true) continue;
      assert.deepEqual(step.value, ids);
      return sortedDns(snapshot, ids);
    }
  };
  assert.deepEqual(found(overlaid), found(whole), `${scope} of ${base}: ${showFilter(filter)}`);
}
