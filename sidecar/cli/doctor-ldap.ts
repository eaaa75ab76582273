import ldapjs from 'ldapjs';
import type { LdapVisit, LdapVisits, ListenerPlace } from '../application/doctor/listener-visits.ts';
import { DomainError, messageOf } from '../core/errors.ts';
import { type ClientTrust, lookAtTls } from './doctor-tls.ts';

const connectTimeoutMs = 5_000;
/** Longer than a login may take. */
const timeoutMs = 10_000;

/** Connects to listeners with ldapjs' client. Its TLS takes any certificate: that is looked at apart. */
export function createLdapVisits(trust: ClientTrust): LdapVisits {
  return {
    lookAtTls: (place) => lookAtTls(place, trust),
    async open(place) {
      const client = await connect(place);
      if (place.tls === 'starttls') {
        try {
          await promised<void>((done) => client.starttls({ rejectUnauthorized: false }, [], done));
        } catch (error) {
          client.destroy();
          throw unavailable('StartTLS', error);
        }
      }
      return toVisit(client);
    },
  };
}

function connect({ host, port, tls }: ListenerPlace): Promise<ldapjs.Client> {
  const address = host.includes(':') ? `[${host}]` : host;
  const client = ldapjs.createClient({
    url: `${tls === 'ldaps' ? 'ldaps' : 'ldap'}://${address}:${port}`,
    tlsOptions: { rejectUnauthorized: false },
    connectTimeout: connectTimeoutMs,
    timeout: timeoutMs,
    reconnect: false,
  });
  return new Promise((resolve, reject) => {
    const refuse = (error: unknown) => {
      client.destroy();
      reject(unavailable('no connection', error));
    };
    // Each failure of a request is told to that request as well.
    client.on('error', refuse);
    for (const event of ['connectError', 'connectTimeout', 'connectRefused']) client.once(event, refuse);
    client.once('connect', () => resolve(client));
  });
}

function toVisit(client: ldapjs.Client): LdapVisit {
  return {
    async readRootDse() {
      const options: ldapjs.SearchOptions = { scope: 'base', attributes: ['vendorName', 'namingContexts'] };
      const [entry] = (await search(client, '', options)).entries;
      const valuesOf = (name: string) => entry?.attributes.find(({ type }) => type === name)?.values ?? [];
      return { vendor: [valuesOf('vendorName')].flat()[0] ?? '', bases: [valuesOf('namingContexts')].flat() };
    },
    async bind(dn, password) {
      try {
        await promised<void>((done) => client.bind(dn, password.reveal(), done));
        return 0;
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? Number(error.code) : 0;
        // ldapjs' own failures have codes from 128 on, and Node's are words.
        if (code > 0 && code < 128) return code;
        throw unavailable('no answer to the login', error);
      }
    },
    async readUsers(baseDn, pageSize, maxPages) {
      const { entries, more } = await search(
        client,
        baseDn,
        { scope: 'sub', filter: '(uid=*)', attributes: ['uid'], paged: { pageSize, pagePause: true } },
        maxPages,
      );
      return { users: entries.length, more };
    },
    close: () => client.destroy(),
  };
}

async function search(
  client: ldapjs.Client,
  base: string,
  options: ldapjs.SearchOptions,
  maxPages = 1,
): Promise<{ readonly entries: readonly ldapjs.SearchEntry[]; readonly more: boolean }> {
  const entries: ldapjs.SearchEntry[] = [];
  let pages = 0;
  let more = false;
  try {
    const found = await promised<ldapjs.SearchCallbackResponse>((done) => client.search(base, options, done));
    await new Promise<void>((resolve, reject) => {
      found.on('searchEntry', (entry) => entries.push(entry));
      // The last page comes without a way to ask for another one.
      found.on('page', (_done, next: ((stop?: Error) => void) | undefined) => {
        pages += 1;
        if (next === undefined) return;
        more = pages === maxPages;
        next(more ? new Error('enough') : undefined);
      });
      found.on('error', reject);
      found.on('end', () => resolve());
    });
    return { entries, more };
  } catch (error) {
    throw unavailable('no answer to a search', error);
  }
}

function promised<T>(start: (done: (error: Error | null, result?: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, result) => (error === null ? resolve(result as T) : reject(error)));
  });
}

function unavailable(what: string, error: unknown): DomainError {
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
  return new DomainError('upstream_unavailable', `${what}: ${messageOf(error) || 'refused'}${code}`, { cause: error });
}
