import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DomainError, type ErrorCode } from '../../../sidecar/core/errors.ts';
import { type FailureContext, toLdapResult } from '../../../sidecar/facade/ldap/errors.ts';
import { OperationError, ResultCode } from '../../../sidecar/facade/ldap/result-codes.ts';

const entryByDn: FailureContext = { asked: 'entry', input: 'dn' };
const subtree: FailureContext = { asked: 'subtree', input: 'dn' };
const other: FailureContext = { asked: 'entry', input: 'other' };

const cells: readonly (readonly [ErrorCode, FailureContext, number])[] = [
  ['invalid_credentials', entryByDn, 49],
  ['not_found', entryByDn, 32],
  ['not_found', subtree, 0],
  ['forbidden', entryByDn, 50],
  ['invalid_input', entryByDn, 34],
  ['invalid_input', other, 2],
  ['conflict', entryByDn, 68],
  ['unsupported', entryByDn, 53],
  ['upstream_unavailable', subtree, 52],
  ['upstream_undecided', subtree, 51],
];

describe('the LDAP result of a failure', () => {
  for (const [code, context, expected] of cells) {
    it(`is ${expected} for ${code} (${context.asked}, ${context.input}), without the administrator's text`, () => {
      const result = toLdapResult(new DomainError(code, 'for the administrator'), context);
      assert.equal(result.code, expected);
      assert.doesNotMatch(result.message, /administrator/);
    });
  }

  it('is other, without text, for what nobody foresaw', () => {
    for (const error of [new TypeError('x is not a function'), 'text', undefined]) {
      assert.deepEqual(toLdapResult(error, entryByDn), { code: 80, message: '' });
    }
  });

  it('is what an operation itself says', () => {
    const error = new OperationError(ResultCode.noSuchObject, 'no base', 'o=icewarp');
    assert.deepEqual(toLdapResult(error, subtree), { code: 32, message: 'no base', matchedDn: 'o=icewarp' });
  });
});
