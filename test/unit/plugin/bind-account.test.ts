import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createBindAccount } from '../../../sidecar/app-keycloak-account.ts';
import { makeSecretKey } from '../../../sidecar/core/made-secret.ts';
import { Secret } from '../../../sidecar/core/secret.ts';
import { systemClock } from '../../../sidecar/host/system-clock.ts';
import { createMemoryKey, createMemoryServiceAccounts } from '../../support/memory-service-accounts.ts';

describe('the service account that Keycloak binds with', () => {
  it('is made at first, rotated afterwards, and removed', async () => {
    const ports = { accounts: createMemoryServiceAccounts(), key: createMemoryKey(), clock: systemClock };
    const account = createBindAccount(ports, []);
    assert.equal(await account.readState('keycloak'), 'missing');
    const first = await account.issue('keycloak');
    assert.equal(await account.readState('Keycloak'), 'usable');
    assert.notEqual((await account.issue('keycloak')).reveal(), first.reveal());
    assert.equal((await ports.accounts.list()).length, 1);
    await account.remove('keycloak');
    assert.equal(await account.readState('keycloak'), 'missing');
  });

  it('is of no use once the key is another one, and usable again after a rotation', async () => {
    const ports = { accounts: createMemoryServiceAccounts(), key: createMemoryKey(), clock: systemClock };
    const account = createBindAccount(ports, []);
    await account.issue('keycloak');
    ports.key.key = makeSecretKey();
    assert.equal(await account.readState('keycloak'), 'unusable');
    await account.issue('keycloak');
    assert.equal(await account.readState('keycloak'), 'usable');
  });

  it('is that of the configuration where there is one: no other is made', async () => {
    const ports = { accounts: createMemoryServiceAccounts(), key: createMemoryKey(), clock: systemClock };
    const account = createBindAccount(ports, [{ name: 'KeyCloak', password: new Secret('chosen'), beforeUse: false }]);
    assert.equal(await account.readState('keycloak'), 'configured');
    assert.equal((await account.issue('keycloak')).reveal(), 'chosen');
    assert.deepEqual(await ports.accounts.list(), []);
  });
});
