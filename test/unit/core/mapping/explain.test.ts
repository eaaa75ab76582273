import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { explainUser } from '../../../../sidecar/core/mapping/explain.ts';
import { aDirectory, aMapping, aRule, userAt } from './support/a-directory.ts';

const now = new Date('2026-11-24T10:00:00Z');
const until = new Date('2026-12-01T00:00:00Z');
const mapping = aMapping([
  aRule('audit', { group: 'auditors@example.com' }, { grant: ['ExportEmail'], roles: ['auditor'] }),
  aRule('audit too', { group: 'a*@example.com' }, { grant: ['ExportEmail'] }),
  aRule('everybody', { group: 'all@example.com' }, { deny: ['ReadOwnArchive'] }),
  aRule('others', { group: 'others@example.com' }, { grant: ['Administrator'] }),
  aRule('case 17', [{ user: ['nobody@example.com'] }, { user: ['alice@example.com'], domain: ['example.com'] }], {
    grant: ['ReadArchive:bob@example.com'],
    from: new Date('2026-11-01T00:00Z'),
    until,
    reason: 'LEGAL-88',
  }),
  aRule('next year', { domain: ['example.com'] }, { grant: ['DeleteEmail'], from: new Date('2027-01-01T00:00Z') }),
  aRule('last year', { domain: ['example.com'] }, { roles: ['old'], until: new Date('2026-01-01T00:00Z') }),
  aRule('both', { allGroups: ['auditors@example.com', 'all@example.com'] }, { roles: ['both'] }),
]);
const directory = aDirectory({
  users: { 'alice@example.com': { aliases: ['alice@example.org'] }, 'bob@example.com': {} },
  groups: {
    'auditors@example.com': ['Legal-Team@example.com', 'loop@example.com'],
    'legal-team@example.com': ['alice@example.org'],
    'loop@example.com': ['auditors@example.com'],
    'all@example.com': ['[Example.com]'],
    'others@example.com': ['bob@example.com'],
  },
});
const explained = explainUser(directory, mapping, userAt(directory, 'alice@example.com'), now);
const rights = new Map(explained.rights.map((right) => [right.name, right]));
const plain = { from: undefined, until: undefined, reason: undefined };

describe('the explanation of a user', () => {
  const path = ['auditors@example.com', 'legal-team@example.com', 'alice@example.com'];
  const wholeDomain = ['all@example.com', '[example.com]', 'alice@example.com'];

  it('names each rule that gives a privilege with the path of membership', () => {
    assert.deepEqual(rights.get('ExportEmail'), {
      kind: 'privilege',
      name: 'ExportEmail',
      held: true,
      byDefault: false,
      since: undefined,
      until: undefined,
      grantedBy: [
        { rule: 'audit', paths: [path], because: ['group auditors@example.com'], ...plain },
        { rule: 'audit too', paths: [wholeDomain], because: ['group a*@example.com'], ...plain },
      ],
      deniedBy: [],
    });
    assert.deepEqual(
      rights.get('auditor')?.grantedBy.map(({ paths }) => paths),
      [[path]],
    );
  });

  it('says what is denied, by which rule, and by which way a whole domain is a member', () => {
    assert.deepEqual(rights.get('ReadOwnArchive'), {
      kind: 'privilege',
      name: 'ReadOwnArchive',
      held: false,
      byDefault: true,
      since: undefined,
      until: undefined,
      grantedBy: [],
      deniedBy: [{ rule: 'everybody', paths: [wholeDomain], because: ['group all@example.com'], ...plain }],
    });
  });

  it('says since when, until when and why, and which of several conditions holds', () => {
    const right = rights.get('ReadArchive:bob@example.com');
    assert.deepEqual(right?.until, until);
    assert.deepEqual(right?.grantedBy, [
      {
        rule: 'case 17',
        paths: [],
        because: ['user alice@example.com', 'domain example.com'],
        from: new Date('2026-11-01T00:00Z'),
        until,
        reason: 'LEGAL-88',
      },
    ]);
  });

  it('gives a path for each group that a rule asks for', () => {
    assert.deepEqual(rights.get('both')?.grantedBy[0]?.paths, [path, wholeDomain]);
  });

  it('says nothing of rules for others, and tells of rules for other times', () => {
    assert.equal(rights.has('Administrator'), false);
    assert.equal(rights.has('DeleteEmail'), false);
    assert.deepEqual(
      explained.otherTimes.map(({ rule, time, grant, roles }) => [rule, time, ...grant, ...roles]),
      [
        ['last year', 'over', 'old'],
        ['next year', 'not_yet', 'DeleteEmail'],
      ],
    );
  });

  it('lists all groups with a path, cycles included', () => {
    const paths = new Map(explained.groups.map(({ name, path: way }) => [name, way.join(' < ')]));
    assert.equal(paths.size, 4);
    assert.equal(
      paths.get('loop@example.com'),
      'loop@example.com < auditors@example.com < legal-team@example.com < alice@example.com',
    );
  });
});
