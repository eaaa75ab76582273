import { X509Certificate } from 'node:crypto';
import { hostname } from 'node:os';
import { type PlannedListener, planListeners } from '../app-ldap-listeners.ts';
import type { InstallationValues } from '../application/product-settings/product-settings.ts';
import { readTextFile } from '../config/bounded-file.ts';
import { isLoopback } from '../config/loopback.ts';
import type { Settings } from '../config/settings.ts';
import { DomainError } from '../core/errors.ts';
import { toServiceAccountKey } from '../core/service-accounts.ts';

interface Wishes {
  readonly profile: string;
  readonly listener?: string;
  readonly account?: string;
  readonly serverName?: string;
  readonly clientCa: string;
}

const maxCertificateBytes = 256 * 1024;

/**
 * What a product's settings are filled in with: listener and account of the profile, unless others are wished for. Notes say what is
 * missing for it to work. Throws `invalid_input` for a listener that there is not.
 */
export function chooseValues(
  settings: Settings,
  wishes: Wishes,
): { readonly values: InstallationValues; readonly notes: readonly string[] } {
  const { profile, listener: wished, serverName, clientCa } = wishes;
  const { baseDn } = settings.ldap;
  const planned = planListeners(settings);
  const chosen = chooseListener(planned, profile, wished);
  const account = chooseAccount(settings, wishes);
  const { name, host, port, tls = 'none', requireTls } = chosen.listener;
  const shownHost = serverName ?? findServerName(chosen);
  const notes: string[] = [];
  const hasProfile =
    (chosen.listener.profile ?? 'generic') === profile || account.profile === profile || profile === 'generic';
  if (!hasProfile)
    notes.push(
      `neither the listener ${name} nor the account ${account.name} has the profile ${profile}: add \`profile: ${profile}\` to one of them`,
    );
  if (account.note !== undefined) notes.push(account.note);
  if (port === 0) notes.push(`the listener ${name} has port 0, another one at each start: give it a port of its own`);
  if (tls === 'none' && !isLoopback(host) && requireTls !== false)
    notes.push(`the listener ${name} takes no password over the network, for it has no TLS: see ldap.tls`);
  if (isLoopback(host) && serverName === undefined)
    notes.push(`the listener ${name} is on ${host}: the product must run on this machine`);
  return { values: { host: shownHost, port, tls, baseDn, account: account.name, caFile: clientCa }, notes };
}

function chooseListener(
  planned: readonly PlannedListener[],
  profile: string,
  wished: string | undefined,
): PlannedListener {
  const named = wished === undefined ? planned : planned.filter(({ listener }) => listener.name === wished);
  const own = named.filter(({ listener }) => (listener.profile ?? 'generic') === profile);
  const candidates = own.length > 0 ? own : named;
  const best = candidates.find(({ listener }) => (listener.tls ?? 'none') !== 'none') ?? candidates[0];
  if (best !== undefined) return best;
  const known = planned.map(({ listener }) => listener.name).join(', ');
  throw new DomainError('invalid_input', `there is no listener ${JSON.stringify(wished)}; known are ${known}`);
}

function chooseAccount(
  { ldap }: Settings,
  { profile, account: wished }: Wishes,
): { readonly name: string; readonly profile?: string | undefined; readonly note?: string } {
  const accounts = ldap.serviceAccounts;
  const found =
    wished === undefined
      ? (accounts.find(({ access }) => access?.profile === profile) ??
        accounts.find(({ name }) => toServiceAccountKey(name) === profile) ??
        accounts[0])
      : accounts.find(({ name }) => toServiceAccountKey(name) === toServiceAccountKey(wished));
  if (found !== undefined) return { name: found.name, profile: found.access?.profile };
  const name = wished ?? profile;
  const remedy = `make it with \`service-accounts add ${name}\` unless you have, or add it to ldap.serviceAccounts`;
  return { name, note: `the service account ${name} is not in the settings: ${remedy}` };
}

/** The first name of the certificate, for that is what clients compare; else the address, else the machine's name. */
function findServerName({ listener: { host }, files }: PlannedListener): string {
  const fromCertificate = files === undefined || isLoopback(host) ? undefined : readFirstName(files.certFile);
  return fromCertificate ?? (host === '0.0.0.0' || host === '::' ? hostname() : host);
}

function readFirstName(file: string): string | undefined {
  const read = readTextFile(file, maxCertificateBytes);
  if ('fault' in read) return undefined;
  try {
    const names = new X509Certificate(read.text).subjectAltName ?? '';
    return /(?:^|, )DNS:([a-z0-9.-]+)/i.exec(names)?.[1];
  } catch {
    // A certificate that cannot be read is the doctor's business.
    return undefined;
  }
}
