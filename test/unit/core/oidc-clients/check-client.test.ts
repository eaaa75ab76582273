import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkOidcClient } from '../../../../sidecar/core/oidc-clients/check-client.ts';
import type { OidcClientInput } from '../../../../sidecar/core/oidc-clients/client.ts';

const wiki: OidcClientInput = { id: 'wiki', redirectUris: ['https://wiki.example.com/callback'] };
const faultsOf = (input: OidcClientInput) => checkOidcClient(input).faults?.map(({ property }) => property) ?? [];

describe('the metadata of an OIDC client', () => {
  it('asks for LogOn, signs with ES256 and asks for consent unless told otherwise', () => {
    const { client } = checkOidcClient(wiki);
    assert.deepEqual(client?.require, ['LogOn']);
    assert.equal(client?.idTokenAlgorithm, 'ES256');
    assert.equal(client?.isFirstParty, false);
    assert.equal(client?.name, 'wiki');
  });

  it('takes nobody in particular as a requirement when it is told so', () => {
    assert.deepEqual(checkOidcClient({ ...wiki, require: [] }).client?.require, []);
  });

  it('tells all faults at once', () => {
    assert.deepEqual(
      faultsOf({
        id: 'a b',
        name: '',
        redirectUris: ['https://wiki.example.com/*', 'javascript:alert(1)', 'https://wiki.example.com/ok'],
        backchannelLogoutUri: 'com.example.app:/logout',
        isPublic: 'yes',
        idTokenAlgorithm: 'none',
        twoFactor: 'maybe',
        claimNames: { groups: 'realm.groups', roles: 'sub', nothing: 'x' },
        groups: ['not an address'],
        require: [''],
      }),
      [
        'id',
        'name',
        'backchannelLogoutUri',
        'idTokenAlgorithm',
        'twoFactor',
        'claimNames.groups',
        'claimNames.roles',
        'claimNames.nothing',
        'isPublic',
        'redirectUris[0]',
        'redirectUris[1]',
        'require[0]',
        'groups[0]',
      ],
    );
  });

  for (const [uri, isTaken] of [
    ['https://wiki.example.com/callback?a=b', true],
    ['http://127.0.0.1/callback', true],
    ['http://[::1]:4000/callback', true],
    ['http://localhost:4000/callback', true],
    ['com.example.app:/callback', true],
    ['http://wiki.example.com/callback', false],
    ['https://wiki.example.com/#here', false],
    ['https://user:secret@wiki.example.com/', false],
    ['https://*.example.com/callback', false],
    ['/callback', false],
    ['javascript:alert(1)', false],
    ['data:text/html,x', false],
    ['myapp:/callback', false],
    [`https://wiki.example.com/${'x'.repeat(2000)}`, false],
    ['', false],
  ] as const) {
    it(`${isTaken ? 'takes' : 'refuses'} the redirect URI ${uri.slice(0, 50)}`, () => {
      assert.deepEqual(faultsOf({ id: 'wiki', redirectUris: [uri] }), isTaken ? [] : ['redirectUris[0]']);
    });
  }

  it('wants a redirect URI unless the client gets tokens for itself alone', () => {
    assert.deepEqual(faultsOf({ id: 'wiki' }), ['redirectUris']);
    assert.deepEqual(faultsOf({ id: 'robot', clientCredentials: true }), []);
    assert.deepEqual(faultsOf({ ...wiki, isPublic: true, clientCredentials: true }), ['clientCredentials']);
  });

  it('bounds its lists', () => {
    const redirectUris = Array.from({ length: 101 }, (_, index) => `https://wiki.example.com/${index}`);
    assert.ok(faultsOf({ id: 'wiki', redirectUris }).includes('redirectUris'));
  });
});
