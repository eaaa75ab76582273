import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkMappings } from '../../../sidecar/application/check-mappings.ts';
import { findNearest } from '../../../sidecar/config/nearest.ts';
import type { Mapping, Rule } from '../../../sidecar/core/mapping/rules.ts';
import { emptyDirectory } from '../../../sidecar/core/model.ts';
import { aDirectory, aMapping, aRule } from '../core/mapping/support/a-directory.ts';

const directory = aDirectory({
  users: { 'ann@example.com': {}, 'bob@example.com': {}, 'eve@x.test': {} },
  groups: {
    'auditors@example.com': ['ann@example.com'],
    'staff@example.com': ['[example.com]'],
    'empty@example.com': [],
  },
});
const now = new Date('2026-11-24T10:00:00Z');

function check(mapping: Mapping, where = directory) {
  const places = new Map(mapping.rules.map(({ name }, index) => [name, `m.yaml:${index + 1}:1`]));
  return checkMappings({ mapping, places, directory: where, now, findNearest });
}
const warningsOf = (...rules: readonly Rule[]) =>
  check(aMapping(rules)).warnings.map(({ at, message }) => `${at} ${message}`);

describe('a check of a sound mapping', () => {
  it('has nothing to say of rules that do something', () => {
    const rules = [
      aRule('audit', { group: 'auditors@example.com' }, { grant: ['ReadArchive:bob@example.com'] }),
      aRule('staff', { group: 'staff@*' }, { roles: ['staff'] }),
      aRule('no eve', { user: ['eve@x.test'] }, { deny: ['LogOn'] }),
    ];
    assert.deepEqual(check(aMapping(rules)), { breaches: [], warnings: [] });
  });

  for (const [what, rule, expected] of [
    [
      'a group that does not exist',
      aRule('r', { anyGroup: ['auditor@example.com', 'staff@example.com'] }, { roles: ['x'] }),
      ['there is no group auditor@example.com; did you mean auditors@example.com?'],
    ],
    [
      'a group that does not exist, in an exception',
      aRule('r', { user: ['ann@example.com'], not: [{ group: 'contractors@example.com' }] }, { roles: ['x'] }),
      ['there is no group contractors@example.com'],
    ],
    [
      'a pattern without a group',
      aRule('r', { group: 'legal-*@example.com' }, { roles: ['x'] }),
      ['no group matches legal-*@example.com', 'it matches nobody'],
    ],
    ['a group without members', aRule('r', { group: 'empty@example.com' }, { roles: ['x'] }), ['it matches nobody']],
    [
      'a user that does not exist',
      aRule('r', { user: ['anne@example.com'] }, { roles: ['x'] }),
      ['there is no user anne@example.com; did you mean ann@example.com?', 'it matches nobody'],
    ],
    [
      'a pattern for everybody',
      aRule('r', { domain: ['*'] }, { roles: ['x'] }),
      ['its pattern matches all 3 users; is it meant so? What everybody gets belongs into defaults'],
    ],
    [
      'an archive of nobody',
      aRule('r', { user: ['ann@example.com'] }, { grant: ['ReadArchive:bo@example.com'] }),
      [
        'ReadArchive:bo@example.com opens no archive of a user: there is no user bo@example.com; did you mean bob@example.com?',
      ],
    ],
    [
      'the archives of no group',
      aRule('r', { user: ['ann@example.com'] }, { grant: ['ReadArchive:group:stuff@example.com'] }),
      [
        'ReadArchive:group:stuff@example.com opens nothing: there is no group stuff@example.com; did you mean staff@example.com?',
      ],
    ],
    [
      'an until in the past',
      aRule('r', { user: ['ann@example.com'] }, { roles: ['x'], until: now }),
      ['it ended at 2026-11-24T10:00:00.000Z; remove it, or set a later until'],
    ],
  ] as const) {
    it(`warns of ${what}`, () => {
      assert.deepEqual(
        warningsOf(rule),
        expected.map((message) => `m.yaml:1:1 rule "r": ${message}`),
      );
    });
  }

  it('warns of a rule wholly shadowed by denials, and of no other', () => {
    const deny = aRule('deny', { group: 'staff@example.com' }, { deny: ['ExportEmail'] });
    const inside = aRule('inside', { user: ['ann@example.com'] }, { grant: ['ExportEmail'] });
    const partly = aRule('partly', { user: ['ann@example.com', 'eve@x.test'] }, { grant: ['ExportEmail'] });
    const more = aRule('more', { user: ['ann@example.com'] }, { grant: ['ExportEmail', 'DeleteEmail'] });
    assert.deepEqual(warningsOf(inside, deny, partly, more), [
      'm.yaml:1:1 rule "inside": denials take away all it gives from each of the 1 users it matches',
    ]);
  });

  it('looks at rules for other times as if they were in force', () => {
    const later = aRule('later', { user: ['ann@example.com'] }, { roles: ['x'], from: new Date('2030-01-01') });
    assert.deepEqual(warningsOf(later), []);
  });

  it('gives breaches of constraints with the place of the rule, and warns of protecting nobody', () => {
    const result = check(
      aMapping([aRule('r', { user: ['ann@example.com'] }, { grant: ['ReadArchive:*'] })], {
        constraints: { never: [], atMost: [], protected: ['bob@example.com', 'bobb@example.com'] },
      }),
    );
    assert.deepEqual(
      result.breaches.map(({ at, kind }) => [at, kind]),
      [['m.yaml:1:1', 'protected']],
    );
    assert.deepEqual(result.warnings, [
      {
        at: undefined,
        message: 'protected: there is no user or group bobb@example.com; did you mean bob@example.com?',
      },
    ]);
  });

  it('does not call everything unknown when nothing was ever synchronised', () => {
    const mapping = aMapping([aRule('r', { group: 'a@example.com' }, { roles: ['x'] })]);
    assert.deepEqual(check(mapping, emptyDirectory).warnings, []);
  });
});
