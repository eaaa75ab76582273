import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { copyFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type LdapCertificates, openLdapCertificates } from '../../../sidecar/app-ldap-certificates.ts';
import type { PlannedListener } from '../../../sidecar/app-ldap-listeners.ts';
import { silentLog } from '../../../sidecar/core/ports/log.ts';
import { buildSnapshot } from '../../../sidecar/directory/builder.ts';
import { createCertificate } from '../../../sidecar/simulator/certificate.ts';
import { createAuthority, type TestCertificate } from './support/certificates.ts';
import { createCompany } from './support/ldap-world.ts';
import { connectSecurely } from './support/raw-client.ts';
import { bindRequest, searchRequest } from './support/requests.ts';
import { until } from './support/until.ts';
import { startWorkerWorld } from './support/worker-world.ts';

const authority = createAuthority();
after(() => authority[Symbol.dispose]());
const [first, second] = [authority.issue('first'), authority.issue('second')];
const block = buildSnapshot(createCompany(300), { baseDn: 'o=icewarp', publishedAt: new Date(0) });
const inUse = { certFile: join(authority.folder, 'use.pem'), keyFile: join(authority.folder, 'use.key') };
const listener: PlannedListener['listener'] = {
  name: 'ldaps',
  host: '127.0.0.1',
  port: 0,
  section: 'ldap.tls',
  tls: 'ldaps',
  require: [],
  deadlineMs: 1000,
  diagnostics: 'none',
  twoFactor: 'reject',
};
const planned: readonly PlannedListener[] = [
  { listener, files: { section: 'ldap.tls', ...inUse, clientCaFile: undefined } },
];

/** As certificate tools do it: each file whole, one after the other. */
function put({ certFile, keyFile }: Pick<TestCertificate, 'certFile' | 'keyFile'>): void {
  for (const [from, to] of [
    [certFile, inUse.certFile],
    [keyFile, inUse.keyFile],
  ] as const) {
    copyFileSync(from, `${to}.new`);
    renameSync(`${to}.new`, to);
  }
}

function write(name: string, cert: string, key: string): Pick<TestCertificate, 'certFile' | 'keyFile'> {
  const [certFile, keyFile] = [join(authority.folder, `${name}.pem`), join(authority.folder, `${name}.key`)];
  writeFileSync(certFile, cert);
  writeFileSync(keyFile, key);
  return { certFile, keyFile };
}

async function open(which = planned): Promise<LdapCertificates & AsyncDisposable> {
  const certificates = await openLdapCertificates(which, silentLog);
  return { ...certificates, [Symbol.asyncDispose]: () => certificates.stop() };
}

const faultOf = (certificates: LdapCertificates) => certificates.states()[0]?.fault;
const expired = createCertificate(new Date('2010-01-01'));
const encryptedKey = createPrivateKey(first.key)
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret words' })
  .toString();

