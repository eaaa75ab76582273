import { splitAddress } from '../company/addresses.ts';
import type { Company } from '../company/company.ts';
import { type Account, accountStates, authModes, listAudiences } from '../company/model.ts';
import { toCardProperty } from './card.ts';
import { loginSettings, readServerSetting } from './server-properties.ts';
import { type Property, toFlagProperty, toListProperty, toStringProperty, toStructuredProperty } from './values.ts';

/** How a property is read from an account. */
type Reader = (account: Account, company: Company) => Property;

/** `yyyy/mm/dd` of a date that was never set: day 0 of the original's calendar. */
const unsetDate = '1899/12/30';

/** By name in lower case. */
const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['a_vcard', toCardProperty],
  [
    'a_name',
    ({ givenName, surname }) =>
      toStructuredProperty('TAccountName', [
        ['name', givenName],
        ['surname', surname],
      ]),
  ],
  ['u_name', (account) => toStringProperty(account.displayName)],
  ['a_aliaslist', (account) => toListProperty(account.aliases)],
  ['u_alias', (account) => toStringProperty(account.aliases.join(';'))],
  ['u_emailalias', (account) => toStringProperty(account.aliases.join(';'))],
  ['u_aliaslist', (account, company) => toStringProperty(company.addressesOf(account).join(';'), 1)],
  ['u_login', (account, company) => toStringProperty(loginOf(account, company), 1)],
  ['u_mailbox', (account) => toStringProperty(account.mailbox || splitAddress(account.address).local)],
  ['u_blocked', (account) => toFlagProperty(account.blocked)],
  ['u_authmode', (account) => toStringProperty(authModes.indexOf(account.authMode))],
  ['u_authmodevalue', (account) => toStringProperty(account.authModeValue)],
  ['u_isguestaccount', (account) => toFlagProperty(account.guest)],
  ['u_created', (account) => toStringProperty(account.created, 1)],
  ['u_passwordlastchanged', (account) => toStringProperty(account.passwordChanged, 1)],
  ['a_lastlogintime', (account) => toStringProperty(account.lastLogin === 0 ? '' : account.lastLogin, 1)],
  ['m_sendalllists', (account) => toStringProperty(sendsTo(account))],
  ['u_groups', (account, company) => toStringProperty(terminate(groupNames(account, company)), 1)],
  ['u_groupslist', (account, company) => toStringProperty(terminate(groupNamesInAllSpellings(account, company)), 1)],
  ['u_accountdisabled', (account) => toStringProperty(accountStates.indexOf(account.state))],
  ['u_accountvalid', (account) => toFlagProperty(account.validTill !== '')],
  ['u_accountvalidtill_date', (account) => toStringProperty(account.validTill || unsetDate)],
  ['u_passwordexpired', (account) => toFlagProperty(account.passwordExpired)],
  ['u_admin', (account) => toFlagProperty(account.admin === 'administrator')],
  ['u_domainadmin', (account) => toFlagProperty(account.admin === 'domain_administrator')],
  ['u_webadmin', (account) => toFlagProperty(account.admin === 'web_administrator')],
  ['u_comment', (account) => toStringProperty(account.comment)],
  ['u_phonealias', (account) => toStringProperty(account.phone)],
]);

const limits = ['u_accountvalid', 'u_accountvalidtill_date', 'u_accountdisabled'];

/**
 * Names in a property set. Which properties the original puts into a set is not known: "info" gives everything here,
 * "limits" what limits an account, "none" and "forwarder" nothing.
 */
const propertySets: ReadonlyMap<string, readonly string[]> = new Map([
  ['0', []],
  ['1', [...readers.keys()]],
  ['2', limits],
  ['3', []],
]);

/** The names in a set; undefined when there is no such set. */
export function accountPropertySet(set: string): readonly string[] | undefined {
  return propertySets.get(set);
}

/** A property by its name in any case; undefined when there is none of that name. */
export function readAccountProperty(name: string, account: Account, company: Company): Property | undefined {
  const key = name.toLowerCase();
  if (account.unreadable.some((each) => each.toLowerCase() === key)) return undefined;
  return readers.get(key)?.(account, company);
}

function loginOf(account: Account, company: Company): string {
  const wholeAddress = readServerSetting(loginSettings, company.server) === '1';
  return wholeAddress ? account.address : splitAddress(account.address).local;
}

function sendsTo(account: Account): number | '' {
  return account.type === 'mailing_list' ? listAudiences.indexOf(account.audience) : '';
}

function groupNames(account: Account, company: Company): string[] {
  return company.groupsOf(account).map((group) => group.address);
}

function groupNamesInAllSpellings(account: Account, company: Company): string[] {
  return company.groupsOf(account).flatMap((group) => company.addressesOf(group));
}

/** Lists of groups end with the separator as well. */
function terminate(names: readonly string[]): string {
  return names.map((name) => `${name};`).join('');
}
