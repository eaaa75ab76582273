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
      SIDECAR_LDAP_LIMITS_CONNECTIONS: '9',
      SIDECAR_LDAP_LIMITS_CONNECTIONS_PER_ADDRESS: '8',
      SIDECAR_LDAP_LIMITS_OUTSTANDING_OPERATIONS: '6',
      SIDECAR_LDAP_LIMITS_IDLE_SECONDS: '60',
      SIDECAR_LDAP_LIMITS_HANDSHAKE_SECONDS: '4',
      SIDECAR_LDAP_LIMITS_MESSAGE_SECONDS: '3',
      SIDECAR_LDAP_LIMITS_BACKLOG_KILOBYTES: '16',
      SIDECAR_LDAP_LIMITS_DRAIN_SECONDS: '1',
    };
    assert.deepEqual(limitsOf(env), {
      messageBytes: 32_768,
      anonymousMessageBytes: 32_768,
      filterDepth: 5,
      filterParts: 100,
      attributes: 50,
      entries: 7,
      searchMs: 2000,
      connections: 9,
      connectionsPerAddress: 8,
      queuedRequests: 6,
      idleMs: 60_000,
      anonymousIdleMs: 60_000,
      handshakeMs: 4000,
      messageMs: 3000,
      backlogBytes: 16_384,
      drainMs: 1000,
    });
    assert.equal(limitsOf({ SIDECAR_LDAP_LIMITS_MESSAGE_KILOBYTES: '2048' }).anonymousMessageBytes, 65_536);
  });

  it('have limits of their own', () => {
    const faults = faultsOf({ env: { SIDECAR_LDAP_LIMITS_FILTER_DEPTH: '101', SIDECAR_LDAP_LIMITS_ENTRIES: '-1' } });
    assert.equal(faults.length, 2);
  });
});
