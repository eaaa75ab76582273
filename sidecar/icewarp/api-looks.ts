import { DomainError } from '../core/errors.ts';
import type { SourceDomain } from '../core/ports/directory-source.ts';
import { readFirstUserRows, readUser } from './account-reader.ts';
import type { Look } from './diagnosis.ts';
import { readDomains } from './domain-reader.ts';
import type { HttpApi } from './http-api.ts';
import type { Reader } from './reader.ts';
import { checkAdministrator } from './rights.ts';
import { readVersion } from './server-version.ts';

/** Domains that are named in a line before it says "and n more". */
const namedDomains = 5;

/** Looks at the API, from its presence to the first accounts. */
export function apiLooks(api: HttpApi, reader: Reader): readonly Look[] {
  let domains: readonly SourceDomain[] = [];
  return [
    {
      name: 'api',
      remedy:
        'check icewarp.url: the API is a part of the web service (port 443) and of the control service (port 32001)',
      async run(signal) {
        // Any answer of the API will do, its complaint about the missing session as well.
        const elapsedMs = await timed(() => api.call('getsessioninfo', [], { signal }));
        return { detail: `the administration API answers at ${api.url.href} in ${elapsedMs} ms` };
      },
    },
    {
      name: 'login',
      remedy:
        'check icewarp.username and icewarp.password, and that the account is enabled and needs no second factor here',
      async run(signal) {
        const elapsedMs = await timed(() => reader.session.call('getsessioninfo', [], { signal }));
        return { detail: `logged in as ${reader.session.username} in ${elapsedMs} ms` };
      },
    },
    {
      name: 'version',
      remedy: 'update IceWarp',
      async run(signal) {
        const version = await readVersion(reader, signal);
        if (version !== undefined) return { detail: `IceWarp ${version}` };
        const remedy = 'make sure yourself that it is 10.4 or newer; only a full administrator may read the version';
        return { status: 'warning', detail: 'IceWarp does not tell its version', remedy };
      },
    },
    {
      name: 'rights',
      remedy:
        'make the service account an administrator in IceWarp, best a full one, or name another in icewarp.username',
      async run(signal) {
        const kind = await checkAdministrator(reader, signal);
        const who = `${reader.session.username} is`;
        if (kind === 'administrator') return { detail: `${who} an administrator` };
        const remedy = 'make it a full administrator unless it shall see some domains only';
        if (kind === undefined) return { status: 'warning', detail: `${who} of unknown rights`, remedy };
        const noun = kind.replace('_', ' ');
        return { status: 'warning', detail: `${who} a ${noun}: it sees its own domains only`, remedy };
      },
    },
    {
      name: 'domains',
      remedy: 'give the service account the right to see the domains',
      async run(signal) {
        domains = await readDomains(reader, signal);
        if (domains.length === 0)
          throw new DomainError('not_found', 'the service account sees no domain with accounts');
        const names = domains.slice(0, namedDomains).map(({ name }) => name);
        const rest = domains.length > names.length ? ` and ${domains.length - names.length} more` : '';
        const detail = `${domains.length} with accounts: ${names.join(', ')}${rest}`;
        const [warning] = domains.flatMap(({ warnings }) => warnings);
        if (warning === undefined) return { detail };
        return { status: 'warning', detail: `${detail}; ${warning}`, remedy: 'correct the value in IceWarp' };
      },
    },
    {
      name: 'first_page',
      remedy: 'give the service account the right to read accounts and their properties (a full administrator has it)',
      async run(signal) {
        const [domain] = domains;
        if (domain === undefined) throw new DomainError('not_found', 'there is no domain to read accounts of');
        let page: Awaited<ReturnType<typeof readFirstUserRows>> | undefined;
        const pageMs = await timed(async () => {
          page = await readFirstUserRows(reader, domain, signal);
        });
        const [row] = page?.rows ?? [];
        const detail = `${page?.listed ?? 0} of ${page?.overall ?? 0} entries of ${domain.name} in ${pageMs} ms`;
        if (row === undefined) {
          const remedy = 'look whether the service account may see the accounts of that domain';
          return { status: 'warning', detail: `${detail}; no account among them`, remedy };
        }
        const accountMs = await timed(() => readUser(reader, domain, row, signal));
        return { detail: `${detail}; account ${row.address} in ${accountMs} ms` };
      },
    },
  ];
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return Math.round(performance.now() - startedAt);
}
