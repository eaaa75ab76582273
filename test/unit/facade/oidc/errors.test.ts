import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { errors } from 'oidc-provider';
import { DomainError, type ErrorCode } from '../../../../sidecar/core/errors.ts';
import { failAsProvider, toProviderError } from '../../../../sidecar/facade/oidc/errors.ts';

describe('what the library is told of a failure', () => {
  const cells: Record<ErrorCode, [code: string, status: number] | 'unchanged'> = {
    invalid_credentials: ['access_denied', 400],
    forbidden: ['access_denied', 400],
    invalid_input: ['invalid_request', 400],
    upstream_unavailable: ['temporarily_unavailable', 503],
    upstream_undecided: ['temporarily_unavailable', 503],
    not_found: 'unchanged',
    conflict: 'unchanged',
    unsupported: 'unchanged',
  };
  for (const [code, cell] of Object.entries(cells)) {
    it(`for ${code} is ${String(cell)}`, () => {
      const failure = new DomainError(code as ErrorCode, 'the file /etc/secret is gone');
      const told = toProviderError(failure);
      if (cell === 'unchanged') return assert.equal(told, failure);
      assert.ok(told instanceof errors.OIDCProviderError);
      assert.deepEqual([told.error, told.statusCode], cell);
      assert.equal(told.expose, true);
      assert.doesNotMatch(`${told.message} ${told.error_description}`, /secret/);
      assert.equal(told.error_detail, failure.message);
      assert.equal(told.cause, failure);
    });
  }

  it('for what nobody foresaw is that itself, which is answered without a word', async () => {
    const fault = new TypeError('x is undefined');
    assert.equal(toProviderError(fault), fault);
    await assert.rejects(
      failAsProvider(() => Promise.reject(fault)),
      fault,
    );
  });

  it('is what the library itself threw', () => {
    const thrown = new errors.InvalidGrant('used');
    assert.equal(toProviderError(thrown), thrown);
  });
});
