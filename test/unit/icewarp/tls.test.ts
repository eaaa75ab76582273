import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DomainError } from '../../../sidecar/core/errors.ts';
import type { IcewarpConnection } from '../../../sidecar/icewarp/connection.ts';
import { createHttpApi } from '../../../sidecar/icewarp/http-api.ts';
import { connectionTo } from './fixtures.ts';
import { result } from './scripted-server.ts';
import { certificate, key } from './test-certificate.ts';

describe('a server with a certificate of its own', () => {
  let server: Server;
  let port: number;
  let folder: string;
  let caFile: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'icewarp-tls-'));
    caFile = join(folder, 'ca.pem');
    await writeFile(caFile, certificate);
    server = createServer({ cert: certificate, key }, (request, response) => {
      request.resume().on('end', () => response.end(result('1')));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
  });

  async function logout(over: Partial<IcewarpConnection>, host = '127.0.0.1'): Promise<string> {
    const api = createHttpApi(connectionTo(`https://${host}:${port}`, over), { concurrency: 1 });
    try {
      return (await api.call('logout', [])).type;
    } catch (error) {
      assert.ok(error instanceof DomainError && error.code === 'upstream_unavailable');
      return error.message;
    } finally {
      await api.close();
    }
  }

  it('is refused, with the remedy', async () => {
    assert.match(await logout({}), /self-signed.*icewarp\.caFile.*icewarp\.acceptAnyCertificate/);
  });

  it('is accepted when its certificate is in the CA file', async () => {
    assert.equal(await logout({ caFile }), 'result');
  });

  it('is accepted when any certificate is', async () => {
    assert.equal(await logout({ acceptAnyCertificate: true }), 'result');
  });

  it('is refused under another name', async () => {
    assert.match(await logout({ caFile }, 'localhost'), /for another name/);
  });

  it('needs a CA file that can be read and holds certificates', async () => {
    const empty = join(folder, 'empty.pem');
    await writeFile(empty, 'no certificate');
    const broken = join(folder, 'broken.pem');
    await writeFile(broken, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
    for (const path of [empty, broken, join(folder, 'missing.pem')]) {
      assert.throws(
        () => createHttpApi(connectionTo('https://127.0.0.1', { caFile: path }), { concurrency: 1 }),
        (error) => error instanceof DomainError && error.code === 'invalid_input' && error.message.includes(path),
      );
    }
  });
});
