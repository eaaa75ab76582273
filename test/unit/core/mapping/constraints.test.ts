import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findBreaches } from '../../../../sidecar/core/mapping/constraints.ts';
import type { Constraints, Rule } from '../../../../sidecar/core/mapping/rules.ts';
import { aDirectory, aMapping, aRule } from './support/a-directory.ts';

const directory = aDirectory({
  users: {
    'ann@example.com': {},
    'bob@example.com': { state: 'disabled' },
    'ceo@example.com': { aliases: ['boss@example.com'] },
    'dora@example.com': {},
  },
  groups: {
    'council@example.com': ['dora@example.com'],
    'staff@example.com': ['ceo@example.com', 'dora@example.com', 'ann@example.com'],
    'others@example.com': ['ann@example.com'],
  },
});
const now = new Date('2026-11-24T10:00:00Z');
const until = new Date('2026-12-01T00:00:00Z');
const anybody = { domain: ['example.com'] };

function breachesOf(constraints: Partial<Constraints>, ...rules: readonly Rule[]): readonly string[] {
  const mapping = aMapping(rules, { constraints: { never: [], atMost: [], protected: [], ...constraints } });
  return findBreaches(mapping, directory, now).map(({ kind, rule, users }) =>
    [kind, ...(rule === undefined ? [] : [rule]), ...users].join(' '),
  );
}

describe('constraints', () => {
  const admins = aRule('admins', { user: ['ann@example.com', 'bob@example.com'] }, { grant: ['Administrator'] });

  it('find who holds two names that must not meet, disabled users too', () => {
    const never = [['Administrator', 'ReadArchive:*', 'auditor']];
    assert.deepEqual(breachesOf({ never }, admins), []);
    const reader = aRule('r', { user: ['bob@example.com'] }, { grant: ['ReadArchive:ann@example.com'] });
    assert.deepEqual(breachesOf({ never }, admins, reader), ['never bob@example.com']);
    const auditor = aRule('a', anybody, { roles: ['auditor'] });
    assert.deepEqual(breachesOf({ never }, admins, auditor), ['never ann@example.com bob@example.com']);
  });

  it('do not count what is denied, or not in force yet', () => {
    const never = [['Administrator', 'auditor']];
    const auditor = aRule('a', anybody, { roles: ['auditor'] });
    const denied = aRule('d', anybody, { deny: ['Administrator'] });
    assert.deepEqual(breachesOf({ never }, admins, auditor, denied), []);
    assert.deepEqual(breachesOf({ never }, admins, { ...auditor, from: until }), []);
  });

  it('count holders', () => {
    assert.deepEqual(breachesOf({ atMost: [{ name: 'Administrator', count: 2 }] }, admins), []);
    assert.deepEqual(breachesOf({ atMost: [{ name: 'Administrator', count: 1 }] }, admins), [
      'atMost ann@example.com bob@example.com',
    ]);
    assert.deepEqual(breachesOf({ atMost: [{ name: 'LogOn', count: 3 }] }), [
      'atMost ann@example.com bob@example.com ceo@example.com dora@example.com',
    ]);
  });

  const grants = (...grant: readonly string[]) => aRule('r', { user: ['nobody@example.com'] }, { grant });
  const excused = { reason: 'LEGAL-88', until };
  for (const [what, rule, isBreach] of [
    ['the address', grants('ReadArchive:ceo@example.com'), true],
    ['the address, with reason and until', { ...grants('ReadArchive:ceo@example.com'), ...excused }, false],
    ['an alias', grants('WriteArchive:boss@example.com'), true],
    ['an alias, with reason and until', { ...grants('DeleteArchive:boss@example.com'), ...excused }, false],
    ['only a reason', { ...grants('ReadArchive:ceo@example.com'), reason: 'x' }, true],
    ['only an until', { ...grants('ReadArchive:ceo@example.com'), until }, true],
    ['all archives, with reason and until', { ...grants('ReadArchive:*'), ...excused }, true],
    ['a group with a protected member', { ...grants('ReadArchive:group:staff@example.com'), ...excused }, true],
    ['a group without one', grants('ReadArchive:group:others@example.com'), false],
    ['the protected group', grants('ReadArchive:group:council@example.com'), true],
    ['the protected group, excused', { ...grants('ReadArchive:group:council@example.com'), ...excused }, false],
    ['a member of the protected group', grants('ReadArchive:dora@example.com'), true],
    ['somebody else', grants('ReadArchive:ann@example.com'), false],
    ['a right on no archive of others', grants('Administrator', 'ReadOwnArchive'), false],
  ] as const) {
    it(`${isBreach ? 'forbid' : 'let pass'} a rule that grants ${what} of protected archives`, () => {
      const found = breachesOf({ protected: ['ceo@example.com', 'council@example.com'] }, rule);
      assert.deepEqual(found, isBreach ? ['protected r'] : []);
    });
  }

  it('look at the defaults as well, and protect an address that nobody bears', () => {
    const mapping = aMapping([grants('ReadArchive:gone@example.com')], {
      defaults: ['ReadArchive:*'],
      constraints: { never: [], atMost: [], protected: ['gone@example.com'] },
    });
    const messages = findBreaches(mapping, directory, now).map(({ message }) => message);
    assert.equal(messages.length, 2);
    assert.match(messages[0] ?? '', /^the defaults grant ReadArchive:\*, which opens the archive of gone@example\.com/);
    assert.match(messages[1] ?? '', /^rule "r" grants ReadArchive:gone@example\.com/);
  });
});
