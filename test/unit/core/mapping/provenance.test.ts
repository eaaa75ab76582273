import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { compileMapping, evaluateMapping } from '../../../../sidecar/core/mapping/evaluate.ts';
import type { Condition, Mapping } from '../../../../sidecar/core/mapping/rules.ts';
import { aDirectory, aMapping, aRule } from './support/a-directory.ts';

const directory = aDirectory({
  users: {
    'alice@example.com': { comment: 'contractor' },
    'bob@x.test': { admin: 'administrator' },
    'carol@example.com': {},
  },
  groups: {
    'a@example.com': ['b@example.com', 'bob@x.test'],
    'b@example.com': ['alice@example.com'],
    'c@example.com': ['[example.com]'],
  },
});
const now = new Date('2026-11-24T10:00:00Z');

const group = fc.constantFrom('a@example.com', 'b@example.com', 'c@example.com', '*@example.com', 'none@example.com');
const part: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ group, nested: fc.boolean() }),
  fc.array(group, { minLength: 1, maxLength: 2 }).map((anyGroup) => ({ anyGroup })),
  fc.array(group, { minLength: 1, maxLength: 2 }).map((allGroups) => ({ allGroups })),
  fc.constantFrom('alice@example.com', '*@x.test', 'nobody@x.test').map((user) => ({ user: [user] })),
  fc.constantFrom('example.com', 'x.*').map((domain) => ({ domain: [domain] })),
  fc.constantFrom<Condition>({ attribute: { admin: ['none'] } }, { attribute: { comment: 'con*' } }),
);
const condition = fc
  .tuple(part, part, fc.option(part, { nil: undefined }))
  .map(([first, second, not]): Condition => ({ ...first, ...second, ...(not === undefined ? {} : { not: [not] }) }));
const privilege = fc.constantFrom('LogOn', 'Administrator', 'ReadArchive:*', 'ReadArchive:a@x.test', 'ExportEmail');
const mappings = fc.record({
  defaults: fc.uniqueArray(privilege, { maxLength: 2 }),
  rules: fc
    .array(
      fc.record({
        when: fc.oneof(condition, fc.array(condition, { minLength: 1, maxLength: 2 })),
        grant: fc.array(privilege, { maxLength: 2 }),
        deny: fc.array(privilege, { maxLength: 1 }),
        roles: fc.array(fc.constantFrom('auditor', 'lawyer'), { maxLength: 1 }),
      }),
      { maxLength: 6 },
    )
    .map((rules) => rules.map(({ when, ...effects }, index) => aRule(`rule ${index}`, when, effects))),
});
const users = fc.constantFrom(...directory.users.values());

function judge(mapping: Mapping, user: typeof users extends fc.Arbitrary<infer User> ? User : never) {
  const { privileges, roles, reasons } = evaluateMapping(compileMapping(mapping, directory.groups.values(), now), user);
  return { rights: [...privileges, ...roles.map((role) => `role ${role}`)], reasons };
}
const without = (mapping: Mapping, names: readonly string[]): Mapping => ({
  ...mapping,
  rules: mapping.rules.filter((rule) => !names.includes(rule.name)),
});

describe('the rules that an explanation lists', () => {
  it('are exactly those whose removal changes the result', () => {
    fc.assert(
      fc.property(mappings, users, ({ defaults, rules }, user) => {
        const mapping = aMapping(rules, { defaults });
        const whole = judge(mapping, user);
        const listed = new Set(whole.reasons.flatMap((reason) => [...reason.grantedBy, ...reason.deniedBy]));
        for (const { name } of rules) {
          const isSame = JSON.stringify(judge(without(mapping, [name]), user)) === JSON.stringify(whole);
          assert.equal(!isSame, listed.has(name), `${name} ${listed.has(name) ? 'is' : 'is not'} listed`);
        }
        const unlisted = rules.map((rule) => rule.name).filter((name) => !listed.has(name));
        assert.deepEqual(judge(without(mapping, unlisted), user), whole);
      }),
      { numRuns: 500 },
    );
  });

  it('carry each right: it goes with all that grant it, and a denied one comes back with all that deny it gone', () => {
    fc.assert(
      fc.property(mappings, users, ({ defaults, rules }, user) => {
        const mapping = aMapping(rules, { defaults });
        for (const { kind, name, byDefault, grantedBy, deniedBy } of judge(mapping, user).reasons) {
          const right = kind === 'role' ? `role ${name}` : name;
          if (!byDefault) assert.ok(!judge(without(mapping, grantedBy), user).rights.includes(right));
          // A rule may grant with one hand what it denies with the other.
          const isGranted = byDefault || grantedBy.some((rule) => !deniedBy.includes(rule));
          assert.equal(judge(without(mapping, deniedBy), user).rights.includes(right), isGranted);
        }
      }),
      { numRuns: 500 },
    );
  });
});
