import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { request } from 'node:https';
import { describe, it } from 'node:test';
import { createCertificate } from '../../../sidecar/simulator/certificate.ts';
import { totpCode } from '../../../sidecar/simulator/simulator.ts';
import { startTestSimulator } from './simulator-client.ts';

describe('simulator certificate', async () => {
  it('is a valid self-signed one for the local names', () => {
    const now = new Date('2030-01-02T03:04:05Z');
    const certificate = new X509Certificate(createCertificate(now).certificatePem);
    assert.ok(certificate.verify(certificate.publicKey));
    assert.equal(certificate.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1');
    assert.equal(certificate.checkHost('localhost'), 'localhost');
    assert.equal(certificate.checkIP('127.0.0.1'), '127.0.0.1');
    assert.equal(certificate.checkIP('::1'), '::1');
    assert.equal(certificate.checkHost('example.com'), undefined);
    assert.equal(certificate.validFromDate.toISOString(), '2030-01-02T02:04:05.000Z');
    assert.equal(certificate.validToDate.getUTCFullYear(), 2039);
    const later = new X509Certificate(createCertificate(new Date('2049-06-01T00:00:00Z')).certificatePem);
    assert.equal(later.validToDate.getUTCFullYear(), 2059);
  });

  it('is trusted by a client that is given it, under both names, and by no other', async () => {
    const { simulator } = await startTestSimulator({ tls: true });
    const ask = (host: string, ca?: string) =>
      new Promise((resolve, reject) => {
        const options = {
          host,
          port: simulator.port,
          path: '/icewarpapi/',
          method: 'POST',
          agent: false,
          ...(ca ? { ca } : {}),
        };
        request(options, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on('error', reject)
          .end('<iq/>');
      });
    assert.ok(simulator.url.startsWith('https://127.0.0.1:'));
    assert.equal(await ask('127.0.0.1', simulator.certificatePem), 200);
    assert.equal(await ask('localhost', simulator.certificatePem), 200);
    await assert.rejects(ask('127.0.0.1'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  });
});

describe('simulator second factor', () => {
  // RFC 6238 appendix B, the last six of the eight digits; the secret is "12345678901234567890" in base32.
  const vectors = [
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ] as const;
  for (const [seconds, code] of vectors) {
    it(`gives ${code} at ${seconds} s`, () => {
      assert.equal(totpCode('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', seconds * 1000), code);
    });
  }
});
