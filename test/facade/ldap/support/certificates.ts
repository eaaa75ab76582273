import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate with its key, as files and as texts. */
export interface TestCertificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
}

/** A folder with an authority that signs certificates, by openssl. */
export interface TestAuthority extends Disposable {
  readonly folder: string;
  readonly caFile: string;
  readonly ca: string;
  /** `days`: until its end. `subject` as openssl takes it: `/O=x/CN=y`. */
  issue(name: string, options?: { readonly subject?: string; readonly days?: number }): TestCertificate;
}

export function createAuthority(): TestAuthority {
  const folder = mkdtempSync(join(tmpdir(), 'ldap-tls-'));
  const at = (name: string) => join(folder, name);
  const openssl = (...words: readonly string[]) => execFileSync('openssl', words, { stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const caFile = at('ca.pem');
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    at('ca.key'),
    '-out',
    caFile,
    '-subj',
    '/CN=Test authority',
    '-days',
    '9',
  );
  return {
    folder,
    caFile,
    ca: readFileSync(caFile, 'utf8'),
    issue(name, { subject = `/CN=${name}`, days = 30 } = {}) {
      const [certFile, keyFile, request, extensions] = ['pem', 'key', 'csr', 'ext'].map((end) => at(`${name}.${end}`));
      if (!certFile || !keyFile || !request || !extensions) throw new TypeError('four names');
      openssl('req', '-new', ...newKey, '-utf8', '-keyout', keyFile, '-out', request, '-subj', subject);
      writeFileSync(extensions, 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
      const signer = ['-CA', caFile, '-CAkey', at('ca.key'), '-CAcreateserial'];
      openssl(
        'x509',
        '-req',
        '-in',
        request,
        ...signer,
        '-days',
        String(days),
        '-extfile',
        extensions,
        '-out',
        certFile,
      );
      return { certFile, keyFile, cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
