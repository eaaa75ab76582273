import { firstLdapListener, firstLdapsListener } from './config/listener-names.ts';
import type { ConfiguredListener } from './config/listener-types.ts';
import type { Settings } from './config/settings.ts';
import type { LdapListener } from './facade/ldap/worker-pool.ts';

/** A listener of the settings, with the files that its certificate is in; those are left out where it has no TLS. */
export interface PlannedListener {
  readonly listener: LdapListener & { readonly section: string };
  readonly files: TlsFiles | undefined;
}

export interface TlsFiles {
  /** The section of the settings that names them. */
  readonly section: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly clientCaFile: string | undefined;
}

/** What every listener requires unless it says otherwise. */
const usualRequirement = ['LogOn'];

/** All LDAP listeners of the settings: the first one, its twin with TLS, then those of the list. */
export function planListeners({ ldap, login }: Pick<Settings, 'ldap' | 'login'>): readonly PlannedListener[] {
  const { host, port, tls } = ldap;
  const files = toFiles('ldap.tls', { ...tls, clientCaFile: undefined });
  const usual = {
    deadlineMs: login.deadlineSeconds * 1000,
    diagnostics: ldap.diagnostics,
    twoFactor: login.twoFactor.ldap,
  };
  const first = { ...usual, host, require: usualRequirement };
  return [
    {
      listener: {
        ...{ ...first, port, name: firstLdapListener, section: 'ldap' },
        tls: files === undefined ? 'none' : 'starttls',
      },
      files,
    },
    ...(files === undefined
      ? []
      : [
          {
            listener: {
              ...{ ...first, port: tls.port, name: firstLdapsListener, section: 'ldap.tls' },
              tls: 'ldaps' as const,
            },
            files,
          },
        ]),
    ...ldap.listeners.map((configured, index) => planListener(configured, `ldap.listeners[${index}]`, usual, files)),
  ];
}

function planListener(
  configured: ConfiguredListener,
  section: string,
  usual: Pick<LdapListener, 'deadlineMs' | 'diagnostics' | 'twoFactor'>,
  usualFiles: TlsFiles | undefined,
): PlannedListener {
  const { certFile, keyFile, clientCaFile, deadlineSeconds, diagnostics, twoFactor, ...kept } = configured;
  const own = toFiles(section, { certFile, keyFile, clientCaFile });
  return {
    listener: {
      ...{ ...kept, section },
      deadlineMs: deadlineSeconds === undefined ? usual.deadlineMs : deadlineSeconds * 1000,
      diagnostics: diagnostics ?? usual.diagnostics,
      twoFactor: twoFactor ?? usual.twoFactor,
    },
    files: configured.tls === 'none' ? undefined : (own ?? (usualFiles && { ...usualFiles, clientCaFile })),
  };
}

function toFiles(
  section: string,
  { certFile, keyFile, clientCaFile }: Pick<ConfiguredListener, 'certFile' | 'keyFile' | 'clientCaFile'>,
): TlsFiles | undefined {
  return certFile === undefined || keyFile === undefined ? undefined : { section, certFile, keyFile, clientCaFile };
}
