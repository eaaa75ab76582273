import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type BootstrapAdmin, type BootstrapClient, bootstrapKeycloak } from '../../../plugin/bootstrap.ts';
import { Secret } from '../../../sidecar/core/secret.ts';
import { brokering, federation, toSettings } from './target-harness.ts';

interface Fake extends BootstrapAdmin {
  readonly log: string[];
  readonly rights: string[];
}

function createFake(hasRealm: boolean, client?: BootstrapClient): Fake {
  const log: string[] = [];
  const rights: string[] = [];
  return {
    ...{ log, rights },
    hasRealm: async () => hasRealm,
    createRealm: async () => void log.push('realm'),
    findClient: async () => client,
    async createClient(clientId) {
      log.push(`client ${clientId}`);
      return { id: 'c', isServiceAccount: true };
    },
    setClientSecret: async (_, secret) => void log.push(`secret ${secret.reveal()}`),
    listGrantedRights: async () => rights,
    grantRights: async (_, names) => void log.push(`grant ${names.join(' ')}`),
    close: async () => {},
  };
}

const input = { settings: toSettings(), clientId: 'icewarp-sidecar', secret: new Secret('s'), createsRealm: false };

describe('bootstrap', () => {
  it('makes realm and client with the least rights', async () => {
    const fake = createFake(false);
    const result = await bootstrapKeycloak(fake, { ...input, createsRealm: true });
    assert.deepEqual(fake.log, ['realm', 'client icewarp-sidecar', 'grant manage-realm manage-users']);
    assert.deepEqual([result.madeRealm, result.madeClient, result.surplus], [true, true, []]);
  });

  it('gives the rights that clients and brokering need only with those', async () => {
    const fake = createFake(true);
    const settings = toSettings({ brokering, federation: { ...federation, clients: ['archive'] } });
    const { granted } = await bootstrapKeycloak(fake, { ...input, settings });
    assert.deepEqual(
      granted.map(({ name }) => name),
      ['manage-realm', 'manage-users', 'view-clients', 'manage-identity-providers'],
    );
  });

  it('mends a client that is there: its secret and what it lacks, and tells what it has too much', async () => {
    const fake = createFake(true, { id: 'c', isServiceAccount: true });
    fake.rights.push('manage-users', 'manage-clients');
    const result = await bootstrapKeycloak(fake, input);
    assert.deepEqual(fake.log, ['secret s', 'grant manage-realm']);
    assert.deepEqual(result.surplus, ['manage-clients']);
  });

  it('makes no realm that nobody asked for', async () => {
    const fake = createFake(false);
    await assert.rejects(bootstrapKeycloak(fake, input), /there is no realm staff; .*--create-realm/);
    assert.deepEqual(fake.log, []);
  });

  it('takes no client that people log in by', async () => {
    const fake = createFake(true, { id: 'c', isServiceAccount: false });
    await assert.rejects(bootstrapKeycloak(fake, input), /name another one in keycloak\.clientId/);
    assert.deepEqual(fake.log, []);
  });

  it('stays out of the realm master', async () => {
    const settings = toSettings({ realm: 'master' });
    await assert.rejects(bootstrapKeycloak(createFake(true), { ...input, settings }), /keycloak\.realm is master/);
  });
});
