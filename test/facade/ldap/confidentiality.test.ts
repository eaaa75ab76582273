import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { silentLog } from '../../../sidecar/core/ports/log.ts';
import { Secret } from '../../../sidecar/core/secret.ts';
import { hashServiceAccounts } from '../../../sidecar/core/service-accounts.ts';
import { Connection } from '../../../sidecar/facade/ldap/connection.ts';
import { Pagings } from '../../../sidecar/facade/ldap/controls/paging.ts';
import { defaultLimits } from '../../../sidecar/facade/ldap/limits.ts';
import { createProfileFacts, usualPosixSettings } from '../../../sidecar/facade/ldap/profiles/facts.ts';
import { createRootDses } from '../../../sidecar/facade/ldap/schema/root-dse.ts';
import { createServiceAccounts } from '../../../sidecar/facade/ldap/service-accounts.ts';
import { anonymous } from '../../../sidecar/facade/ldap/session.ts';
import { createSights } from '../../../sidecar/facade/ldap/sight.ts';
import { WriteBuffers } from '../../../sidecar/facade/ldap/write-buffers.ts';
import { cheapCost } from './support/ldap-world.ts';
import { connectRaw } from './support/raw-client.ts';
import { bindRequest, searchRequest } from './support/requests.ts';

const [reader] = await hashServiceAccounts([{ name: 'reader', password: new Secret('reader-demo') }], cheapCost);
assert.ok(reader);

describe('a connection that others can read along', () => {
  let asked = 0;
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    new Connection(
      {
        baseDn: 'o=icewarp',
        snapshot: () => undefined,
        askAccount: undefined,
        askLogin: async () => {
          asked += 1;
          return { kind: 'refused', reason: 'wrong_password' };
        },
        serviceAccounts: createServiceAccounts([reader]),
        limits: defaultLimits,
        rootDse: createRootDses({ baseDn: 'o=icewarp', vendorVersion: '1', extensions: [], controls: [] }),
        pagings: new Pagings(defaultLimits),
        sights: createSights(() => undefined, createProfileFacts(usualPosixSettings)),
        buffers: new WriteBuffers(defaultLimits.backlogBytes),
        log: silentLog,
        onBind: undefined,
        onServiceRefusal: undefined,
        onSearch: undefined,
      },
      socket,
      {
        identity: anonymous,
        clientAddress: '192.0.2.1',
        listener: 'ldap',
        diagnostics: 'none',
        isConfidential: false,
        isEncrypted: false,
        offersStartTls: false,
        certificateSubject: undefined,
      },
      () => assert.fail('nobody asked for TLS'),
    );
  });
  before(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it('carries no password, right or wrong, known name or not; without a password it serves the root DSE', async () => {
    const address = server.address();
    const client = await connectRaw(typeof address === 'object' && address !== null ? address.port : 0);
    for (const [name, password] of [
      ['cn=reader', 'reader-demo'],
      ['cn=reader', 'wrong'],
      ['alice@example.com', 'x'],
      ['nobody', 'x'],
    ] as const) {
      client.send(bindRequest(1, name, password));
      assert.equal((await client.next()).code, 13);
    }
    assert.equal(asked, 0);
    client.send(bindRequest(2, 'alice', ''));
    assert.equal((await client.next()).code, 53);
    client.send(bindRequest(3, '', ''), searchRequest(4, { base: '', scope: 0 }));
    assert.equal((await client.next()).code, 0);
    assert.equal((await client.searchResult()).entries.length, 1);
    client.close();
  });
});
