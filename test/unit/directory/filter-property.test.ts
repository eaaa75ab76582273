import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Directory } from '../../../sidecar/core/model.ts';
import type { Scope } from '../../../sidecar/directory/snapshot.ts';
import type { DecodedEntry } from './ber-decoder.ts';
import { buildDirectory, buildGroup, buildUser, toUuid } from './company.ts';
import { evaluate } from './oracle.ts';
import { combineFilters, showFilter } from './random-filter.ts';
import { everything, publish, readEntry } from './reading.ts';

const word = fc.string({
  unit: fc.constantFrom('a', 'B', 'ä', 'Ö', ' ', 'c', '𝒳', '\uffed'),
  minLength: 0,
  maxLength: 5,
});
const localPart = fc.string({ unit: fc.constantFrom('a', 'b', 'ä', '.', '-', "'"), minLength: 1, maxLength: 4 });
const stamp = fc.integer({ min: 0, max: 5 }).map((minute) => new Date(Date.UTC(2026, 0, 2, 3, minute)));
const domain = fc.constantFrom('a.com', 'b.com');

const directories: fc.Arbitrary<Directory> = fc
  .record({
    groups: fc.uniqueArray(localPart, { maxLength: 3 }),
    users: fc.uniqueArray(
      fc.record({
        ...{ local: localPart, domain, alias: fc.option(localPart), displayName: word, surname: word, givenName: word },
        ...{ description: word, enabled: fc.boolean(), createdAt: stamp, modifiedAt: stamp },
        memberships: fc.subarray([0, 1, 2]),
        privileges: fc.subarray(['Administrator', 'LogOn', 'ReadArchive:a@a.com']),
        roles: fc.subarray(['auditor', 'Ärzte']),
      }),
      { maxLength: 9, selector: (user) => `${user.local}@${user.domain}` },
    ),
  })
  .map(({ groups, users }) =>
    buildDirectory(
      users.map(({ local, domain: own, alias, memberships, enabled, ...fields }, number) =>
        buildUser(number, `${local}@${own}`, {
          ...fields,
          addresses: [`${local}@${own}`, ...(alias === null ? [] : [`${alias}@alias.com`])],
          state: enabled ? 'enabled' : 'expired',
          memberships: memberships
            .filter((group) => group < groups.length)
            .map((group) => ({ groupId: toUuid('group', group), direct: true })),
        }),
      ),
      groups.map((local, number) => buildGroup(number, `${local}@g.com`, { description: local })),
    ),
  );

const scopes: fc.Arbitrary<Scope> = fc.constantFrom('base', 'one', 'sub', 'sub', 'sub', 'subordinate');

function isInScope(dn: string, base: string, scope: Scope): boolean {
  if (scope === 'base') return dn === base;
  if (scope === 'sub' && dn === base) return true;
  if (!dn.endsWith(`,${base}`)) return false;
  return scope !== 'one' || /^(?:\\.|[^,\\])*$/s.test(dn.slice(0, -base.length - 1));
}

const searches = fc.array(fc.tuple(combineFilters(3), scopes, fc.nat(1000)), { minLength: 40, maxLength: 40 });

describe('a search', () => {
  it('finds exactly the entries for which a naive reading of the filter is true', () => {
    const numRuns = Number(process.env.DIRECTORY_FILTER_RUNS ?? 60);
    const check = fc.property(directories, searches, (directory, plans) => {
      const snapshot = publish(directory);
      const entries = Array.from({ length: snapshot.counts.entries }, (_, id) => readEntry(snapshot, id));
      const values = entries.flatMap(({ attributes }) => [...attributes.values()].flat());
      for (const [plan, scope, place] of plans) {
        const filter = plan(values);
        const base = place % entries.length;
        const baseDn = entries[base]?.dn ?? '';
        const isExpected = (entry: DecodedEntry) =>
          isInScope(entry.dn, baseDn, scope) && evaluate(filter, entry) === true;
        const expected = entries.flatMap((entry, id) => (isExpected(entry) ? [id] : []));
        const found = [...snapshot.search(base, scope, filter, everything)];
        assert.deepEqual(found, expected, `${scope} of ${baseDn}: ${showFilter(filter)}`);
      }
    });
    fc.assert(check, { numRuns, endOnFailure: true });
  });
});
