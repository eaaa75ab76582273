import { DomainError } from '../errors.ts';
import { parseDomain, parseGroupName } from '../names.ts';
import type { SyncFilter } from './plan.ts';

/** Makes a filter of the settings' texts. Throws `invalid_input` naming every text that is no domain or no address. */
export function parseSyncFilter(domains: readonly string[], groups: readonly string[]): SyncFilter {
  const faults: string[] = [];
  const parseAll = (
    setting: string,
    texts: readonly string[],
    form: string,
    parse: (text: string) => string | undefined,
  ) =>
    texts.flatMap((text) => {
      const name = parse(text);
      if (name === undefined) faults.push(`${setting}: "${text}" is no ${form}`);
      return name ?? [];
    });
  const filter: SyncFilter = {
    domains: parseAll('icewarp.domains', domains, 'domain (example.com)', parseDomain),
    groups: parseAll('icewarp.groups', groups, 'address of a group (staff@example.com)', parseGroupName),
  };
  if (faults.length > 0) throw new DomainError('invalid_input', faults.join('; '));
  return filter;
}
