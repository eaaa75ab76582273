import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { Secret } from '../../../sidecar/core/secret.ts';
import { hashServiceAccounts } from '../../../sidecar/core/service-accounts.ts';
import { createAuthority, type TestCertificate } from './support/certificates.ts';
import { cheapCost, type LdapWorld, startWorld } from './support/ldap-world.ts';
import { connectSecurely, type RawClient } from './support/raw-client.ts';
import { saslBindRequest, searchRequest, startTlsRequest, whoAmIRequest } from './support/requests.ts';

const authority = createAuthority();
const strangers = createAuthority();
after(() => {
  authority[Symbol.dispose]();
  strangers[Symbol.dispose]();
});
const material = { ...authority.issue('server'), clientCa: authority.ca };
const archive = authority.issue('archive', { subject: '/O=Müller, Söhne/OU=IT+UID=7/CN=archive' });
const nobody = authority.issue('nobody');
const forged = strangers.issue('forged', { subject: '/O=Müller, Söhne/OU=IT+UID=7/CN=archive' });

const serviceAccounts = await hashServiceAccounts(
  [
    { name: 'reader', password: new Secret('reader-demo') },
    { name: 'Archive', password: new Secret(''), certificate: 'cn=Archive, uid=7+ou=it, o=Müller\\, Söhne' },
  ],
  cheapCost,
);

const startTlsWorld = (options: Parameters<typeof startWorld>[0] = {}) =>
  startWorld({ tls: 'ldaps', material, requireTls: true, serviceAccounts, ...options });

async function connectWith(world: LdapWorld, certificate?: TestCertificate): Promise<RawClient> {
  const own = certificate === undefined ? {} : { cert: certificate.cert, key: certificate.key };
  return connectSecurely(world.port, { ca: authority.ca, host: '127.0.0.1', ...own });
}

async function bindBy(client: RawClient, mechanism: string, credentials?: string | Uint8Array) {
  client.send(saslBindRequest(1, mechanism, credentials), whoAmIRequest(2));
  const { code } = await client.next();
  return { code, who: (await client.next()).extension.value };
}

async function mechanismsOf(client: RawClient): Promise<string[] | undefined> {
  client.send(searchRequest(9, { base: '', scope: 0 }));
  return (await client.searchResult()).entries[0]?.entry?.attributes.supportedSASLMechanisms;
}

describe('SASL PLAIN', () => {
  it('logs in service accounts and users', async () => {
    await using world = await startTlsWorld();
    const client = await connectWith(world);
    assert.deepEqual(await mechanismsOf(client), ['PLAIN']);
    assert.deepEqual(await bindBy(client, 'PLAIN', '\0reader\0reader-demo'), { code: 0, who: 'dn:cn=reader' });
    const alice = { code: 0, who: 'dn:uid=alice@example.com,ou=users,o=icewarp' };
    for (const authorization of ['', 'u:alice@example.com', 'ALICE@example.com'])
      assert.deepEqual(await bindBy(client, 'plain', `${authorization}\0alice@example.com\0alice-demo`), alice);
    client.close();
  });

  it('asks whoever sent nothing to begin', async () => {
    await using world = await startTlsWorld();
    const client = await connectWith(world);
    assert.equal((await bindBy(client, 'PLAIN')).code, 14);
    assert.equal((await bindBy(client, 'PLAIN', '\0reader\0reader-demo')).code, 0);
    client.close();
  });

  for (const [what, credentials, code] of [
    ['a wrong password', '\0reader\0wrong', 49],
    ['no password', '\0reader\0', 53],
    ['somebody else to act for', 'u:bob@example.com\0alice@example.com\0alice-demo', 49],
    ['no name', '\0\0x', 2],
    ['one NUL', 'reader\0reader-demo', 2],
    ['three NULs', '\0reader\0reader\0demo', 2],
    ['nothing', '', 2],
    ['a name that is no text', Buffer.from([0, 0xff, 0, 0x78]), 2],
  ] as const) {
    it(`ends with ${code} and nobody logged in for ${what}`, async () => {
      await using world = await startTlsWorld();
      const client = await connectWith(world);
      assert.equal((await bindBy(client, 'PLAIN', '\0reader\0reader-demo')).code, 0);
      assert.deepEqual(await bindBy(client, 'PLAIN', credentials), { code, who: '' });
      client.close();
    });
  }

  it('is not looked at in clear text, and not listed', async () => {
    await using world = await startTlsWorld({ tls: 'starttls' });
    const client = await world.connect();
    assert.equal(await mechanismsOf(client), undefined);
    for (const credentials of ['\0reader\0reader-demo', '\0reader\0wrong', '', undefined])
      assert.equal((await bindBy(client, 'PLAIN', credentials)).code, 13);
    assert.deepEqual(world.asked, []);
  });
});

describe('SASL EXTERNAL', () => {
  it('lets a client certificate stand for its service account, however its subject is spelt', async () => {
    await using world = await startTlsWorld();
    const client = await connectWith(world, archive);
    assert.deepEqual(await mechanismsOf(client), ['PLAIN', 'EXTERNAL']);
    for (const authorization of [undefined, '', 'u:archive', 'dn:cn=Archive,o=icewarp'])
      assert.deepEqual(await bindBy(client, 'EXTERNAL', authorization), { code: 0, who: 'dn:cn=Archive' });
    client.send(searchRequest(3));
    assert.ok((await client.searchResult()).entries.length > 5);
    assert.deepEqual(await bindBy(client, 'EXTERNAL', 'u:reader'), { code: 49, who: '' });
    assert.equal((await bindBy(client, 'PLAIN', '\0archive\0')).code, 53);
    assert.equal((await bindBy(client, 'PLAIN', '\0archive\0x')).code, 49);
    client.close();
  });

  it('holds after StartTLS as well', async () => {
    await using world = await startTlsWorld({ tls: 'starttls' });
    const plain = await world.connect();
    plain.send(startTlsRequest(1));
    assert.equal((await plain.next()).code, 0);
    const { cert, key } = archive;
    const client = await connectSecurely(0, { ca: authority.ca, host: '127.0.0.1', cert, key, socket: plain.socket });
    assert.equal((await bindBy(client, 'EXTERNAL')).code, 0);
    client.close();
  });

  it('knows nobody without a certificate, with one of a stranger, of another authority, or on a listener that asks for none', async () => {
    await using world = await startTlsWorld();
    await using bare = await startTlsWorld({ material: authority.issue('bare') });
    for (const [place, certificate, code] of [
      [world, undefined, 48],
      [world, nobody, 49],
      [world, forged, 48],
      [bare, archive, 48],
    ] as const) {
      const client = await connectWith(place, certificate);
      assert.deepEqual(await bindBy(client, 'EXTERNAL'), { code, who: '' });
      client.close();
    }
  });
});
