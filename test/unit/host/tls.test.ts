import assert from 'node:assert/strict';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { rename, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import { silentLog } from '../../../sidecar/core/ports/log.ts';
import { startHttpServer } from '../../../sidecar/host/http-server.ts';
import { type Certificate, openCertificate } from '../../../sidecar/host/tls.ts';
import { createCertificate } from '../../../sidecar/simulator/certificate.ts';
import { makeFolder } from '../../support/sidecar-process.ts';
import { until } from '../../support/until.ts';

const tenYearsMs = 3650 * 86_400_000;
const made = () => createCertificate(new Date());

function fingerprintAt(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

function get(port: number, ca: string): Promise<{ readonly hsts: string | undefined; readonly body: string }> {
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path: '/fine', ca, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve({ body, hsts: response.headers['strict-transport-security'] }));
    })
      .on('error', reject)
      .end();
  });
}

describe('a certificate of files', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  const opened: Certificate[] = [];
  const logged: string[] = [];
  const note = (message: string, fields?: object) => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const log = { ...silentLog, info: note, warn: note };
  before(async () => {
    folder = await makeFolder();
  });
  after(async () => {
    for (const certificate of opened) await certificate.stop();
    await folder.remove();
  });

  async function write(name: string, { certificatePem, keyPem } = made()) {
    const files = { certFile: join(folder.path, `${name}.crt`), keyFile: join(folder.path, `${name}.key`) };
    await writeFile(files.keyFile, keyPem, { mode: 0o600 });
    await writeFile(files.certFile, certificatePem);
    return { ...files, certificatePem, keyPem, section: 'http.tls', log };
  }
  async function openPair(options: Parameters<typeof openCertificate>[0]): Promise<Certificate> {
    const certificate = await openCertificate(options);
    opened.push(certificate);
    return certificate;
  }

  it('lets the HTTP server speak HTTPS, and tells browsers to stay with it', async () => {
    const pair = await write('https');
    const certificate = await openPair(pair);
    const routes: Parameters<typeof startHttpServer>[0]['routes'] = (app) =>
      void app.get('/fine', (incoming, response) => void response.send(incoming.protocol));
    const server = await startHttpServer({ host: '127.0.0.1', port: 0, routes, certificate, log: silentLog });
    try {
      const { body, hsts } = await get(server.port, pair.certificatePem);
      assert.equal(body, 'https');
      assert.match(hsts ?? '', /max-age=\d{7}/);
      assert.ok(certificate.expiresAt().getTime() > Date.now() + tenYearsMs / 2);
      await assert.rejects(fetch(`http://127.0.0.1:${server.port}/fine`), 'clear text gets no answer');
    } finally {
      await server.stop();
    }
  });

  it('takes a new pair without a restart, and keeps the old one while what is there cannot be used', async () => {
    const pair = await write('renewed');
    const certificate = await openPair(pair);
    const server = await startHttpServer({ host: '127.0.0.1', port: 0, routes() {}, certificate, log: silentLog });
    try {
      const old = new X509Certificate(pair.certificatePem).fingerprint256;
      assert.equal(await fingerprintAt(server.port), old);

      const next = made();
      await writeFile(pair.certFile, next.certificatePem);
      await until(() => logged.some((line) => line.includes('is not the key of the certificate')));
      assert.equal(await fingerprintAt(server.port), old, 'half a pair is no pair');

      await writeFile(pair.keyFile, next.keyPem);
      const renewed = new X509Certificate(next.certificatePem).fingerprint256;
      await until(async () => (await fingerprintAt(server.port)) === renewed);

      await writeFile(pair.certFile, 'nothing');
      await until(() => logged.some((line) => line.includes('holds no certificate')));
      assert.equal(await fingerprintAt(server.port), renewed);
      assert.doesNotMatch(logged.join(), /PRIVATE KEY|BEGIN EC/);
    } finally {
      await server.stop();
    }
  });

  it('follows links that are pointed elsewhere, as certbot and Kubernetes do', async () => {
    const [first, second] = [await write('one'), await write('two')];
    const links = { certFile: join(folder.path, 'live.crt'), keyFile: join(folder.path, 'live.key') };
    await symlink(first.certFile, links.certFile);
    await symlink(first.keyFile, links.keyFile);
    const certificate = await openPair({ ...links, section: 'ldap.tls', log });
    const before = certificate.context();
    for (const [file, link] of [
      [second.certFile, links.certFile],
      [second.keyFile, links.keyFile],
    ] as const) {
      await symlink(file, `${link}.new`);
      await rename(`${link}.new`, link);
    }
    await until(() => certificate.context() !== before);
  });

  it('says what is wrong with the first ones, by setting and file', async () => {
    const pair = await write('bad');
    const other = await write('other');
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const encrypted = join(folder.path, 'encrypted.key');
    const format = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' } as const;
    await writeFile(encrypted, privateKey.export(format));
    const large = join(folder.path, 'large.crt');
    await writeFile(large, 'x'.repeat(300_000));
    const cases = [
      [
        { certFile: join(folder.path, 'no.crt') },
        /http\.tls\.certFile: .*no\.crt cannot be read .*ENOENT.*correct the path/,
      ],
      [{ certFile: pair.keyFile }, /http\.tls\.certFile: .*bad\.key holds no certificate/],
      [{ certFile: large }, /large\.crt has more than/],
      [{ keyFile: pair.certFile }, /http\.tls\.keyFile: .*bad\.crt holds no private key/],
      [{ keyFile: encrypted }, /without a passphrase/],
      [{ keyFile: other.keyFile }, /other\.key is not the key of the certificate in .*bad\.crt/],
    ] as const;
    for (const [change, message] of cases)
      await assert.rejects(openCertificate({ ...pair, ...change }), { code: 'invalid_input', message });
  });

  it('warns of a certificate that has ended, and serves it', async () => {
    const pair = await write('ended', createCertificate(new Date(Date.now() - tenYearsMs)));
    const certificate = await openPair(pair);
    assert.ok(certificate.expiresAt() < new Date());
    assert.ok(logged.some((line) => line.includes('has ended') && line.includes('ended.crt')));
  });
});
