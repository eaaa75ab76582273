import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Directory } from '../../../sidecar/core/model.ts';
import type { Filter } from '../../../sidecar/directory/filter.ts';
import type { Scope } from '../../../sidecar/directory/snapshot.ts';
import type { DecodedEntry } from './ber-decoder.ts';
import { buildDirectory, buildGroup, buildUser, toUuid } from './company.ts';
import { evaluate, oracleAttributes } from './oracle.ts';
import { and, everything, not, or, present, publish, readEntry } from './reading.ts';

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

const attribute = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...Object.keys(oracleAttributes), 'MAIL', 'ObjectClass', 'memberOf') },
  { weight: 2, arbitrary: fc.constantFrom('noSuchAttribute', 'cn;lang-en', '') },
);

type Values = readonly string[];
/** A filter that still needs the values of a directory. */
type FilterPlan = (values: Values) => Filter;

const constants = [
  'top',
  'computer',
  'noClass',
  'TRUE',
  '512',
  '513',
  '20260102030200.0Z',
  '20260102Z',
  ' ',
  '',
  'a',
  'Ä',
];

/** Values are mostly taken from the entries, whole or in another spelling. */
const value: fc.Arbitrary<(values: Values) => string> = fc
  .tuple(fc.nat(100_000), fc.nat(3))
  .map(([place, change]) => (values) => {
    const text = place % 5 === 0 ? constants[place % constants.length] : values[place % values.length];
    if (text === undefined) return '';
    if (change === 1) return text.replace(/[a-zäö]/g, (letter) => letter.toUpperCase());
    if (change === 2) return text.toLowerCase();
    return change === 3 ? ` ${text.replaceAll(',', ' , ')} ` : text;
  });

const piece: fc.Arbitrary<(values: Values) => Buffer> = fc
  .tuple(value, fc.nat(30), fc.nat(4))
  .map(([pick, start, length]) => (values) => {
    const characters = [...pick(values)];
    const at = start % (characters.length + 1);
    return Buffer.from(characters.slice(at, at + length).join(''));
  });

const item: fc.Arbitrary<FilterPlan> = fc.oneof(
  fc.tuple(fc.constantFrom('equal', 'equal', 'equal', 'approx', 'greaterOrEqual', 'lessOrEqual'), attribute, value).map(
    ([kind, name, pick]): FilterPlan =>
      (values) => ({ kind, attribute: name, value: Buffer.from(pick(values)) }),
  ),
  attribute.map(
    (name): FilterPlan =>
      () =>
        present(name),
  ),
  fc.tuple(attribute, fc.option(piece), fc.array(piece, { maxLength: 2 }), fc.option(piece)).map(
    ([name, initial, any, final]): FilterPlan =>
      (values) => {
        const parts = { initial: initial?.(values), any: any.map((part) => part(values)), final: final?.(values) };
        const isEmpty = [parts.initial, ...parts.any, parts.final].every((part) => (part?.length ?? 0) === 0);
        return isEmpty ? present(name) : { kind: 'substring', attribute: name, ...parts };
      },
  ),
);

function combine(depth: number): fc.Arbitrary<FilterPlan> {
  if (depth === 0) return item;
  const child = combine(depth - 1);
  const listed = fc.tuple(fc.boolean(), fc.array(child, { maxLength: 4 }));
  return fc.oneof(
    item,
    child.map(
      (plan): FilterPlan =>
        (values) =>
          not(plan(values)),
    ),
    listed.map(
      ([isAnd, plans]): FilterPlan =>
        (values) => {
          const filters = plans.map((plan) => plan(values));
          return isAnd ? and(...filters) : or(...filters);
        },
    ),
  );
}

const scopes: fc.Arbitrary<Scope> = fc.constantFrom('base', 'one', 'sub', 'sub', 'sub', 'subordinate');

function isInScope(dn: string, base: string, scope: Scope): boolean {
  if (scope === 'base') return dn === base;
  if (scope === 'sub' && dn === base) return true;
  if (!dn.endsWith(`,${base}`)) return false;
  return scope !== 'one' || /^(?:\\.|[^,\\])*$/s.test(dn.slice(0, -base.length - 1));
}

const searches = fc.array(fc.tuple(combine(3), scopes, fc.nat(1000)), { minLength: 40, maxLength: 40 });

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

function showFilter(filter: Filter): string {
  return JSON.stringify(filter, (_, part) => (part?.type === 'Buffer' ? Buffer.from(part.data).toString() : part));
}
