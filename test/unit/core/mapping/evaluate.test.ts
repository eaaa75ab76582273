import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { compileMapping, evaluateMapping, type UserFacts } from '../../../../sidecar/core/mapping/evaluate.ts';
import { parsePrivilege, parseRole } from '../../../../sidecar/core/mapping/privileges.ts';
import type { Mapping, Rule } from '../../../../sidecar/core/mapping/rules.ts';
import { measureCpuMs } from '../../../support/cpu-time.ts';

const groups = ['admins', 'auditors', 'legal-a', 'legal-b', 'contractors'].map((name) => ({
  id: `id-${name}`,
  addresses: [`${name}@example.com`, `${name}@alias.example.com`],
}));
const rule = (name: string, group: string, effects: Partial<Rule>): Rule => ({
  name,
  when: { group },
  grant: [],
  deny: [],
  roles: [],
  ...effects,
});
const nobody: UserFacts = {
  login: 'nobody@example.com',
  addresses: ['nobody@example.com'],
  description: '',
  origin: 'synchronised',
  facts: { admin: 'none' },
  memberships: [],
};
const now = new Date('2026-11-24T10:00:00Z');
const facts = (...names: string[]): UserFacts => ({
  ...nobody,
  memberships: names.map((name) => ({ groupId: `id-${name}`, direct: false })),
});
const groupOf = (when: Rule['when']): string => ('group' in when ? (when.group ?? '') : '');
const mapping: Mapping = {
  defaults: ['LogOn', 'ReadOwnArchive'],
  rules: [
    rule('admins', 'admins@example.com', { grant: ['Administrator'] }),
    rule('audit', 'auditors@alias.example.com', { grant: ['ExportEmail', 'ReadArchive:*'], roles: ['auditor'] }),
    rule('legal', 'legal-*@example.com', { grant: ['ReadArchive:bob@example.com'], roles: ['lawyer'] }),
    rule('no archive', 'contractors@example.com', { deny: ['LogOn', 'ReadOwnArchive', 'Administrator'] }),
    rule('no other archive', 'contractors@example.com', { deny: ['ReadArchive:*'] }),
  ],
};

