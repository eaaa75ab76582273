import { type Account, type AdminType, accountStates, authModes, listAudiences } from '../company/model.ts';
import type { WrittenProperty, WrittenValue } from './written-value.ts';

type Patch = Partial<Account>;

/** What writing a value changes; undefined = the value cannot be used, or not for such an account. */
type Writer = (value: WrittenValue, account: Account) => Patch | undefined;

/** By name in lower case. What is not here is read only, or unknown: the original answers 0 for both. */
const writers: ReadonlyMap<string, Writer> = new Map<string, Writer>([
  ['u_name', text((displayName) => ({ displayName }))],
  ['a_name', (value) => (value.kind === 'name' ? toNames(value) : undefined)],
  ['a_vcard', (value) => (value.kind === 'card' ? { card: { ...unsetCard, ...value.leaves } } : undefined)],
  ['a_aliaslist', (value) => (value.kind === 'list' ? { aliases: value.items } : undefined)],
  ['u_alias', text((aliases) => ({ aliases: splitList(aliases) }))],
  ['u_emailalias', text((aliases) => ({ aliases: splitList(aliases) }))],
  ['u_accountdisabled', choice(accountStates, (state) => ({ state }))],
  ['u_authmode', choice(authModes, (authMode) => ({ authMode }))],
  ['u_authmodevalue', text((authModeValue) => ({ authModeValue }))],
  ['u_blocked', flag((blocked) => ({ blocked }))],
  ['u_isguestaccount', flag((guest) => ({ guest }))],
  ['u_accountvalid', flag((isLimited, { validTill }) => limitValidity(isLimited, validTill))],
  ['u_accountvalidtill_date', text((validTill) => ({ validTill }))],
  ['u_passwordexpired', flag((passwordExpired) => ({ passwordExpired }))],
  ['u_password', text((password) => ({ password }))],
  ['u_admin', flag((isOn, account) => changeAdmin('administrator', isOn, account))],
  ['u_domainadmin', flag((isOn, account) => changeAdmin('domain_administrator', isOn, account))],
  ['u_webadmin', flag((isOn, account) => changeAdmin('web_administrator', isOn, account))],
  ['u_comment', text((comment) => ({ comment }))],
  ['u_phonealias', text((phone) => ({ phone }))],
  [
    'm_sendalllists',
    choice(listAudiences, (audience, { type }) => (type === 'mailing_list' ? { audience } : undefined)),
  ],
]);

/**
 * Works properties into an account, one after the other; undefined when one of them cannot be written. Whether the
 * original then writes the others is not known: none is written here, so that a client that overlooks it is seen to fail.
 */
export function applyProperties(account: Account, properties: readonly WrittenProperty[]): Account | undefined {
  let written = account;
  for (const { name, value } of properties) {
    const patch = value && writers.get(name)?.(value, written);
    if (patch === undefined) return undefined;
    written = { ...written, ...patch };
  }
  return written;
}

/** Leaves that come from elsewhere unless the card has them. Writing a card replaces it whole: these end as well. */
const unsetCard = { firstname: '', lastname: '', email1address: '' };

function toNames({ name, surname }: { readonly name: string; readonly surname: string }): Patch {
  // Seen on a server: writing the parts puts the full name together anew.
  return { givenName: name, surname, displayName: [name, surname].filter((part) => part !== '').join(' ') };
}

function limitValidity(isLimited: boolean, validTill: string): Patch | undefined {
  if (!isLimited) return { validTill: '' };
  return validTill === '' ? undefined : {};
}

function changeAdmin(type: AdminType, isOn: boolean, account: Account): Patch {
  if (isOn) return { admin: type };
  return account.admin === type ? { admin: 'none' } : {};
}

function text(toPatch: (text: string, account: Account) => Patch | undefined): Writer {
  return (value, account) => (value.kind === 'text' ? toPatch(value.text, account) : undefined);
}

function flag(toPatch: (isOn: boolean, account: Account) => Patch | undefined): Writer {
  return text((value, account) => (/^[01]$/.test(value) ? toPatch(value === '1', account) : undefined));
}

function choice<T>(words: readonly T[], toPatch: (word: T, account: Account) => Patch | undefined): Writer {
  return text((value, account) => {
    const word = /^\d$/.test(value) ? words[Number(value)] : undefined;
    return word === undefined ? undefined : toPatch(word, account);
  });
}

function splitList(list: string): string[] {
  return list.split(';').filter((each) => each !== '');
}
