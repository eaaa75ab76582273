/** This installation, as a product's settings name it. No secret is among it. */
export interface InstallationValues {
  /** As clients call it. */
  readonly host: string;
  readonly port: number;
  readonly tls: 'none' | 'starttls' | 'ldaps';
  readonly baseDn: string;
  /** Name of the service account that the product searches with. */
  readonly account: string;
  /** Where the product's machine keeps the authorities it trusts, in PEM. */
  readonly caFile: string;
}

/** Part of a product's settings. */
export interface SettingsBlock {
  /** The file, or the page of the product's own administration. */
  readonly place: string;
  readonly lines: readonly string[];
}

/** The settings of one product, ready to be taken over. */
export interface ProductSettings {
  /** As its vendor writes it. */
  readonly product: string;
  readonly blocks: (values: InstallationValues) => readonly SettingsBlock[];
}

/** `ldap://host:port` or `ldaps://…`. */
export function toUrl({ host, port, tls }: Pick<InstallationValues, 'host' | 'port' | 'tls'>): string {
  return `${toScheme(tls)}://${bracketed(host)}:${port}`;
}

export function toScheme(tls: InstallationValues['tls']): string {
  return tls === 'ldaps' ? 'ldaps' : 'ldap';
}

/** An IPv6 address in brackets, as URLs have it. */
export function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

export function toBindDn({ account }: Pick<InstallationValues, 'account'>): string {
  return `cn=${account}`;
}

/** What stands where the password goes: whoever configures the product has it, and it is printed nowhere. */
export function toPasswordMark({ account }: Pick<InstallationValues, 'account'>): string {
  return `<password of ${account}>`;
}

/** Fields of a form, one a line, their values below each other. */
export function toForm(fields: readonly (readonly [name: string, value: string])[]): readonly string[] {
  const width = Math.max(...fields.map(([name]) => name.length));
  return fields.map(([name, value]) => `${`${name}:`.padEnd(width + 1)}  ${value}`);
}

/** How forms call the ways to encrypt. */
export function describeTls(tls: InstallationValues['tls']): string {
  return { none: 'none', starttls: 'StartTLS', ldaps: 'TLS from the start (LDAPS)' }[tls];
}
