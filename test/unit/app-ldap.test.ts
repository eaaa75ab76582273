import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toLimits } from '../../sidecar/app-ldap.ts';
import { defaultLimits, type LdapLimits } from '../../sidecar/facade/ldap/limits.ts';
import { faultsOf, load } from './config/load-support.ts';

const limitsOf = (env: Readonly<Record<string, string>>): Partial<LdapLimits> =>
  toLimits(load({ env }).settings.ldap.limits);

describe('the LDAP limits of the settings', () => {
  it('are by default those of the LDAP service', () => {
    for (const [name, value] of Object.entries(limitsOf({})))
      assert.equal(value, defaultLimits[name as keyof LdapLimits], name);
  });

  it('reach the service in its own units', () => {
    const env = {
      SIDECAR_LDAP_LIMITS_MESSAGE_KILOBYTES: '32',
      SIDECAR_LDAP_LIMITS_FILTER_DEPTH: '5',
      SIDECAR_LDAP_LIMITS_FILTER_PARTS: '100',
      SIDECAR_LDAP_LIMITS_ATTRIBUTES: '50',
      SIDECAR_LDAP_LIMITS_ENTRIES: '7',
      SIDECAR_LDAP_LIMITS_SEARCH_SECONDS: '2',
    };
    assert.deepEqual(limitsOf(env), {
      messageBytes: 32_768,
      anonymousMessageBytes: 32_768,
      filterDepth: 5,
      filterParts: 100,
      attributes: 50,
      entries: 7,
      searchMs: 2000,
    });
    assert.equal(limitsOf({ SIDECAR_LDAP_LIMITS_MESSAGE_KILOBYTES: '2048' }).anonymousMessageBytes, 65_536);
  });

  it('have limits of their own', () => {
    const faults = faultsOf({ env: { SIDECAR_LDAP_LIMITS_FILTER_DEPTH: '101', SIDECAR_LDAP_LIMITS_ENTRIES: '-1' } });
    assert.equal(faults.length, 2);
  });
});
