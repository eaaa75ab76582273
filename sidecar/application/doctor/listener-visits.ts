import type { Secret } from '../../core/secret.ts';

/** An LDAP listener of the settings, as a client on this machine would reach it. */
export interface ListenerPlace {
  readonly name: string;
  /** Section of the settings that makes it. */
  readonly section: string;
  /** Where to connect: an address of this machine. */
  readonly host: string;
  /** 0: not known. */
  readonly port: number;
  readonly tls: 'none' | 'starttls' | 'ldaps';
  /** Why no client on this machine is let in; undefined where one is. */
  readonly obstacle: string | undefined;
  /** Whether a password may be sent: never in clear over a network. */
  readonly takesPasswords: boolean;
  /** SHA-256 of the certificate in its file, as hexadecimal digits with colons; undefined without TLS, or when it cannot be read. */
  readonly certificateOfFile: string | undefined;
}

/** What a listener shows when TLS is spoken to it. */
export interface ShownTls {
  readonly protocol: string;
  /** Names that the certificate is for: DNS names and addresses. */
  readonly names: readonly string[];
  readonly validUntil: Date;
  /** As `certificateOfFile`. */
  readonly fingerprint: string;
  /** OpenSSL's code of why it is not trusted; undefined when it is. */
  readonly distrust: string | undefined;
  /** Why it is not for the name that clients use; undefined when it is, or no name was given. */
  readonly wrongName: string | undefined;
}

/** An open connection of an LDAP client, encrypted where the listener can. */
export interface LdapVisit {
  readRootDse(): Promise<{ readonly vendor: string; readonly bases: readonly string[] }>;
  /** Gives 0, or the result code of a refusal. Rejects with `upstream_unavailable` when there was no answer. */
  bind(dn: string, password: Secret): Promise<number>;
  /** Reads users in pages and stops after `maxPages`. Rejects when an answer is no page. */
  readUsers(
    baseDn: string,
    pageSize: number,
    maxPages: number,
  ): Promise<{ readonly users: number; readonly more: boolean }>;
  close(): void;
}

/** Clients of LDAP listeners. Everything rejects with `upstream_unavailable`, naming what happened. */
export interface LdapVisits {
  /** Speaks TLS, after StartTLS where that is the way, and looks at the certificate, whatever it is. */
  lookAtTls(place: ListenerPlace): Promise<ShownTls>;
  open(place: ListenerPlace): Promise<LdapVisit>;
}

/** What our root DSE has as `vendorName`. */
export const ownVendor = 'IceWarp identity sidecar';

/** Opens a connection, uses it and closes it. */
export async function visit<T>(
  visits: LdapVisits,
  place: ListenerPlace,
  use: (opened: LdapVisit) => Promise<T>,
): Promise<T> {
  const opened = await visits.open(place);
  try {
    return await use(opened);
  } finally {
    opened.close();
  }
}

/** How findings name a listener. */
export function nameOf({ name, host, port, tls }: ListenerPlace): string {
  const scheme = tls === 'ldaps' ? 'ldaps' : 'ldap';
  return `${name} (${scheme}://${host.includes(':') ? `[${host}]` : host}:${port})`;
}
