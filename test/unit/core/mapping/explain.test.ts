import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { explainUser } from '../../../../sidecar/core/mapping/explain.ts';
import type { Rule } from '../../../../sidecar/core/mapping/rules.ts';
import { plan, userOf } from '../../../support/reconcile-harness.ts';
import { aDomain, aGroup, anAccount } from '../../../support/scripted-source.ts';

const rule = (name: string, group: string, effects: Partial<Rule>): Rule => ({
  name,
  when: { group },
  grant: [],
  deny: [],
  roles: [],
  ...effects,
});
const mapping = {
  defaults: ['LogOn', 'ReadOwnArchive'],
  rules: [
    rule('audit', 'auditors@example.com', { grant: ['ExportEmail'], roles: ['auditor'] }),
    rule('audit too', 'a*@example.com', { grant: ['ExportEmail'] }),
    rule('everybody', 'all@example.com', { deny: ['ReadOwnArchive'] }),
    rule('others', 'others@example.com', { grant: ['Administrator'] }),
  ],
};
const { next: directory } = plan({
  mapping,
  reading: {
    domains: [aDomain('example.com', { aliases: ['example.org'] })],
    users: [anAccount('alice@example.com', { aliases: ['alice@example.org'] }), anAccount('bob@example.com')],
    groups: [
      aGroup('auditors@example.com', ['Legal@example.com', 'loop@example.com']),
      aGroup('legal-team@example.com', ['alice@example.org'], { aliases: ['legal@example.com'] }),
      aGroup('loop@example.com', ['auditors@example.com']),
      aGroup('all@example.com', ['[example.org]']),
      aGroup('others@example.com', ['bob@example.com']),
    ],
  },
});
const alice = userOf(directory, 'alice@example.com');
assert.ok(alice);
const explained = explainUser(directory, mapping, alice);
const rights = new Map(explained.rights.map((right) => [right.name, right]));

describe('the explanation of a user', () => {
  it('names each rule that gives a privilege with the path of membership', () => {
    const path = ['auditors@example.com', 'legal-team@example.com', 'alice@example.com'];
    assert.deepEqual(rights.get('ExportEmail'), {
      kind: 'privilege',
      name: 'ExportEmail',
      held: true,
      byDefault: false,
      grantedBy: [
        { rule: 'audit', path },
        { rule: 'audit too', path: ['all@example.com', '[example.org]', 'alice@example.com'] },
      ],
      deniedBy: [],
    });
    assert.deepEqual(rights.get('auditor')?.grantedBy, [{ rule: 'audit', path }]);
  });

  it('says what is denied, by which rule, and by which way a whole domain is a member', () => {
    assert.deepEqual(rights.get('ReadOwnArchive'), {
      kind: 'privilege',
      name: 'ReadOwnArchive',
      held: false,
      byDefault: true,
      grantedBy: [],
      deniedBy: [{ rule: 'everybody', path: ['all@example.com', '[example.org]', 'alice@example.com'] }],
    });
  });

  it('agrees with what the plan served, and says nothing of rules for others', () => {
    const held = explained.rights.filter((right) => right.held);
    const names = (kind: string) => held.filter((right) => right.kind === kind).map(({ name }) => name);
    assert.deepEqual(names('privilege'), alice.privileges);
    assert.deepEqual(names('role'), alice.roles);
    assert.equal(rights.has('Administrator'), false);
  });

  it('lists all groups with a path, cycles included', () => {
    const paths = new Map(explained.groups.map(({ name, path }) => [name, path.join(' < ')]));
    assert.equal(paths.size, 4);
    assert.equal(
      paths.get('loop@example.com'),
      'loop@example.com < auditors@example.com < legal-team@example.com < alice@example.com',
    );
  });
});
