import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildSnapshot, openSnapshot } from '../../../sidecar/directory/builder.ts';
import { collectInSteps } from '../../../sidecar/directory/collect-in-steps.ts';
import { compileFilter, countItems } from '../../../sidecar/directory/compile-filter.ts';
import { DirectoryIndex } from '../../../sidecar/directory/directory-index.ts';
import type { Filter } from '../../../sidecar/directory/filter.ts';
import { generateCompany } from './company.ts';
import { and, atLeast, equal, everything, not, or, pieces, present, publishedAt } from './reading.ts';

const block = buildSnapshot(generateCompany(3000, 60), { baseDn: 'o=icewarp', publishedAt });
const snapshot = openSnapshot(block);
const { entries } = snapshot.counts;

function collect(filter: Filter, from: number, to: number, items = countItems(filter)) {
  const steps = collectInSteps(compileFilter(filter, new DirectoryIndex(block)), from, to, items);
  for (let count = 0; ; count++) {
    const step = steps.next();
    if (step.done) return { count, ids: [...step.value] };
  }
}

const staff = equal('memberOf', 'cn=group-33@example.com,ou=groups,o=icewarp');
const filters: readonly (readonly [string, Filter])[] = [
  ['everything', present('objectClass')],
  ['one entry', equal('mail', 'alias-7@example.com')],
  ['nobody', equal('mail', 'nobody@example.com')],
  ['a substring', pieces('mail', '*er29*')],
  ['not a substring', not(pieces('mail', '*er29*'))],
  ['substrings and a list united', or(pieces('mail', '*er29*'), pieces('cn', '*müller'), staff)],
  ['a substring among members', and(staff, pieces('mail', '*er*'), not(equal('accountEnabled', 'FALSE')))],
  ['changed since, or not', or(atLeast('modifyTimestamp', '20260102100000Z'), not(present('mail')))],
];

describe('a search in steps', () => {
  for (const [name, filter] of filters) {
    it(`finds what a search in one finds: ${name}`, () => {
      const whole = [...snapshot.search(0, 'sub', filter, everything)];
      assert.deepEqual(collect(filter, 0, entries).ids, whole);
      // As of a filter so wide that a step covers a few entries only.
      assert.deepEqual(collect(filter, 0, entries, 5000).ids, whole);
      const inside = whole.filter((id) => id >= 500 && id < 700);
      assert.deepEqual(collect(filter, 500, 700, 1000).ids, inside);
      assert.deepEqual(collect(filter, 700, 700).ids, []);
    });
  }

  it('takes more steps the more items a filter has', () => {
    const wide = or(...Array.from({ length: 200 }, (_, number) => pieces('mail', `*x${number}*`)));
    assert.equal(countItems(wide), 201);
    // One for each substring, and some for the entries.
    assert.ok(collect(wide, 0, entries).count > 200);
    assert.equal(collect(present('objectClass'), 0, entries).count, 1);
    const narrowed = and(staff, ...Array.from({ length: 200 }, () => not(equal('cn', 'x'))));
    assert.ok(collect(narrowed, 0, entries).count > 10);
  });
});