describe('a certificate that takes the place of another', () => {
  it('is shown to new connections by every worker, and no operation fails meanwhile', async () => {
    put(first);
    await using certificates = await open();
    await using world = await startWorkerWorld(block, {
      listeners: [{ ...listener, material: certificates.materialOf('ldaps') }],
    });
    certificates.follow(world.workers.replaceMaterial);
    let isDone = false;
    let operations = 0;
    const seen = new Set<string>();
    const connect = () => connectSecurely(world.port, { ca: authority.ca, host: '127.0.0.1' });
    const work = async (isLasting: boolean) => {
      let client = await connect();
      let subject = client.socket.getPeerX509Certificate()?.subject ?? '';
      while (!isDone) {
        client.send(bindRequest(1, 'cn=reader', 'reader-demo'), searchRequest(2, { sizeLimit: 0 }));
        assert.equal((await client.next()).code, 0);
        assert.equal((await client.searchResult()).entries.length, 323);
        seen.add(subject);
        operations += 1;
        if (isLasting) continue;
        client.close();
        client = await connect();
        subject = client.socket.getPeerX509Certificate()?.subject ?? '';
      }
      client.close();
    };
    const workers = [work(true), work(true), work(false), work(false)];
    for (const next of [second, first, second]) {
      await delay(300);
      put(next);
      await until(() => certificates.materialOf('ldaps')?.cert === next.cert, 'the new one is in force');
    }
    await delay(200);
    isDone = true;
    await Promise.all(workers);
    assert.ok(operations > 20, String(operations));
    assert.deepEqual([...seen].sort(), ['CN=first', 'CN=second']);
    for (let count = 0; count < 8; count++) {
      const client = await connect();
      assert.equal(client.socket.getPeerX509Certificate()?.subject, 'CN=second');
      client.close();
    }
    for (const thread of world.threads) thread.postMessage({ kind: 'test:throw' });
    await until(() => world.workers.state.alive === 0 || world.workers.connections === 0, 'the workers died');
    await until(() => world.workers.state.alive === 2, 'others took their place');
    const client = await connect();
    assert.equal(client.socket.getPeerX509Certificate()?.subject, 'CN=second');
    client.close();
  });

  for (const [what, files, fault] of [
    ['has another key', write('mixed', second.cert, first.key), /is not the key of the certificate/],
    ['has ended', write('ended', expired.certificatePem, expired.keyPem), /has ended on 201\d/],
    ['is half written', write('half', second.cert.slice(0, 300), second.key), /holds no certificate/],
    ['has a half-written issuer', write('half2', second.cert + authority.ca.slice(0, 300), second.key), /cut short/],
    ['comes behind its issuer', write('order', authority.ca + second.cert, second.key), /wrong order: number 2/],
    ['has a foreign issuer', write('foreign', second.cert + first.cert, second.key), /wrong order: number 2 is not/],
    ['has a key with a passphrase', write('locked', first.cert, encryptedKey), /without a passphrase/],
    ['is empty', write('empty', '', second.key), /holds no certificate/],
    ['is no certificate at all', write('binary', '\0\x01\x02', second.key), /holds no certificate/],
  ] as const) {
    it(`leaves the old one in force when it ${what}, and names the fault until it is put right`, async () => {
      put(first);
      await using certificates = await open();
      put(files);
      await until(() => fault.test(faultOf(certificates) ?? ''), `the fault is named, not ${faultOf(certificates)}`);
      assert.doesNotMatch(faultOf(certificates) ?? '', /PRIVATE|secret words/);
      assert.equal(certificates.materialOf('ldaps')?.cert, first.cert);
      put(second);
      await until(() => certificates.materialOf('ldaps')?.cert === second.cert, 'the good one is in force');
      assert.equal(faultOf(certificates), undefined);
    });
  }

  it('leaves the old one in force when its files are gone', async () => {
    put(first);
    await using certificates = await open();
    rmSync(inUse.keyFile);
    await until(() => /cannot be read/.test(faultOf(certificates) ?? ''), 'the fault is named');
    assert.equal(certificates.materialOf('ldaps')?.key, first.key);
    put(first);
    await until(() => faultOf(certificates) === undefined, 'the fault is gone with its cause');
  });
});

describe('at the start', () => {
  it('a certificate that has ended is served, and shown as what it is', async () => {
    put(write('old', expired.certificatePem, expired.keyPem));
    await using certificates = await open();
    assert.ok((certificates.states()[0]?.expiresAt ?? new Date()) < new Date());
  });

  it('one that cannot be used ends it', async () => {
    put(write('mixed', second.cert, first.key));
    await assert.rejects(open(), { code: 'invalid_input', message: /ldap\.tls\.keyFile/ });
  });
});

describe('the authorities of client certificates', () => {
  it('are followed as well; a file without any leaves the old ones in force', async () => {
    using others = createAuthority();
    put(first);
    const clientCaFile = join(authority.folder, 'clients.pem');
    copyFileSync(authority.caFile, clientCaFile);
    await using certificates = await open([{ listener, files: { section: 'ldap.tls', ...inUse, clientCaFile } }]);
    const told: (string | undefined)[] = [];
    certificates.follow((_name, { clientCa }) => told.push(clientCa));
    writeFileSync(clientCaFile, 'nothing');
    await until(() => /clientCaFile.*no certificate/.test(faultOf(certificates) ?? ''), 'the fault is named');
    copyFileSync(others.caFile, clientCaFile);
    await until(() => told.at(-1) === others.ca, 'the new ones are told');
    assert.deepEqual(told, [authority.ca, others.ca]);
    assert.equal(faultOf(certificates), undefined);
  });
});
