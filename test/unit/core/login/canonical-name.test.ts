import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findByCanonicalName, toCanonicalName } from '../../../../sidecar/core/login/canonical-name.ts';
import { createDirectory, createUser } from './support/login-world.ts';

const address = (name: string) => ({ kind: 'address', name });
const local = (name: string, domainLabel?: string) => ({ kind: 'local', name, domainLabel });
const impossible = { kind: 'impossible' };

const cases: readonly (readonly [string, object])[] = [
  ['bob@example.com', address('bob@example.com')],
  ['  BOB@Example.COM ', address('bob@example.com')],
  ['bob@example.com.', address('bob@example.com')],
  ['jose\u0301@example.com', address('josé@example.com')],
  ['bob@BÜCHER.example', address('bob@xn--bcher-kva.example')],
  ['bob%example.com', address('bob@example.com')],
  ['bob/example.com', address('bob@example.com')],
  ['a/b@example.com', address('a/b@example.com')],
  ['example.com\\Bob', address('bob@example.com')],
  ['EXAMPLE\\Bob', local('bob', 'example')],
  ['Bob', local('bob', undefined)],
  ["O'Neil", local("o'neil", undefined)],
  ['', impossible],
  ['   ', impossible],
  ['@example.com', impossible],
  ['bob@', impossible],
  ['bob smith', impossible],
  ['bob\0', impossible],
  ['bob\r\nx@example.com', impossible],
  ['a\\b\\c', impossible],
  ['\\bob', impossible],
  ['cn=admin,dc=example,dc=com', local('cn=admin,dc=example,dc=com', undefined)],
  ['x'.repeat(65), impossible],
  ['x'.repeat(1_000_000), impossible],
];

describe('the canonical form of a login name', () => {
  for (const [typed, expected] of cases) {
    it(`reads ${JSON.stringify(typed.slice(0, 40))} as ${JSON.stringify(expected)}`, () => {
      assert.deepEqual(toCanonicalName(typed), expected);
    });
  }

  it('is its own canonical form', () => {
    for (const [, expected] of cases) {
      if ('name' in expected && !('domainLabel' in expected))
        assert.deepEqual(toCanonicalName(String(expected.name)), expected);
    }
  });
});

describe('looking a canonical name up', () => {
  const bob = createUser('bob@example.com');
  const directory = createDirectory({ 'bob@example.com': [bob], bob: [bob] });
  const find = (typed: string) => findByCanonicalName(directory, toCanonicalName(typed)).kind;

  it('takes DOMAIN\\name for the user whose domain begins so', () => {
    assert.equal(find('EXAMPLE\\bob'), 'found');
    assert.equal(find('OTHER\\bob'), 'unknown');
    assert.equal(find('EXAM\\bob'), 'unknown');
  });

  it('finds nobody under a name that cannot be', () => {
    assert.equal(find('bob\0'), 'unknown');
  });
});
