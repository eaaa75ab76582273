import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileMapping, evaluateMapping } from '../../../../sidecar/core/mapping/evaluate.ts';
import type { Condition } from '../../../../sidecar/core/mapping/rules.ts';
import { aDirectory, aMapping, aRule } from './support/a-directory.ts';

const directory = aDirectory({
  users: {
    'alice@example.com': { aliases: ['alice.archer@example.com'], comment: 'Contractor since 2024' },
    'bob@example.com': { admin: 'administrator' },
    'carol@example.com': { admin: 'domain_administrator', comment: 'ÉQUIPE Légale' },
    'dan@contractors.example.com': {},
    'eve@x.test': {},
  },
  groups: {
    'auditors@example.com': ['legal-team@example.com', 'bob@example.com'],
    'legal-team@example.com': ['alice@example.com'],
    'staff@example.com': ['[example.com]'],
    'externals@example.com': ['dan@contractors.example.com', 'alice@example.com'],
  },
});
const now = new Date('2026-11-24T10:00:00Z');

/** Local parts of those whom a rule with these conditions is for. */
function whom(when: Condition | readonly Condition[]): string {
  const compiled = compileMapping(aMapping([aRule('r', when, { roles: ['found'] })]), directory.groups.values(), now);
  return [...directory.users.values()]
    .filter((user) => evaluateMapping(compiled, user).roles.includes('found'))
    .map((user) => user.login.slice(0, user.login.indexOf('@')))
    .join(' ');
}

describe('a condition', () => {
  for (const [means, when, expected] of [
    ['user, primary address', { user: ['bob@example.com'] }, 'bob'],
    ['user, alias', { user: ['alice.archer@example.com'] }, 'alice'],
    ['user, several', { user: ['bob@example.com', 'eve@x.test', 'nobody@x.test'] }, 'bob eve'],
    ['user, glob', { user: ['*@*example.com'] }, 'alice bob carol dan'],
    ['group, nested', { group: 'auditors@example.com' }, 'alice bob'],
    ['group, direct only', { group: 'auditors@example.com', nested: false }, 'bob'],
    ['group, nested stated', { group: 'auditors@example.com', nested: true }, 'alice bob'],
    ['group, whole domain', { group: 'staff@example.com' }, 'alice bob carol'],
    ['group, whole domain is not direct', { group: 'staff@example.com', nested: false }, ''],
    ['group, glob', { group: '*s@example.com' }, 'alice bob dan'],
    ['group, glob, direct only', { group: 'a*@example.com', nested: false }, 'bob'],
    ['group that does not exist', { group: 'gone@example.com' }, ''],
    ['any group', { anyGroup: ['gone@example.com', 'externals@example.com'] }, 'alice dan'],
    ['all groups', { allGroups: ['auditors@example.com', 'externals@example.com'] }, 'alice'],
    ['all groups, one missing', { allGroups: ['auditors@example.com', 'gone@example.com'] }, ''],
    ['all groups, globs', { allGroups: ['leg*@example.com', 'ext*@example.com'] }, 'alice'],
    ['domain of the primary address', { domain: ['example.com'] }, 'alice bob carol'],
    ['domain, glob', { domain: ['*.example.com', 'x.*'] }, 'dan eve'],
    ['admin kinds', { attribute: { admin: ['administrator'] } }, 'bob'],
    ['no admin', { attribute: { admin: ['none'] } }, 'alice dan eve'],
    ['comment, any case', { attribute: { comment: 'contractor*' } }, 'alice'],
    ['comment, beyond ASCII', { attribute: { comment: '*équipe légale' } }, 'carol'],
    ['comment, exact', { attribute: { comment: 'contractor' } }, ''],
    ['not', { not: [{ group: 'staff@example.com' }] }, 'dan eve'],
    ['none of several', { not: [{ group: 'staff@example.com' }, { user: ['eve@x.test'] }] }, 'dan'],
    ['group and not', { group: 'staff@example.com', not: [{ group: 'auditors@example.com' }] }, 'carol'],
    ['not not', { not: [{ not: [{ user: ['eve@x.test'] }] }] }, 'eve'],
    ['all parts at once', { group: 'staff@example.com', attribute: { admin: ['none'] } }, 'alice'],
    ['user and group', { user: ['bob@example.com', 'eve@x.test'], group: 'auditors@example.com' }, 'bob'],
    ['domain and not user', { domain: ['example.com'], not: [{ user: ['a*@*'] }] }, 'bob carol'],
    ['one of several', [{ user: ['eve@x.test'] }, { group: 'legal-team@example.com' }], 'alice eve'],
    ['nothing', {}, 'alice bob carol dan eve'],
  ] as const) {
    it(`${means}: ${JSON.stringify(when)} is for ${expected || 'nobody'}`, () => assert.equal(whom(when), expected));
  }

  it('is asked of a group by any of its addresses', () => {
    const group = { id: 'id-auditors@example.com', addresses: ['other@example.com', 'auditors@example.com'] };
    const mapping = aMapping([aRule('r', { group: 'auditors@example.com' }, { roles: ['found'] })]);
    const compiled = compileMapping(mapping, [group], now);
    const found = [...directory.users.values()].filter((user) => evaluateMapping(compiled, user).roles.length > 0);
    assert.deepEqual(
      found.map((user) => user.login),
      ['alice@example.com', 'bob@example.com'],
    );
  });
});
