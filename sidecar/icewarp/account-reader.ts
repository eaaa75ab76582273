import { DomainError } from '../core/errors.ts';
import type { SourceDomain, SourceRow, SourceUser } from '../core/ports/directory-source.ts';
import { aliasProperties, toAliases } from './account-aliases.ts';
import { accountFactProperties, toAccountFacts } from './account-facts.ts';
import { nameProperties, toNames } from './account-names.ts';
import { accountStateProperties, toAccountState } from './account-state.ts';
import { isAbsence, resultOf } from './api-errors.ts';
import { printable } from './http-api.ts';
import { pageSize } from './paging.ts';
import type { Properties } from './properties.ts';
import { propertyNames, type Reader, readList, toPropertiesOf } from './reader.ts';
import { type AccountRow, accountPage, readReply } from './replies.ts';
import { isXmlText, type Params } from './request-xml.ts';

/** Numbers of the server's account types, as far as they matter here. */
export const accountTypes = { user: 0, mailingList: 1, group: 7 } as const;

const userProperties = [
  ...nameProperties,
  ...aliasProperties,
  ...accountStateProperties,
  'U_Comment',
  'U_PhoneAlias',
  ...accountFactProperties,
];
const userPropertyNames = toPropertyNames(userProperties);

/** The rows of one type in one domain. `typeMask` narrows what the server sends; what it sends is checked all the same. */
export async function readRows(
  reader: Reader,
  domain: SourceDomain,
  accountType: number,
  typeMask: string | undefined,
  signal: AbortSignal | undefined,
): Promise<readonly AccountRow[]> {
  const filter = [['namemask', '*'] as const, ...(typeMask === undefined ? [] : [['typemask', typeMask] as const])];
  const rows = await listAccounts(reader, domain, filter, signal);
  return rows.filter((row) => row.accounttype === accountType);
}

/** The rows, of any type, whose login or display name is as `mask`, `*` and `?` standing for anything. */
export function readMaskedRows(
  reader: Reader,
  domain: SourceDomain,
  mask: string,
  signal: AbortSignal | undefined,
): Promise<readonly AccountRow[]> {
  return listAccounts(reader, domain, [['namemask', mask]], signal);
}

function listAccounts(
  reader: Reader,
  domain: SourceDomain,
  filter: Params,
  signal: AbortSignal | undefined,
): Promise<readonly AccountRow[]> {
  const list = {
    command: 'getaccountsinfolist' as const,
    about: `domain ${domain.name}`,
    params: [['domainstr', domain.name] as const, ['filter', filter] as const],
    schema: accountPage,
    keyOf: (row: AccountRow) => row.email.toLowerCase(),
  };
  return readList<AccountRow>(reader, list, signal);
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

/** The first page of a domain's accounts: users among them, entries of any kind, and how many there are in all. */
export async function readFirstUserRows(
  reader: Reader,
  domain: SourceDomain,
  signal?: AbortSignal,
): Promise<{ readonly rows: readonly SourceRow[]; readonly listed: number; readonly overall: number | undefined }> {
  const command = 'getaccountsinfolist';
  const about = `domain ${domain.name}`;
  const params: Params = [
    ['domainstr', domain.name],
    ['filter', [['namemask', '*']]],
    ['offset', '0'],
    ['count', String(pageSize)],
  ];
  const envelope = await reader.session.call(command, params, { about, signal });
  const { item, overallcount } = readReply(accountPage, resultOf(envelope, command, about), command, about);
  const rows = item.filter((row) => row.accounttype === accountTypes.user).map((row) => toRow(row, 'user'));
  return { rows, listed: item.length, overall: overallcount };
}

export function toRow(row: AccountRow, kind: SourceRow['kind']): SourceRow {
  const enabled = row.accountstate === undefined ? undefined : row.accountstate.state === 0;
  return { address: row.email, displayName: row.name, enabled, kind };
}

const noWarnings: readonly string[] = [];

/** One user account whole; undefined when the server knows none of that address (any more). */
export async function readUser(
  reader: Reader,
  domain: SourceDomain,
  row: SourceRow,
  signal?: AbortSignal,
): Promise<SourceUser | undefined> {
  return (await readAccount(reader, domain, row, [], signal))?.user;
}

/** {@link readUser} with the properties that it was made of, and `more` of them. */
export async function readAccount(
  reader: Reader,
  domain: SourceDomain,
  row: SourceRow,
  more: readonly string[],
  signal: AbortSignal | undefined,
): Promise<{ readonly user: SourceUser; readonly properties: Properties } | undefined> {
  const about = `account ${row.address}`;
  const names = more.length === 0 ? userPropertyNames : toPropertyNames([...userProperties, ...more]);
  const properties = await readAccountProperties(reader, row.address, names, about, signal);
  if (properties === undefined) return undefined;
  const subject = { properties, about, warnings: [] };
  const user: SourceUser = {
    address: row.address,
    ...toNames(properties, row.displayName),
    aliases: toAliases(properties, row.address, domain, about),
    ...toAccountState(subject, domain, reader.now()),
    description: properties.text('U_Comment') ?? '',
    telephoneNumber: properties.text('U_PhoneAlias') ?? '',
    ...toAccountFacts(subject, reader.ownPlaces),
    warnings: subject.warnings.length === 0 ? noWarnings : subject.warnings,
  };
  return { user, properties };
}

/** The properties to ask for of an account, group or list. */
export function toPropertyNames(names: readonly string[]): Params {
  return propertyNames('accountpropertylist', names);
}

/** Properties of one account, group or list; undefined when the server knows none of that address. */
export async function readAccountProperties(
  reader: Reader,
  address: string,
  names: Params,
  about: string,
  signal: AbortSignal | undefined,
): Promise<Properties | undefined> {
  const command = 'getaccountproperties';
  if (!isXmlText(address)) {
    const why = 'its address holds a character that no command can carry; correct it in IceWarp';
    throw new DomainError('conflict', `${printable(about)}: ${why}`);
  }
  const params = [['accountemail', address] as const, ...names];
  const envelope = await reader.session.call(command, params, { about, signal });
  return isAbsence(envelope) ? undefined : toPropertiesOf(envelope, command, about);
}
