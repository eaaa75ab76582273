import { splitAddress, toAddressKey, toDomainKey } from '../company/addresses.ts';
import { CompanyError } from '../company/faults.ts';
import { type Account, accountTypes, blankAccount } from '../company/model.ts';
import { isPasswordAllowed } from '../login/password-policy.ts';
import { unblock } from '../login/report.ts';
import { applyProperties } from '../properties/account-writers.ts';
import { readTextList, readWrittenProperties, type WrittenProperty } from '../properties/written-value.ts';
import { ApiError, child, textOf } from '../wire/envelope.ts';
import { requireVisibleAccount } from './accounts.ts';
import type { CommandResult, SessionCall } from './command.ts';
import { requireVisibleDomain } from './domains.ts';
import { requireAdminRights } from './rights.ts';

const done: CommandResult = { content: '1' };
/** A property was not written. */
const notDone: CommandResult = { content: '0' };

/** `createaccount`: an account of any type; `u_mailbox` is its local part. */
export function createAccount(call: SessionCall): CommandResult {
  const domain = requireVisibleDomain(textOf(call.params, 'domainstr'), call);
  const properties = readWrittenProperties(call.params, 'accountproperties');
  const local = findText(properties, 'u_mailbox');
  if (local === '') throw new ApiError('account_mailbox_property_missing');
  const typeNumber = findText(properties, 'u_type');
  if (typeNumber === '') throw new ApiError('account_type_property_missing');
  const type = /^\d$/.test(typeNumber) ? accountTypes[Number(typeNumber)] : undefined;
  if (type === undefined) return notDone;
  const blank: Account = { ...blankAccount, address: `${local}@${domain.name}`, type };
  const others = properties.filter(({ name }) => name !== 'u_mailbox' && name !== 'u_type');
  const account = applyProperties(blank, others);
  if (account === undefined) return notDone;
  checkWritten(account, blank, call);
  store(() => call.state.company.addAccount(account));
  return done;
}

/** `setaccountproperties`: all of the properties or none. */
export function setAccountProperties(call: SessionCall): CommandResult {
  const account = requireNamedAccount(call);
  const properties = readWrittenProperties(call.params, 'propertyvaluelist');
  const written = applyProperties(account, properties);
  if (written === undefined) return notDone;
  checkWritten(written, account, call);
  store(() => call.state.company.patchAccount(account.address, written));
  const unblocks = properties.some(({ name }) => name === 'u_blocked') && !written.blocked;
  if (unblocks) unblock(account.address, call.state);
  return done;
}

/** `setaccountpassword`: the policy is left aside with `ignorepolicy` 1. */
export function setAccountPassword(call: SessionCall): CommandResult {
  const account = requireNamedAccount(call);
  const password = textOf(call.params, 'password');
  if (textOf(call.params, 'ignorepolicy') !== '1') checkPassword(password, account.address);
  store(() => call.state.company.patchAccount(account.address, { password, passwordExpired: false }));
  return done;
}

/**
 * `deleteaccounts`: accounts of one domain, by primary address. What an unknown one gets is not known: an error, and
 * nothing is deleted.
 */
export function deleteAccounts(call: SessionCall): CommandResult {
  const domain = requireVisibleDomain(textOf(call.params, 'domainstr'), call);
  const addresses = readTextList(child(call.params, 'accountlist'));
  const isHere = (address: string) => toDomainKey(splitAddress(address).domain) === toDomainKey(domain.name);
  const { company, ledger } = call.state;
  if (!addresses.every((address) => isHere(address) && company.account(address) !== undefined)) {
    throw new ApiError('account_invalid');
  }
  for (const address of addresses) {
    company.removeAccount(address);
    ledger.forget(toAddressKey(address));
  }
  return done;
}

/** The account in `accountemail`. Throws {@link ApiError}. */
export function requireNamedAccount(call: SessionCall): Account {
  const address = textOf(call.params, 'accountemail');
  if (address === '') throw new ApiError('account_email_parameter_missing');
  return requireVisibleAccount(address, call);
}

/** Only an administrator of the server makes administrators, and a new password has to meet the policy. */
function checkWritten(written: Account, before: Account, { caller }: SessionCall): void {
  if (written.admin !== before.admin) requireAdminRights(caller);
  if (written.password !== before.password) checkPassword(written.password, written.address);
}

function checkPassword(password: string, address: string): void {
  if (!isPasswordAllowed(password, address)) throw new ApiError('account_password_policy');
}

/** Values that the company does not take get a uid that is made up, an address in use among them. */
function store(write: () => unknown): void {
  try {
    write();
  } catch (error) {
    throw error instanceof CompanyError ? new ApiError('simulator_account_unusable') : error;
  }
}

function findText(properties: readonly WrittenProperty[], name: string): string {
  const value = properties.find((property) => property.name === name)?.value;
  return value?.kind === 'text' ? value.text : '';
}
