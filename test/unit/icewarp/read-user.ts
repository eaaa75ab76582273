import type { SourceDomain, SourceRow } from '../../../sidecar/core/ports/directory-source.ts';
import { account, corp, rowOf, startSource } from './fixtures.ts';
import type { WireValue } from './scripted-server.ts';

const now = new Date(2026, 5, 15, 12);

/** What the source makes of one account with those properties, or that reply. */
export async function readUser(
  over: Readonly<Record<string, WireValue>> | string,
  domain: SourceDomain = corp,
  row: SourceRow = rowOf('al@corp.test', 'Listed Name'),
) {
  const answer = typeof over === 'string' ? over : account(over);
  const { source, done } = await startSource(
    ({ command, param }) =>
      command === 'getaccountproperties' && param('accountemail') === row.address ? answer : undefined,
    {},
    { now: () => now, ownPlaces: ['ldap.us.test'] },
  );
  try {
    return await source.readUser(domain, row);
  } finally {
    await done();
  }
}
