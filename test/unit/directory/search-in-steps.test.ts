import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Filter } from '../../../sidecar/directory/filter.ts';
import type { Scope } from '../../../sidecar/directory/snapshot.ts';
import { buildDirectory, buildUser, toUuid } from './company.ts';
import { and, atLeast, equal, everything, extensible, not, or, pieces, present, publish } from './reading.ts';

const filters: readonly Filter[] = [
  present('objectClass'),
  equal('uid', 'u7@example.com'),
  or(pieces('mail', '*7*'), pieces('mail', '*3@*')),
  and(not(equal('sn', 'x')), atLeast('uid', 'u2'), not(or(pieces('cn', 'u1*'), equal('nothing', 'x')))),
  not(pieces('mail', '*9*')),
  { ...extensible('ou', 'caseExactMatch', 'users'), dnAttributes: true } as Filter,
  extensible(undefined, 'caseExactMatch', 'u5@example.com'),
  and(),
  or(),
];

describe('a search in steps', () => {
  const users = Array.from({ length: 100 }, (_, number) => buildUser(number, `u${number}@example.com`));
  const snapshot = publish(buildDirectory(users));

  it('finds what a search finds, in every scope and view', () => {
    const views = [everything, { kind: 'nothing' }, { kind: 'self', userId: toUuid('user', 7) }] as const;
    let found = 0;
    for (const view of views) {
      for (const scope of ['base', 'one', 'sub', 'subordinate'] satisfies Scope[]) {
        for (const base of [0, 1, 2]) {
          for (const filter of filters) {
            const steps = snapshot.searchInSteps(base, scope, filter, view);
            let step = steps.next();
            while (step.done !== true) step = steps.next();
            const expected = snapshot.search(base, scope, filter, view);
            assert.deepEqual([...step.value], [...expected]);
            found += expected.length;
          }
        }
      }
    }
    assert.ok(found > 1000);
  });
});
