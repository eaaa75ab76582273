import { DomainError } from '../core/errors.ts';
import type { SourceDomain, SourceGroup, SourceRow } from '../core/ports/directory-source.ts';
import { aliasProperties, toAliases } from './account-aliases.ts';
import { accountTypes, readAccountProperties, readRows, toRow } from './account-reader.ts';
import { isAbsence } from './api-errors.ts';
import { type Reader, readList } from './reader.ts';
import { type MemberRow, memberPage } from './replies.ts';

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

/** One group or mailing list with its direct members; undefined when the server knows none of that address. */
export async function readGroup(
  reader: Reader,
  domain: SourceDomain,
  row: SourceRow,
  signal?: AbortSignal,
): Promise<SourceGroup | undefined> {
  const kind = row.kind === 'mailing_list' ? 'mailing_list' : 'group';
  const about = `${kind === 'group' ? 'group' : 'mailing list'} ${row.address}`;
  const names = [...aliasProperties, 'U_Name', 'U_Comment', ...(kind === 'group' ? [] : ['M_SendAllLists'])];
  const properties = await readAccountProperties(reader, row.address, names, about, signal);
  if (properties === undefined) return undefined;
  const sendsTo = kind === 'group' ? '0' : (properties.text('M_SendAllLists') ?? '0');
  const members = await readMembers(reader, domain, row.address, sendsTo, about, signal);
  if (members === undefined) return undefined;
  return {
    address: row.address,
    kind,
    displayName: row.displayName === '' ? (properties.text('U_Name') ?? '') : row.displayName,
    description: properties.text('U_Comment') ?? '',
    aliases: toAliases(properties, row.address, domain, about),
    members,
  };
}

async function readMembers(
  reader: Reader,
  domain: SourceDomain,
  address: string,
  sendsTo: string,
  about: string,
  signal: AbortSignal | undefined,
): Promise<readonly string[] | undefined> {
  // M_SendAllLists 1: every account of the domain, whatever the stored list says.
  if (sendsTo === '1') return [`[${domain.name}]`];
  if (sendsTo !== '0' && sendsTo !== '') {
    const remedy = 'leave mailing lists out (icewarp.includeMailingLists) or give it a list of members';
    throw new DomainError('unsupported', `${about} takes its members from elsewhere (M_SendAllLists); ${remedy}`);
  }
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
