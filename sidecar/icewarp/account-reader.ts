import type { SourceDomain, SourceRow, SourceUser } from '../core/ports/directory-source.ts';
import { aliasProperties, toAliases } from './account-aliases.ts';
import { accountStateProperties, toAccountState } from './account-state.ts';
import { isAbsence } from './api-errors.ts';
import type { NameParts, Properties } from './properties.ts';
import { propertyNames, type Reader, readList, toPropertiesOf } from './reader.ts';
import { type AccountRow, accountPage } from './replies.ts';

/** Numbers of the server's account types, as far as they matter here. */
export const accountTypes = { user: 0, mailingList: 1, group: 7 } as const;

const userProperties = [
  'A_VCard',
  'A_Name',
  'U_Name',
  ...aliasProperties,
  ...accountStateProperties,
  'U_Comment',
  'U_PhoneAlias',
] as const;

/** The rows of one type in one domain. `typeMask` narrows what the server sends; what it sends is checked all the same. */
export async function readRows(
  reader: Reader,
  domain: SourceDomain,
  accountType: number,
  typeMask: string | undefined,
  signal: AbortSignal | undefined,
): Promise<readonly AccountRow[]> {
  const filter = [['namemask', '*'] as const, ...(typeMask === undefined ? [] : [['typemask', typeMask] as const])];
  const rows = await readList<AccountRow>(
    reader,
    {
      command: 'getaccountsinfolist',
      about: `domain ${domain.name}`,
      params: [
        ['domainstr', domain.name],
        ['filter', filter],
      ],
      schema: accountPage,
      keyOf: (row) => row.email.toLowerCase(),
    },
    signal,
  );
  return rows.filter((row) => row.accounttype === accountType);
}

/** The user accounts of a domain. */
export async function readUserRows(
  reader: Reader,
  domain: SourceDomain,
  signal?: AbortSignal,
): Promise<readonly SourceRow[]> {
  // Without a type mask: whether its 0 means "users" or "any type" is not known.
  const rows = await readRows(reader, domain, accountTypes.user, undefined, signal);
  return rows.map((row) => toRow(row, 'user'));
}

export function toRow(row: AccountRow, kind: SourceRow['kind']): SourceRow {
  const enabled = row.accountstate === undefined ? undefined : row.accountstate.state === 0;
  return { address: row.email, displayName: row.name, enabled, kind };
}

/** One user account whole; undefined when the server knows none of that address (any more). */
export async function readUser(
  reader: Reader,
  domain: SourceDomain,
  row: SourceRow,
  signal?: AbortSignal,
): Promise<SourceUser | undefined> {
  const about = `account ${row.address}`;
  const properties = await readAccountProperties(reader, row.address, userProperties, about, signal);
  if (properties === undefined) return undefined;
  const card = properties.nameParts('A_VCard');
  const older = properties.nameParts('A_Name');
  const named = [card, older].find((parts) => hasText(parts?.given) || hasText(parts?.surname));
  return {
    address: row.address,
    displayName: toDisplayName(card, older, properties.text('U_Name'), row.displayName),
    givenName: named?.given ?? '',
    surname: named?.surname ?? '',
    aliases: toAliases(properties, row.address, domain, about),
    state: toAccountState(properties, domain, reader.now(), about),
    description: properties.text('U_Comment') ?? '',
    telephoneNumber: properties.text('U_PhoneAlias') ?? '',
  };
}

/** Properties of one account, group or list; undefined when the server knows none of that address. */
export async function readAccountProperties(
  reader: Reader,
  address: string,
  names: readonly string[],
  about: string,
  signal: AbortSignal | undefined,
): Promise<Properties | undefined> {
  const command = 'getaccountproperties';
  const params = [['accountemail', address] as const, ...propertyNames('accountpropertylist', names)];
  const envelope = await reader.session.call(command, params, { about, signal });
  return isAbsence(envelope) ? undefined : toPropertiesOf(envelope, command, about);
}

/** The card is what the server's console edits; the others can be stale. What cannot be read falls to the next. */
function toDisplayName(
  card: NameParts | undefined,
  older: NameParts | undefined,
  fullName: string | undefined,
  listed: string,
): string {
  const candidates = [card?.display, joined(card), joined(older), fullName];
  return candidates.find(hasText) ?? listed;
}

function joined(parts: NameParts | undefined): string {
  return [parts?.given, parts?.surname].filter(hasText).join(' ');
}

function hasText(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== '';
}
