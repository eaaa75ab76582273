import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { explainArchive } from '../../../sidecar/application/explain-archive.ts';
import { explainPrivilege } from '../../../sidecar/application/explain-privilege.ts';
import { DomainError } from '../../../sidecar/core/errors.ts';
import { aDirectory, aMapping, aRule } from '../core/mapping/support/a-directory.ts';

const directory = aDirectory({
  users: {
    'admin@example.com': {},
    'bob@example.com': { aliases: ['robert@example.com'] },
    'carol@example.com': { state: 'disabled' },
    'jane@example.com': {},
    'out@example.com': {},
  },
  groups: {
    'sales@example.com': ['bob@example.com', 'carol@example.com'],
    'auditors@example.com': ['legal@example.com'],
    'legal@example.com': ['jane@example.com', 'out@example.com'],
  },
});
const now = new Date('2026-11-24T10:00:00Z');
const mapping = aMapping([
  aRule('audit', { group: 'auditors@example.com' }, { grant: ['ReadArchive:*'], roles: ['auditor'] }),
  aRule('case', { user: ['admin@example.com'] }, { grant: ['ReadArchive:robert@example.com'], reason: 'LEGAL-88' }),
  aRule('sales', { user: ['carol@example.com'] }, { grant: ['WriteArchive:group:sales@example.com'] }),
  aRule('not out', { user: ['out@example.com'] }, { deny: ['ReadArchive:*', 'LogOn'] }),
  aRule('gone', { user: ['admin@example.com'] }, { grant: ['DeleteArchive:gone@example.com'] }),
]);

const linesOf = (name: string) =>
  explainArchive(directory, mapping, name, now).holders.map(({ login, isOwner, rights }) =>
    [login, ...(isOwner ? ['owner'] : []), ...rights.map((right) => right.name)].join(' '),
  );

describe('the explanation of an archive', () => {
  const ofBob = [
    'admin@example.com ReadArchive:robert@example.com',
    'bob@example.com owner ReadOwnArchive',
    'carol@example.com WriteArchive:group:sales@example.com',
    'jane@example.com ReadArchive:*',
  ];
  for (const name of ['bob@example.com', 'robert@example.com', 'bob']) {
    it(`lists everybody whom it is open to, by alias, by group and all of them, for ${name}`, () => {
      assert.deepEqual(linesOf(name), ofBob);
    });
  }

  it('says why', () => {
    const holders = explainArchive(directory, mapping, 'bob', now).holders;
    const jane = holders.find(({ login }) => login === 'jane@example.com');
    assert.deepEqual(jane?.rights[0]?.grantedBy[0]?.paths, [
      ['auditors@example.com', 'legal@example.com', 'jane@example.com'],
    ]);
    assert.equal(holders[0]?.rights[0]?.grantedBy[0]?.reason, 'LEGAL-88');
  });

  it('is given for an address that nobody bears any more', () => {
    assert.deepEqual(linesOf('gone@example.com'), [
      'admin@example.com DeleteArchive:gone@example.com',
      'jane@example.com ReadArchive:*',
    ]);
    assert.equal(explainArchive(directory, mapping, 'gone@example.com', now).isKnown, false);
  });

  it('is refused for what is neither user nor address', () => {
    assert.throws(
      () => explainArchive(directory, mapping, 'nobody', now),
      (error) => error instanceof DomainError && error.code === 'not_found',
    );
  });
});

describe('the explanation of a privilege', () => {
  const ask = (name: string) => {
    const { kind, holders, denied } = explainPrivilege(directory, mapping, name, now);
    const logins = (found: typeof holders) => found.map(({ login }) => login.slice(0, login.indexOf('@'))).join(' ');
    return [kind, logins(holders), logins(denied)];
  };
  for (const [name, expected] of [
    ['LogOn', ['privilege', 'admin bob carol jane', 'out']],
    ['ReadArchive:*', ['privilege', 'jane', 'out']],
    ['ReadArchive:Robert@Example.com', ['privilege', 'admin', '']],
    ['Administrator', ['privilege', '', '']],
    ['auditor', ['role', 'jane out', '']],
  ] as const) {
    it(`says who has ${name} and whom it is denied`, () => assert.deepEqual(ask(name), expected));
  }

  it('is refused for a name that is neither privilege nor role', () => {
    assert.throws(
      () => ask('Loggon'),
      /"Loggon" is no privilege, and no rule gives such a role; known are LogOn, .*auditor/,
    );
  });
});
