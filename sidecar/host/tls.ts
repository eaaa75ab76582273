import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { open } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import { DomainError, messageOf } from '../core/errors.ts';
import type { Log } from '../core/ports/log.ts';
import { findChainFault } from './certificate-chain.ts';
import { watchFolder } from './watch-folder.ts';

export interface CertificateOptions {
  /** PEM files: the certificate, then those of its issuers; the private key, without a passphrase. */
  readonly certFile: string;
  readonly keyFile: string;
  /** The section of the settings that names them, for messages: `http.tls`. */
  readonly section: string;
  readonly log: Log;
}

/** A server whose certificate can be changed while it runs: `tls.Server`, `https.Server`. */
export interface CertificateUser {
  setSecureContext(options: { readonly cert: string; readonly key: string; readonly minVersion: 'TLSv1.2' }): void;
}

/** A certificate that is read anew when its files change. */
export interface Certificate {
  /** For connections that begin now. */
  context(): SecureContext;
  expiresAt(): Date;
  /** What is wrong with the files as they are now, while an older certificate stays in force; undefined when nothing is. */
  fault(): string | undefined;
  /** Gives a server the certificate, now and after each change. */
  serve(server: CertificateUser): void;
  /** Waits for a reading that is going on. */
  stop(): Promise<void>;
}

interface Pair {
  readonly cert: string;
  readonly key: string;
  readonly minVersion: 'TLSv1.2';
}

interface Loaded {
  readonly pair: Pair;
  readonly context: SecureContext;
  readonly expiresAt: Date;
  readonly fingerprint: string;
}

const maxFileBytes = 256 * 1024;
const warnBeforeMs = 14 * 86_400_000;

/**
 * Reads certificate and key and follows their files: what takes their place is used within seconds, without a restart. Files that cannot be
 * used are told in the log, and the certificate before them stays in force. Rejects with `invalid_input` when the first ones cannot be used.
 */
export async function openCertificate(options: CertificateOptions): Promise<Certificate> {
  const { certFile, keyFile, section, log } = options;
  const users: CertificateUser[] = [];
  let current: Loaded | undefined;
  let fault: string | undefined;
  // Begun before the first reading, so that no change falls in between.
  const watches = await Promise.all(
    [...new Set([dirname(certFile), dirname(keyFile)])].map((directory) =>
      watchFolder({
        directory,
        isMeant: (name) => [certFile, keyFile].some((file) => dirname(file) === directory && basename(file) === name),
        onChange: reload,
      }),
    ),
  );
  const stop = async () => {
    await Promise.all(watches.map((watch) => watch.stop()));
  };
  let first: Loaded;
  try {
    first = await load(options);
  } catch (error) {
    await stop();
    throw error;
  }
  current = first;
  warnOfEnd(first);
  const inForce = () => current ?? first;

  async function reload(): Promise<void> {
    try {
      const next = await load(options);
      if (current !== undefined && next.fingerprint !== current.fingerprint) refuseExpired(next, current);
      fault = undefined;
      if (current === undefined || next.fingerprint === current.fingerprint) return;
      current = next;
      for (const user of users) user.setSecureContext(next.pair);
      log.info('certificate replaced', { section, expiresAt: next.expiresAt });
      warnOfEnd(next);
    } catch (error) {
      fault = messageOf(error);
      log.warn('the new certificate cannot be used; the one before stays', { section, reason: fault });
    }
  }

  function refuseExpired(next: Loaded, before: Loaded): void {
    const now = Date.now();
    if (next.expiresAt.getTime() > now || before.expiresAt.getTime() <= now) return;
    const message = `${section}.certFile: the certificate in ${certFile} has ended on ${next.expiresAt.toISOString()}; write one that holds`;
    throw new DomainError('invalid_input', message);
  }

  function warnOfEnd({ expiresAt }: Loaded): void {
    const leftMs = expiresAt.getTime() - Date.now();
    if (leftMs > warnBeforeMs) return;
    log.warn(leftMs > 0 ? 'the certificate ends soon' : 'the certificate has ended: clients refuse it', {
      ...{ section, certFile, expiresAt },
    });
  }

  return {
    context: () => inForce().context,
    expiresAt: () => inForce().expiresAt,
    fault: () => fault,
    serve(server) {
      users.push(server);
      server.setSecureContext(inForce().pair);
    },
    stop,
  };
}

async function load({ certFile, keyFile, section }: CertificateOptions): Promise<Loaded> {
  const [cert, key] = await Promise.all([
    readPem(certFile, `${section}.certFile`),
    readPem(keyFile, `${section}.keyFile`),
  ]);
  const certificate = parse(
    () => new X509Certificate(cert),
    `${section}.certFile: ${certFile} holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)`,
  );
  const hint = key.includes('ENCRYPTED') ? ' It is encrypted: write it without a passphrase.' : '';
  const privateKey: KeyObject = parse(
    // With an empty passphrase an encrypted key is refused instead of asked about.
    () => createPrivateKey({ key, passphrase: '' }),
    `${section}.keyFile: ${keyFile} holds no private key in PEM form that can be used.${hint}`,
  );
  const chainFault = parse(
    () => findChainFault(cert, privateKey),
    `${section}.certFile: ${certFile} holds a certificate that cannot be read; write it anew`,
  );
  if (chainFault !== undefined) {
    throw new DomainError('invalid_input', `${section}.certFile: ${certFile} cannot be used: ${chainFault}`);
  }
  if (!certificate.checkPrivateKey(privateKey)) {
    const message = `${section}.keyFile: ${keyFile} is not the key of the certificate in ${certFile}; write the pair that belongs together`;
    throw new DomainError('invalid_input', message);
  }
  const pair: Pair = { cert, key, minVersion: 'TLSv1.2' };
  const context = parse(
    () => createSecureContext({ ...pair }),
    `${section}.certFile: the certificate in ${certFile} cannot be used for TLS`,
  );
  const expiresAt = new Date(certificate.validTo);
  return { pair, context, expiresAt, fingerprint: `${certificate.fingerprint256} ${cert}` };
}

function parse<T>(work: () => T, fault: string): T {
  try {
    return work();
  } catch {
    // OpenSSL's own words may quote the file.
    throw new DomainError('invalid_input', fault);
  }
}

async function readPem(path: string, setting: string): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(maxFileBytes + 1) });
      if (bytesRead > maxFileBytes) {
        throw new DomainError('invalid_input', `${setting}: ${path} has more than ${maxFileBytes} bytes`);
      }
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof DomainError) throw error;
    const message = `${setting}: ${path} cannot be read (${messageOf(error)}); correct the path or its permissions`;
    throw new DomainError('invalid_input', message, { cause: error });
  }
}
