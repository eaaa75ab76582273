import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { issuerOf } from '../../../sidecar/config/http-settings.ts';
import { faultsOf, load } from './load-support.ts';

const tls = { SIDECAR_HTTP_TLS_CERT_FILE: '/etc/tls/cert.pem', SIDECAR_HTTP_TLS_KEY_FILE: '/etc/tls/key.pem' };

describe('the settings of HTTP', () => {
  it('make the issuer of where the service listens, or of where it is reached', () => {
    const issuer = (env: Readonly<Record<string, string>>) => issuerOf(load({ env }).settings.http);
    assert.equal(issuer({}), 'http://127.0.0.1:8080/oidc');
    assert.equal(issuer({ ...tls, SIDECAR_HTTP_HOST: '::1' }), 'https://[::1]:8080/oidc');
    assert.equal(issuer({ SIDECAR_HTTP_PUBLIC_URL: 'https://sso.example.com/' }), 'https://sso.example.com/oidc');
  });

  it('take proxies as addresses and networks', () => {
    const { http } = load({ env: { SIDECAR_HTTP_TRUST_PROXY: '10.0.0.5, 2001:db8::/32' } }).settings;
    assert.deepEqual(http.trustProxy, ['10.0.0.5/32', '2001:db8::/32']);
    assert.match(faultsOf({ env: { SIDECAR_HTTP_TRUST_PROXY: 'true' } }).join(), /http\.trustProxy/);
  });

  it('want certificate and key together, and no clear-text address beside them', () => {
    const { SIDECAR_HTTP_TLS_KEY_FILE: _key, ...half } = tls;
    assert.match(faultsOf({ env: half }).join(), /http\.tls\.keyFile: is missing beside http\.tls\.certFile/);
    assert.match(
      faultsOf({ env: { ...tls, SIDECAR_HTTP_PUBLIC_URL: 'http://sso.example.com' } }).join(),
      /http\.publicUrl.*write https:/,
    );
    assert.equal(load({ env: tls }).settings.http.tls.certFile, join('/etc/tls/cert.pem'));
  });

  it('warn where passwords would cross the network readable', () => {
    const warnings = (env: Readonly<Record<string, string>>) => load({ env }).warnings.join();
    assert.match(warnings({ SIDECAR_HTTP_PUBLIC_URL: 'http://sso.example.com' }), /publicUrl begins with http:/);
    assert.match(warnings({ SIDECAR_HTTP_HOST: '0.0.0.0' }), /http\.host is 0\.0\.0\.0/);
    assert.doesNotMatch(warnings({ ...tls, SIDECAR_HTTP_HOST: '0.0.0.0' }), /http\.host/);
    const behind = { SIDECAR_HTTP_PUBLIC_URL: 'https://sso.example.com' };
    assert.match(warnings(behind), /http\.trustProxy is empty/);
    assert.doesNotMatch(warnings({ ...behind, SIDECAR_HTTP_TRUST_PROXY: '10.0.0.5' }), /http\.trustProxy/);
  });
});
