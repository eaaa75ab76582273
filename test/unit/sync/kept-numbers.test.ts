import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { keepNumbersOf, toAskedNumbers } from '../../../sidecar/app-numbers.ts';
import { DomainError } from '../../../sidecar/core/errors.ts';
import type { KeptNumber } from '../../../sidecar/core/numeric-ids.ts';
import { load } from '../config/load-support.ts';
import { buildDirectory, buildUser } from '../directory/company.ts';

const range = { first: 1_900_000_000, last: 2_099_999_999 };
/** Their UUIDs begin alike. */
const directory = buildDirectory([buildUser(1, 'a@example.com'), buildUser(2, 'b@example.com')]);

describe('the numbers that a directory is published with', () => {
  it('are kept before they are given away, and the same ones the next time', async () => {
    const kept: KeptNumber[] = [];
    const store = {
      list: async () => [...kept],
      add: async (numbers: readonly KeptNumber[]) => void kept.push(...numbers),
    };
    const first = await keepNumbersOf(directory, range, store);
    assert.deepEqual(kept, first);
    assert.deepEqual(first.map(({ number }) => number).sort(), [1_900_000_000, 1_900_000_001]);
    assert.deepEqual(await keepNumbersOf(directory, range, store), first);
  });

  it('fail when they cannot be kept', async () => {
    const add = () => Promise.reject(new DomainError('upstream_unavailable', 'the database is full'));
    const failed = keepNumbersOf(directory, range, { list: async () => [], add });
    await assert.rejects(failed, DomainError);
  });

  it('are none where no listener and no account asks for them', async () => {
    const untouched = { list: () => assert.fail(), add: () => assert.fail() };
    assert.deepEqual(await keepNumbersOf(directory, undefined, untouched), []);
    const asked = (variable: string, text: string) => toAskedNumbers(load({ env: { [variable]: text } }).settings);
    assert.equal(toAskedNumbers(load({ env: {} }).settings), undefined);
    assert.deepEqual(asked('SIDECAR_LDAP_LISTENERS', '[{"name":"hosts","port":1,"profile":"sssd"}]'), range);
    assert.deepEqual(
      asked('SIDECAR_LDAP_SERVICE_ACCOUNTS', '[{"name":"a","password":"p","profile":"dovecot"}]'),
      range,
    );
    assert.equal(asked('SIDECAR_LDAP_SERVICE_ACCOUNTS', '[{"name":"a","password":"p","profile":"piler"}]'), undefined);
  });
});
