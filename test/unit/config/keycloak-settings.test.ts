import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { printSettings } from '../../../sidecar/config/print.ts';
import { faultsOf, load } from './load-support.ts';

describe('the settings of Keycloak', () => {
  it('do nothing when nothing is set', () => {
    const { keycloak } = load({}).settings;
    assert.equal(keycloak.url, undefined);
    assert.deepEqual([keycloak.federation.enabled, keycloak.brokering.enabled], [true, false]);
    assert.equal(keycloak.federation.removeMissing, false);
  });

  it('drop the slash at the end of the address, so that no path gets two', () => {
    const { keycloak } = load({ flags: { 'keycloak.url': 'https://sso.example.com/auth/' } }).settings;
    assert.equal(keycloak.url, 'https://sso.example.com/auth');
  });

  it('take several LDAP addresses with blanks between', () => {
    const urls = 'ldaps://a.example.com:636/  ldaps://[2001:db8::1]:636';
    const { federation } = load({ flags: { 'keycloak.federation.connectionUrl': urls } }).settings.keycloak;
    assert.equal(federation.connectionUrl, 'ldaps://a.example.com:636 ldaps://[2001:db8::1]:636');
  });

  const wrong: readonly (readonly [string, string, RegExp])[] = [
    ['keycloak.url', 'sso.example.com', /is no address of a server/],
    ['keycloak.url', 'https://admin:hidden@sso.example.com', /without a login/],
    ['keycloak.realm', '..', /is no realm/],
    ['keycloak.realm', 'a/b', /is no realm/],
    ['keycloak.clients', 'two words', /is no client id/],
    ['keycloak.federation.connectionUrl', 'ldap://a.example.com,ldap://b.example.com', /is no LDAP URL/],
    ['keycloak.federation.connectionUrl', 'http://a.example.com', /is no LDAP URL/],
    ['keycloak.federation.connectionUrl', 'ldap://cn=me:hidden@a.example.com', /is no LDAP URL/],
    ['keycloak.federation.groupsParent', 'a/b', /is no name here/],
    ['keycloak.federation.bindAccount', 'cn=keycloak', /is no name; use letters/],
    ['keycloak.federation.composites', 'Auditor', /is no inclusion; write one like Auditor>ReadOwnArchive/],
    ['keycloak.federation.batchSize', '0', /whole number from 10 to 10000/],
  ];
  for (const [key, value, message] of wrong) {
    it(`refuse ${key} ${value}`, () => {
      assert.match(faultsOf({ flags: { [key]: value } }).join(), message);
    });
  }

  it('show no secret, and take none as a flag', () => {
    const env = {
      SIDECAR_KEYCLOAK_CLIENT_SECRET: 'very-hidden',
      SIDECAR_KEYCLOAK_ADMIN_PASSWORD: 'very-hidden',
      SIDECAR_KEYCLOAK_BROKERING_CLIENT_SECRET: 'very-hidden',
    };
    assert.doesNotMatch(printSettings(load({ env })), /very-hidden/);
    assert.match(faultsOf({ flags: { 'keycloak.clientSecret': 'x' } }).join(), /secret and no flag/);
  });

  it('warn of secrets in clear over a network, not on this machine', () => {
    const warningsOf = (url: string) => load({ flags: { 'keycloak.url': url } }).warnings.join();
    assert.match(warningsOf('http://sso.example.com'), /keycloak\.url begins with http/);
    assert.doesNotMatch(warningsOf('http://127.0.0.1:8080'), /keycloak\.url/);
  });
});