describe('a mapping', () => {
  for (const [member, privileges, roles] of [
    [[], ['LogOn', 'ReadOwnArchive'], []],
    [['admins'], ['Administrator', 'LogOn', 'ReadOwnArchive'], []],
    [['auditors'], ['ExportEmail', 'LogOn', 'ReadArchive:*', 'ReadOwnArchive'], ['auditor']],
    [['legal-b'], ['LogOn', 'ReadArchive:bob@example.com', 'ReadOwnArchive'], ['lawyer']],
    [['contractors'], [], []],
    [['contractors', 'admins'], [], []],
    [['contractors', 'auditors', 'legal-a'], ['ExportEmail'], ['auditor', 'lawyer']],
    [['unknown'], ['LogOn', 'ReadOwnArchive'], []],
  ] as const) {
    it(`gives members of ${member.join(', ') || 'no group'} what the rules say`, () => {
      const verdict = evaluateMapping(compileMapping(mapping, groups, now), facts(...member));
      assert.deepEqual([verdict.privileges, verdict.roles], [privileges, roles]);
    });
  }

  it('names the rules that grant and those that deny', () => {
    const verdict = evaluateMapping(compileMapping(mapping, groups, now), facts('admins', 'contractors'));
    const byName = new Map(verdict.reasons.map((reason) => [reason.name, reason]));
    assert.deepEqual(byName.get('LogOn'), {
      kind: 'privilege',
      name: 'LogOn',
      byDefault: true,
      grantedBy: [],
      deniedBy: ['no archive'],
    });
    assert.deepEqual(byName.get('Administrator')?.grantedBy, ['admins']);
    assert.deepEqual(byName.get('Administrator')?.deniedBy, ['no archive']);
  });

  const privilege = fc.constantFrom('LogOn', 'Administrator', 'ReadArchive:*', 'ReadArchive:a@x.test', 'ExportEmail');
  const anyRule = fc.record({
    group: fc.constantFrom('admins@example.com', 'legal-*@example.com', '*@example.com', 'nobody@example.com'),
    grant: fc.array(privilege, { maxLength: 3 }),
    deny: fc.array(privilege, { maxLength: 2 }),
    roles: fc.array(fc.constantFrom('auditor', 'lawyer'), { maxLength: 2 }),
  });
  const anyMapping = fc.record({
    defaults: fc.uniqueArray(privilege, { maxLength: 3 }),
    rules: fc
      .array(anyRule, { maxLength: 6 })
      .map((rules) => rules.map(({ group, ...effects }, index) => rule(`rule ${index}`, group, effects))),
  });
  const anyFacts = fc
    .uniqueArray(fc.constantFrom('admins', 'auditors', 'legal-a', 'legal-b'))
    .map((names) => facts(...names));

  it('gives the same whatever the order of rules', () => {
    fc.assert(
      fc.property(anyMapping, anyFacts, fc.infiniteStream(fc.nat()), (any, user, order) => {
        const keys = new Map(any.rules.map((each) => [each, order.next().value]));
        const shuffled = { ...any, rules: any.rules.toSorted((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0)) };
        assert.deepEqual(
          evaluateMapping(compileMapping(shuffled, groups.toReversed(), now), user),
          evaluateMapping(compileMapping(any, groups, now), user),
        );
      }),
    );
  });

  it('never gives what a matching rule denies, and nothing that none grants', () => {
    fc.assert(
      fc.property(anyMapping, anyFacts, (any, user) => {
        const { privileges, reasons } = evaluateMapping(compileMapping(any, groups, now), user);
        const member = user.memberships.map(({ groupId }) => `${groupId.slice(3)}@example.com`);
        const matching = any.rules.filter(({ when }) =>
          member.some((address) => new RegExp(`^${groupOf(when).replaceAll('*', '.*')}$`).test(address)),
        );
        const denied = matching.flatMap(({ deny }) => deny);
        const granted = [...any.defaults, ...matching.flatMap(({ grant }) => grant)];
        const isDenied = (name: string) =>
          denied.includes(name) || (name.startsWith('ReadArchive:') && denied.includes('ReadArchive:*'));
        assert.deepEqual(privileges, [...new Set(granted)].filter((name) => !isDenied(name)).sort());
        for (const { name, grantedBy, kind } of reasons) {
          const rules = matching.filter((each) => (kind === 'role' ? each.roles : each.grant).includes(name));
          assert.deepEqual(grantedBy, rules.map((each) => each.name).sort());
        }
      }),
    );
  });

  it('stands 10,000 rules for everybody and 10,000 patterns for groups', () => {
    const many = Array.from({ length: 2000 }, (_, index) => ({
      id: `g${index}`,
      addresses: [`g${index}@example.com`],
    }));
    const effects = (index: number) => ({ grant: [`ReadArchive:u${index}@example.com`], deny: ['ReadArchive:*'] });
    const rules = Array.from({ length: 10_000 }, (_, index) => ({
      ...rule(`rule ${index}`, `*${index}*@*example.com`, effects(index)),
      when: [{ group: `*${index}*@*example.com` }, { domain: ['example.com'] }],
    }));
    const tookMs = measureCpuMs(() => {
      const verdict = evaluateMapping(compileMapping({ defaults: [], rules }, many, now), nobody);
      assert.equal(verdict.reasons.length, 10_000);
    });
    assert.ok(tookMs < 6000, `took ${tookMs} ms`);
  });

  it('judges 100,000 users under 200 rules and 2,000 groups in less than two seconds', () => {
    const many = Array.from({ length: 2000 }, (_, index) => ({
      id: `g${index}`,
      addresses: [`g${index}@example.com`],
    }));
    const rules = Array.from({ length: 200 }, (_, index) =>
      rule(`rule ${index}`, index % 2 ? `g${index}*@example.com` : `g${index}@example.com`, { grant: ['ExportEmail'] }),
    );
    const tookMs = measureCpuMs(() => {
      const compiled = compileMapping({ defaults: ['LogOn'], rules }, many, now);
      for (let index = 0; index < 100_000; index += 1) {
        const memberships = [0, 7, 77].map((step) => ({ groupId: `g${(index + step) % 2000}`, direct: true }));
        evaluateMapping(compiled, { ...nobody, memberships });
      }
    });
    assert.ok(tookMs < 2000, `took ${tookMs} ms`);
  });
});

describe('names of privileges and roles', () => {
  for (const [text, canonical] of [
    ['LogOn', 'LogOn'],
    ['logon', undefined],
    ['ReadArchive:*', 'ReadArchive:*'],
    ['ReadArchive:Bob@Example.com', 'ReadArchive:bob@example.com'],
    ['WriteArchive:group:Staff@Example.com', 'WriteArchive:group:staff@example.com'],
    ['ReadArchive', undefined],
    ['ReadArchive:', undefined],
    ['ReadArchive:group:*', undefined],
    ['ReadArchive:bob', undefined],
    ['LogOn:*', undefined],
    ['', undefined],
  ] as const) {
    it(`reads privilege ${JSON.stringify(text)} as ${canonical}`, () => assert.equal(parsePrivilege(text), canonical));
  }
  for (const [text, canonical] of [
    ['auditor', 'auditor'],
    ['Chief of staff', 'Chief of staff'],
    ['Prüfer', 'Prüfer'],
    ['administrator', undefined],
    ['ReadArchive', undefined],
    ['a,b', undefined],
    ['', undefined],
    ['ends ', undefined],
    ['x'.repeat(65), undefined],
  ] as const) {
    it(`reads role ${JSON.stringify(text.slice(0, 20))} as ${canonical}`, () =>
      assert.equal(parseRole(text), canonical));
  }
});
