import { splitAddress } from '../company/addresses.ts';
import { createGlob } from '../company/glob.ts';
import { type Account, accountTypes, adminTypes, type Dialect } from '../company/model.ts';
import { isBlockedNow } from '../login/report.ts';
import { accountPropertySet, readAccountProperty } from '../properties/account-properties.ts';
import { ApiError, child, textOf } from '../wire/envelope.ts';
import { leaf } from '../wire/xml-writer.ts';
import type { CommandResult, SessionCall } from './command.ts';
import { requireVisibleDomain } from './domains.ts';
import { readMask, writePage } from './paging.ts';
import { readPropertyNames, writeProperties } from './property-list.ts';
import { requireDomain } from './rights.ts';

/** `getaccountsinfolist`: the accounts of one domain. */
export function getAccountsInfoList(call: SessionCall): CommandResult {
  const { company } = call.state;
  const domain = requireVisibleDomain(textOf(call.params, 'domainstr'), call);
  const filter = child(call.params, 'filter');
  // How plans and services are matched is not documented: refused, rather than answered with a list that may be wrong.
  for (const name of ['planmask', 'servicemask']) {
    if (!/^\**$/.test(textOf(filter, name))) throw new ApiError(`simulator_${name}_unsupported`);
  }
  const accounts = company.select(domain.name, {
    namemask: textOf(filter, 'namemask').slice(0, 320),
    type: readMask(filter, 'typemask'),
    adminType: readMask(filter, 'adminmask'),
  });
  const { dialect } = company.server;
  return { content: writePage(accounts ?? [], call.params, dialect, (account) => writeAccount(account, dialect)) };
}

const quota =
  '<quota>\n<classname>TAccountQuota</classname>\n<mailboxsize>0</mailboxsize>\n<mailboxquota>0</mailboxquota>\n</quota>\n';

function writeAccount(account: Account, dialect: Dialect): string {
  const disabled = account.state === 'enabled' ? 0 : 1;
  const state = `<accountstate>\n<classname>TAccountState</classname>\n<state>${disabled}</state>\n</accountstate>\n`;
  return (
    leaf('name', account.displayName) +
    leaf('email', account.address) +
    (dialect.oldLists ? '' : leaf('displayemail', account.address)) +
    leaf('accounttype', accountTypes.indexOf(account.type)) +
    (dialect.oldLists ? '' : state) +
    leaf('admintype', adminTypes.indexOf(account.admin)) +
    quota +
    leaf('image', '') +
    leaf('planid', '') +
    leaf('serviceinfo', '')
  );
}

/** `getaccountproperties`: named properties of one account, a set of them, or both. */
export function getAccountProperties(call: SessionCall): CommandResult {
  const { state, params } = call;
  const address = textOf(params, 'accountemail');
  if (address === '') throw new ApiError('account_email_parameter_missing');
  const account = requireVisibleAccount(address, call);
  const set = textOf(params, 'accountpropertyset');
  const fromSet = set === '' ? [] : accountPropertySet(set);
  if (fromSet === undefined) throw new ApiError('simulator_accountpropertyset_invalid');
  const names = [...readPropertyNames(params, 'accountpropertylist'), ...fromSet];
  const shown = { ...account, blocked: account.blocked || isBlockedNow(account, state) };
  return { content: writeProperties(names, (name) => readAccountProperty(name, shown, state.company)) };
}

/** `getaccountmemberinfolist`: members of a group or mailing list, as they were entered. */
export function getAccountMemberInfoList(call: SessionCall): CommandResult {
  const account = requireVisibleAccount(textOf(call.params, 'who'), call);
  const mask = textOf(child(call.params, 'filter'), 'namemask').slice(0, 320);
  const members = /^\**$/.test(mask) ? account.members : account.members.filter(createGlob(mask));
  const { dialect } = call.state.company.server;
  return { content: writePage(members, call.params, dialect, writeMember) };
}

function writeMember(member: string): string {
  return `${leaf('val', member)}<default>0</default>\n<recieve>0</recieve>\n<post>0</post>\n<digest>0</digest>\n<params/>\n`;
}

/**
 * By primary address only: whether the original takes an alias here is not known, and a client should ask for what the
 * list gave it.
 */
export function requireVisibleAccount(address: string, { state, caller }: SessionCall): Account {
  const account = state.company.account(address);
  const domain = splitAddress(address).domain;
  if (domain !== '') requireDomain(caller, domain);
  if (account === undefined) throw new ApiError('account_invalid');
  return account;
}
