import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toContentSecurityPolicy, toFormTarget } from '../../../../sidecar/facade/oidc/csp.ts';

describe('the target of a form', () => {
  const cases: [uri: unknown, target: string | undefined][] = [
    ['https://wiki.test/callback?x=1', 'https://wiki.test'],
    ['https://wiki.test:8443/callback', 'https://wiki.test:8443'],
    ['http://127.0.0.1:5123/callback', 'http://127.0.0.1:5123'],
    ['http://[::1]:5123/callback', 'http://[::1]:5123'],
    ['https://user:secret@wiki.test/', 'https://wiki.test'],
    ['com.example.app:/callback', 'com.example.app:'],
    ["https://wiki.test;script-src 'unsafe-inline'/", undefined],
    // A comma ends a policy, and a semicolon a directive.
    ['https://wiki.test,evil/', undefined],
    ['no uri', undefined],
    [undefined, undefined],
    [['https://wiki.test'], undefined],
  ];
  for (const [uri, target] of cases) {
    it(`of ${JSON.stringify(uri)} is ${target}`, () => {
      assert.equal(toFormTarget(uri), target);
    });
  }

  it('stands in the policy beside ourselves', () => {
    assert.match(toContentSecurityPolicy(['https://wiki.test']), /; form-action 'self' https:\/\/wiki\.test$/);
    assert.match(toContentSecurityPolicy(), /; form-action 'self'$/);
  });
});
