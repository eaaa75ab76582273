import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../../../support/sidecar-process.ts';

/** Files in PEM of a private authority and of what it has signed. No key has a password. */
export interface Certificates {
  /** The authority that clients are told to trust. */
  readonly caFile: string;
  /** An authority that has signed nothing here: a client that trusts it alone must not connect. */
  readonly strangerCaFile: string;
  /** For localhost and 127.0.0.1. */
  readonly certFile: string;
  readonly keyFile: string;
  /** A client's own, of the subject `CN=mail-gateway,O=Example Company`. */
  readonly clientCertFile: string;
  readonly clientKeyFile: string;
  /** Signs another certificate for localhost and 127.0.0.1, such as one for a reload. */
  signServer(name: string): Promise<{ readonly certFile: string; readonly keyFile: string }>;
}

/** Makes them in a folder, by openssl. */
export async function makeCertificates(folder: string): Promise<Certificates> {
  const file = (name: string) => join(folder, name);
  const authority = async (name: string, subject: string) => {
    await openssl(
      folder,
      ['-keyout', file(`${name}.key`), '-out', file(`${name}.pem`), '-subj', subject],
      authorityText,
    );
    return file(`${name}.pem`);
  };
  const caFile = await authority('ca', '/CN=Private Authority');
  const sign = async (name: string, subject: string, extensions: string) => {
    const [keyFile, certFile] = [file(`${name}.key`), file(`${name}.pem`)];
    const signedBy = ['-CA', caFile, '-CAkey', file('ca.key')];
    await openssl(folder, ['-keyout', keyFile, '-out', certFile, '-subj', subject, ...signedBy], extensions);
    return { certFile, keyFile };
  };
  const signServer = (name: string) => sign(name, '/CN=localhost', serverText);
  const server = await signServer('server');
  const client = await sign('client', '/O=Example Company/CN=mail-gateway', clientText);
  return {
    caFile,
    strangerCaFile: await authority('stranger', '/CN=Somebody Else'),
    ...server,
    clientCertFile: client.certFile,
    clientKeyFile: client.keyFile,
    signServer,
  };
}

const authorityText =
  'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n';
const leafText =
  'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nauthorityKeyIdentifier=keyid\n';
const serverText = `${leafText}extendedKeyUsage=serverAuth\nsubjectAltName=DNS:localhost,IP:127.0.0.1\n`;
const clientText = `${leafText}extendedKeyUsage=clientAuth\n`;

async function openssl(folder: string, args: readonly string[], extensions: string): Promise<void> {
  const config = join(folder, 'openssl.cnf');
  writeFileSync(config, `[req]\ndistinguished_name=dn\nx509_extensions=ext\nprompt=no\n[dn]\n[ext]\n${extensions}`);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const { code, stderr } = await runProgram('openssl', [
    'req',
    '-x509',
    ...key,
    '-days',
    '30',
    '-config',
    config,
    ...args,
  ]);
  assert.equal(code, 0, stderr);
}
