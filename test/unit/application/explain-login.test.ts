import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type FailureHistory, findLoginRefusal } from '../../../sidecar/application/explain-login.ts';
import { noFacts, type User } from '../../../sidecar/core/model.ts';

const now = new Date('2026-11-24T10:00:00Z');
const minutesAgo = (...minutes: readonly number[]) => minutes.map((each) => new Date(now.getTime() - each * 60_000));
const limits = { accountFailures: 3, addressFailures: 2, windowMs: 600_000, blockMs: 600_000, failuresInARow: 3 };
const nothing: FailureHistory = { account: [], address: [], limits };
const usual = { state: 'enabled', facts: noFacts, privileges: ['LogOn'], roles: ['auditor'] } as const;

const ask = (user: Partial<User>, require: readonly string[], history: Partial<FailureHistory> = {}) =>
  findLoginRefusal({ ...usual, ...user }, require, { ...nothing, ...history }, now);

describe('the check of a login', () => {
  it('finds nothing in the way of a user who has what is required, as privilege or role', () => {
    assert.equal(ask({}, ['LogOn', 'auditor']), undefined);
    assert.equal(ask({ privileges: [] }, []), undefined);
  });

  for (const [name, user, require, refusal] of [
    ['a state', { state: 'expired' }, ['LogOn'], { step: 'state', state: 'expired' }],
    ['a linked account that is gone', { state: 'missing' }, [], { step: 'state', state: 'missing' }],
    ['any password', { facts: { ...noFacts, passwordCheck: 'any_password' } }, ['x'], { step: 'any_password' }],
    ['a missing role', {}, ['LogOn', 'admin', 'boss'], { step: 'require', missing: ['admin', 'boss'] }],
    ["IceWarp's block", { facts: { ...noFacts, isBlocked: true } }, [], { step: 'blocked_in_icewarp' }],
  ] as const) {
    it(`tells of ${name} before any failure`, () => {
      assert.deepEqual(ask(user, require, { account: minutesAgo(0, 0, 0) }), refusal);
    });
  }

  it('tells of failures, and until when they count', () => {
    assert.equal(ask({}, [], { account: minutesAgo(1, 2) }), undefined);
    assert.deepEqual(ask({}, [], { account: minutesAgo(1, 2, 4, 9, 11) }), {
      step: 'account_failures',
      failures: 4,
      limit: 3,
      // The third latest was 4 minutes ago: from then on only two are left.
      until: new Date('2026-11-24T10:06:00Z'),
    });
    assert.equal(ask({}, [], { account: minutesAgo(1, 2, 10) }), undefined);
  });

  it('tells of failures from the address where the user is', () => {
    assert.deepEqual(ask({}, [], { address: minutesAgo(3, 5) }), {
      step: 'address_failures',
      failures: 2,
      limit: 2,
      until: new Date('2026-11-24T10:05:00Z'),
    });
  });
});
