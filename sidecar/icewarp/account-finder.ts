import { localPartOf, parseAddress } from '../core/names.ts';
import type { FoundAccount } from '../core/ports/account-finder.ts';
import type { SourceDomain, SourceRow } from '../core/ports/directory-source.ts';
import { accountTypes, readAccount, readMaskedRows, toRow } from './account-reader.ts';
import { splitItems } from './properties.ts';
import type { Reader } from './reader.ts';

/** What a mask takes for a pattern. No account of a mail server is called so. */
const pattern = /[*?]/;

/**
 * One user account by its primary address, without listing its domain; undefined when the server shows none. Whether the mask of the
 * list is held against the local part or the whole address differs with a setting of the server.
 */
export async function findUser(
  reader: Reader,
  domain: SourceDomain,
  address: string,
  signal?: AbortSignal,
): Promise<FoundAccount | undefined> {
  const local = localPartOf(address);
  if (pattern.test(local)) return undefined;
  const row =
    (await findRow(reader, domain, address, local, signal)) ??
    (await findRow(reader, domain, address, `${local}@*`, signal));
  if (row === undefined) return undefined;
  const account = await readAccount(reader, domain, row, ['U_Groups'], signal);
  if (account === undefined) return undefined;
  const { user, properties } = account;
  return { row, user, groups: properties.list('U_Groups')?.flatMap(splitItems) };
}

async function findRow(
  reader: Reader,
  domain: SourceDomain,
  address: string,
  mask: string,
  signal: AbortSignal | undefined,
): Promise<SourceRow | undefined> {
  // People whose display name is the mask are listed as well.
  const rows = await readMaskedRows(reader, domain, mask, signal);
  const found = rows.find((row) => row.accounttype === accountTypes.user && parseAddress(row.email) === address);
  return found && toRow(found, 'user');
}
