import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, it } from 'node:test';
import { createKeycloakClient } from '../../../plugin/keycloak-client.ts';
import type { RealmAdmin } from '../../../plugin/realm-admin.ts';
import { DomainError } from '../../../sidecar/core/errors.ts';
import { Secret } from '../../../sidecar/core/secret.ts';
import { createCertificate } from '../../../sidecar/simulator/certificate.ts';

type Answer = readonly [status: number, body: unknown];

function toToken(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part(claims)}.x`;
}

describe('the client for the admin REST API', () => {
  let server: Server;
  let url = '';
  let answers: Record<string, Answer> = {};
  let seen: string[] = [];
  let claims: object = {};

  const reply = (request: IncomingMessage, response: ServerResponse) => {
    const path = (request.url?.split('?')[0] ?? '').replace(/\/$/, '');
    const call = `${request.method} ${path}`;
    seen.push(call);
    const token: Answer = [200, { access_token: toToken({ exp: Date.now() / 1000 + 60, ...claims }) }];
    const [status, body] = answers[call] ?? (path.endsWith('/token') ? token : [404, { error: 'unknown' }]);
    const isText = typeof body === 'string';
    response.writeHead(status, {
      'content-type': isText ? 'text/html' : 'application/json',
      ...(status === 302 || status === 201 ? { location: 'https://elsewhere.example.com/c' } : {}),
    });
    response.end(isText ? body : JSON.stringify(body));
  };

  before(async () => {
    server = createServer(reply).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    answers = {};
    seen = [];
    claims = {};
  });
  after(() => server.close());

  async function withClient<T>(work: (client: RealmAdmin) => Promise<T>, at = url, ca?: string): Promise<T> {
    const login = { url: at, loginRealm: 'staff', clientId: 'me', clientSecret: new Secret('hush'), ca };
    const client = createKeycloakClient(login, 'staff');
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  }
  const token = 'POST /realms/staff/protocol/openid-connect/token';
  const realm = 'GET /admin/realms/staff';

  const failures: readonly (readonly [string, Record<string, Answer>, string, RegExp])[] = [
    ['a realm that is not there', { [token]: [404, { error: 'Realm does not exist' }] }, 'not_found', /no realm staff/],
    ['another server', { [token]: [404, '<html>'] }, 'not_found', /there is no Keycloak at http/],
    [
      'a wrong secret',
      { [token]: [401, { error_description: 'Invalid client' }] },
      'invalid_credentials',
      /refuses the login of client me in the realm staff: Invalid client/,
    ],
    ['a redirect', { [token]: [302, ''] }, 'upstream_unavailable', /sends us to another address/],
    ['a page in place of JSON', { [token]: [200, '<html>'] }, 'upstream_unavailable', /no JSON/],
    [
      'a right that is missing',
      { [realm]: [403, { error: 'HTTP 403 Forbidden' }] },
      'forbidden',
      /read the realm staff/,
    ],
    [
      'a fault of Keycloak',
      { [realm]: [500, { error: 'unknown_error' }] },
      'upstream_unavailable',
      /its log tells more/,
    ],
    ['a realm without its id', { [realm]: [200, { realm: 'staff' }] }, 'forbidden', /view-realm/],
  ];
  for (const [name, given, code, message] of failures) {
    it(`says what is wrong: ${name}`, async () => {
      answers = given;
      await assert.rejects(
        withClient((client) => client.readRealm()),
        (error: unknown) => {
          assert.ok(error instanceof DomainError);
          assert.equal(error.code, code);
          assert.match(error.message, message);
          assert.doesNotMatch(error.message, /hush/);
          return true;
        },
      );
    });
  }

  it('says so when nobody listens', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    await assert.rejects(
      withClient((client) => client.readRealm(), `http://127.0.0.1:${port}`),
      /connection refused; is Keycloak running/,
    );
  });

  it('believes a certificate that the given authority signed, and no other', async () => {
    const { certificatePem, keyPem } = createCertificate(new Date());
    const secure = createTlsServer({ cert: certificatePem, key: keyPem }, reply).listen(0, '127.0.0.1');
    await once(secure, 'listening');
    const at = `https://127.0.0.1:${(secure.address() as AddressInfo).port}`;
    answers = { [realm]: [200, { id: 'r' }] };
    try {
      const read = (client: RealmAdmin) => client.readRealm();
      assert.deepEqual(await withClient(read, at, certificatePem), { id: 'r' });
      await assert.rejects(withClient(read, at), /its certificate is self-signed; set keycloak\.caFile/);
    } finally {
      secure.close();
    }
  });

  it('takes an answer of another shape for none', async () => {
    answers = { [realm]: [200, { id: 'r' }], 'GET /admin/realms/staff/components': [200, [{ id: 5 }]] };
    await assert.rejects(
      withClient((client) => client.listLdapProviders()),
      (error: unknown) => error instanceof DomainError && error.code === 'upstream_unavailable',
    );
  });

  it('logs in once for many calls', async () => {
    answers = { [realm]: [200, { id: 'r' }] };
    await withClient(async (client) => {
      await client.readRealm();
      await client.readRealm();
    });
    assert.equal(seen.filter((call) => call === token).length, 1);
  });

  it('logs in again when the token has ended, for there is none to renew it with', async () => {
    claims = { exp: Date.now() / 1000 + 5 };
    answers = { [realm]: [200, { id: 'r' }] };
    await withClient(async (client) => {
      await client.readRealm();
      await client.readRealm();
    });
    assert.equal(seen.filter((call) => call === token).length, 2);
  });

  it('reads its rights from the token, and tells none from unknown', async () => {
    claims = { resource_access: { 'realm-management': { roles: ['manage-realm'] }, 'staff-realm': { roles: ['x'] } } };
    assert.deepEqual(await withClient((client) => client.listRights()), new Set(['manage-realm', 'x']));
    claims = { resource_access: {} };
    assert.deepEqual(await withClient((client) => client.listRights()), new Set());
    claims = {};
    assert.equal(await withClient((client) => client.listRights()), undefined);
  });

  it('takes the first of repeated values of a component', async () => {
    const component = { id: 'c', name: 'n', providerId: 'ldap', parentId: 'r', config: { usersDn: ['a', 'a'], x: [] } };
    answers = { [realm]: [200, { id: 'r' }], 'GET /admin/realms/staff/components': [200, [component]] };
    const [found] = await withClient((client) => client.listLdapProviders());
    assert.deepEqual(found?.config, { usersDn: 'a', x: '' });
  });

  it('gives the code of a trial that failed, and no failure of its own', async () => {
    answers = { 'POST /admin/realms/staff/testLDAPConnection': [400, { errorMessage: 'UnknownHost' }] };
    const trial = { connectionUrl: 'ldap://x', startTls: false, bindDn: 'cn=x', secret: undefined, componentId: 'c' };
    const answer = await withClient((client) => client.tryLdapConnection(trial));
    assert.deepEqual(answer, { kind: 'failed', code: 'UnknownHost' });
  });

  it('clears the mappers that Keycloak makes by itself with a provider', async () => {
    answers = {
      'POST /admin/realms/staff/components': [201, ''],
      'GET /admin/realms/staff/components': [200, [{ id: 'auto-1' }, { id: 'auto-2' }]],
      'DELETE /admin/realms/staff/components/auto-1': [204, ''],
      'DELETE /admin/realms/staff/components/auto-2': [204, ''],
    };
    await withClient((client) =>
      client.createComponent({
        ...{ id: 'c', name: 'icewarp', providerId: 'ldap', parentId: 'r', config: {} },
        providerType: 'org.keycloak.storage.UserStorageProvider',
      }),
    );
    assert.deepEqual(
      seen.filter((call) => call.startsWith('DELETE')).map((call) => call.split('/').at(-1)),
      ['auto-1', 'auto-2'],
    );
  });
});
