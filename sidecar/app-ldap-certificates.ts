import { X509Certificate } from 'node:crypto';
import { basename, dirname } from 'node:path';
import { createSecureContext } from 'node:tls';
import type { PlannedListener, TlsFiles } from './app-ldap-listeners.ts';
import { readTextFile } from './config/bounded-file.ts';
import { DomainError, messageOf } from './core/errors.ts';
import type { Log } from './core/ports/log.ts';
import type { TlsMaterial } from './facade/ldap/tls-upgrade.ts';
import { type Certificate, openCertificate } from './host/tls.ts';
import { type FolderWatch, watchFolder } from './host/watch-folder.ts';
import type { CertificateState } from './observe/certificate-gauges.ts';

/** The certificates of the LDAP listeners, kept as their files are. */
export interface LdapCertificates {
  /** What a listener shows now; undefined for one without TLS. */
  materialOf(listener: string): TlsMaterial | undefined;
  /** One for each pair of files. */
  states(): readonly CertificateState[];
  /** Tells of each listener that has another certificate from now on. */
  follow(onChange: (listener: string, material: TlsMaterial) => void): void;
  stop(): Promise<void>;
}

interface Shown {
  readonly files: TlsFiles;
  readonly listeners: string[];
  pair: Pick<TlsMaterial, 'cert' | 'key'>;
  clientCa: string | undefined;
  /** What is wrong with the file of the clients' authorities as it is now. */
  caFault: string | undefined;
}

const maxCaBytes = 1024 * 1024;

/**
 * Opens the certificates of all listeners and follows their files: see `openCertificate`. Rejects with `invalid_input` when one cannot be
 * used; then nothing is watched.
 */
export async function openLdapCertificates(planned: readonly PlannedListener[], log: Log): Promise<LdapCertificates> {
  const shown = new Map<string, Shown>();
  const opened = new Map<string, Certificate>();
  const watches: FolderWatch[] = [];
  let told: (listener: string, material: TlsMaterial) => void = () => {};
  const tell = (which: Shown) => {
    for (const listener of which.listeners) told(listener, toMaterial(which));
  };
  const stop = async () => {
    await Promise.allSettled([...opened.values(), ...watches].map((part) => part.stop()));
  };

  try {
    for (const { listener, files } of planned) {
      if (files === undefined) continue;
      const key = JSON.stringify([files.certFile, files.keyFile, files.clientCaFile]);
      const known = shown.get(key);
      if (known !== undefined) {
        known.listeners.push(listener.name);
        continue;
      }
      const pair = toPairKey(files);
      const certificate = opened.get(pair) ?? (await openCertificate({ ...files, log }));
      opened.set(pair, certificate);
      const fresh: Shown = {
        files,
        listeners: [listener.name],
        pair: { cert: '', key: '' },
        clientCa: undefined,
        caFault: undefined,
      };
      certificate.serve({
        setSecureContext({ cert, key: privateKey }) {
          fresh.pair = { cert, key: privateKey };
          tell(fresh);
        },
      });
      if (files.clientCaFile !== undefined) {
        fresh.clientCa = readAuthorities(files.clientCaFile, files.section);
        watches.push(await watchAuthorities(fresh, files.clientCaFile, log, tell));
      }
      shown.set(key, fresh);
    }
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    materialOf(listener) {
      const found = [...shown.values()].find(({ listeners }) => listeners.includes(listener));
      return found && toMaterial(found);
    },
    states: () =>
      [...opened].map(([pair, certificate]) => {
        const users = [...shown.values()].filter(({ files }) => toPairKey(files) === pair);
        const { section = '', certFile: file = '' } = users[0]?.files ?? {};
        const fault = certificate.fault() ?? users.find(({ caFault }) => caFault !== undefined)?.caFault;
        return { section, file, expiresAt: certificate.expiresAt(), fault };
      }),
    follow(onChange) {
      told = onChange;
      for (const which of shown.values()) tell(which);
    },
    stop,
  };
}

function watchAuthorities(shown: Shown, file: string, log: Log, tell: (which: Shown) => void): Promise<FolderWatch> {
  const { section } = shown.files;
  return watchFolder({
    directory: dirname(file),
    isMeant: (name) => name === basename(file),
    async onChange() {
      try {
        const next = readAuthorities(file, section);
        shown.caFault = undefined;
        if (next === shown.clientCa) return;
        shown.clientCa = next;
        tell(shown);
        log.info('authorities of client certificates replaced', { section });
      } catch (error) {
        shown.caFault = messageOf(error);
        log.warn('the new authorities cannot be used; those before stay', { section, reason: shown.caFault });
      }
    },
  });
}

/** Throws `invalid_input` for a file that holds no certificate. */
function readAuthorities(file: string, section: string): string {
  const read = readTextFile(file, maxCaBytes);
  const setting = `${section}.clientCaFile`;
  if ('fault' in read) throw new DomainError('invalid_input', `${setting}: ${read.fault}`);
  try {
    new X509Certificate(read.text);
    createSecureContext({ ca: read.text });
  } catch {
    throw new DomainError('invalid_input', `${setting}: ${file} holds no certificate in PEM form`);
  }
  return read.text;
}

function toPairKey({ certFile, keyFile }: TlsFiles): string {
  return JSON.stringify([certFile, keyFile]);
}

function toMaterial({ pair, clientCa }: Shown): TlsMaterial {
  return { ...pair, clientCa };
}
