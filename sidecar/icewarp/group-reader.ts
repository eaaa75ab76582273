import type { LeftOutGroup, SourceDomain, SourceGroup, SourceRow } from '../core/ports/directory-source.ts';
import { aliasProperties, toAliases } from './account-aliases.ts';
import { accountTypes, readAccountProperties, readRows, toPropertyNames, toRow } from './account-reader.ts';
import { isAbsence } from './api-errors.ts';
import { printable } from './http-api.ts';
import { type Reader, readList } from './reader.ts';
import { type MemberRow, memberPage } from './replies.ts';
import { requireText } from './subject.ts';

/** The groups of a domain, and its mailing lists when asked for. The built-in group of public folders is left out. */
export async function readGroupRows(
  reader: Reader,
  domain: SourceDomain,
  includeMailingLists: boolean,
  signal?: AbortSignal,
): Promise<readonly SourceRow[]> {
  const groups = await readRows(reader, domain, accountTypes.group, String(accountTypes.group), signal);
  const rows = groups.filter((row) => !/^public-folders@/i.test(row.email)).map((row) => toRow(row, 'group'));
  if (!includeMailingLists) return rows;
  const lists = await readRows(reader, domain, accountTypes.mailingList, String(accountTypes.mailingList), signal);
  return [...rows, ...lists.map((row) => toRow(row, 'mailing_list'))];
}

const groupProperties = toPropertyNames([...aliasProperties, 'U_Name', 'U_Comment']);
const listProperties = toPropertyNames([...aliasProperties, 'U_Name', 'U_Comment', 'M_SendAllLists']);

/**
 * One group or mailing list with its direct members; undefined when the server knows none of that address, and left out
 * when it is a list whose members are not written anywhere.
 */
export async function readGroup(
  reader: Reader,
  domain: SourceDomain,
  row: SourceRow,
  signal?: AbortSignal,
): Promise<SourceGroup | LeftOutGroup | undefined> {
  const kind = row.kind === 'mailing_list' ? 'mailing_list' : 'group';
  const about = `${kind === 'group' ? 'group' : 'mailing list'} ${row.address}`;
  const asked = kind === 'group' ? groupProperties : listProperties;
  const properties = await readAccountProperties(reader, row.address, asked, about, signal);
  if (properties === undefined) return undefined;
  const subject = { properties, about, warnings: [] };
  const mode = kind === 'group' ? '0' : requireText(subject, 'M_SendAllLists') || '0';
  const members = await readMembers(reader, domain, row.address, mode, about, signal);
  if (members === undefined) return undefined;
  if (members === 'elsewhere')
    return { kind: 'left_out', address: row.address, warning: toLeftOutWarning(about, mode) };
  return {
    address: row.address,
    kind,
    displayName: row.displayName === '' ? (properties.text('U_Name') ?? '') : row.displayName,
    description: properties.text('U_Comment') ?? '',
    aliases: toAliases(properties, row.address, domain, about),
    members,
    warnings: subject.warnings,
  };
}

/** Where a list of that mode (M_SendAllLists) takes its members from, when no command tells them. */
const modesElsewhere: ReadonlyMap<string, string> = new Map([
  // Which kinds of administrator these mean is not documented, and the session need not see them all.
  ['3', 'sends to the administrators of its domain'],
  ['4', 'sends to all administrators'],
  ['5', 'takes its members from a database (ODBC)'],
]);

function toLeftOutWarning(about: string, mode: string): string {
  const what = modesElsewhere.get(mode) ?? `sends to an unknown kind of members ("${printable(mode)}")`;
  return `${about} ${what}, which cannot be read: it is left out; for a group of these people, make one in IceWarp`;
}

/** The members; undefined when the group is gone, `elsewhere` when no command tells them. */
async function readMembers(
  reader: Reader,
  domain: SourceDomain,
  address: string,
  mode: string,
  about: string,
  signal: AbortSignal | undefined,
): Promise<readonly string[] | undefined | 'elsewhere'> {
  // Whatever the stored list says.
  if (mode === '1') return [`[${domain.name}]`];
  if (mode === '2') return (await reader.domainNames(signal)).map((name) => `[${name}]`);
  if (mode !== '0') return 'elsewhere';
  try {
    const rows = await readList<MemberRow>(
      reader,
      {
        command: 'getaccountmemberinfolist',
        about,
        params: [
          ['who', address],
          ['filter', [['namemask', '*']]],
        ],
        schema: memberPage,
        keyOf: (row) => row.val,
        inspect: (envelope) => {
          if (isAbsence(envelope)) throw new GroupIsGone();
        },
      },
      signal,
    );
    return rows.map((row) => row.val).filter((member) => member !== '');
  } catch (error) {
    if (error instanceof GroupIsGone) return undefined;
    throw error;
  }
}

/** Deleted between its row and its members. */
class GroupIsGone extends Error {}
