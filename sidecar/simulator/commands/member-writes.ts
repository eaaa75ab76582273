import { CompanyError } from '../company/faults.ts';
import { createGlob } from '../company/glob.ts';
import type { Account } from '../company/model.ts';
import { itemsOf } from '../properties/written-value.ts';
import { ApiError, child, textOf } from '../wire/envelope.ts';
import { requireNamedAccount } from './account-writes.ts';
import type { CommandResult, SessionCall } from './command.ts';

const done: CommandResult = { content: '1' };

/** `addaccountmembers`: whoever is a member stays one; addresses are not checked. */
export function addAccountMembers(call: SessionCall): CommandResult {
  const group = requireGroup(call);
  const members = readMembers(call);
  try {
    call.state.company.addMembers(group.address, members);
  } catch (error) {
    throw error instanceof CompanyError ? new ApiError('simulator_member_unusable') : error;
  }
  return done;
}

/** `deleteaccountmembers`: whoever is no member changes nothing. */
export function deleteAccountMembers(call: SessionCall): CommandResult {
  const group = requireGroup(call);
  call.state.company.removeMembers(group.address, readMembers(call));
  return done;
}

/**
 * `deleteallaccountmembers`: the members that a mask matches. What an absent mask means is not known: an error, as a group
 * emptied by mistake would be the worse guess.
 */
export function deleteAllAccountMembers(call: SessionCall): CommandResult {
  const group = requireGroup(call);
  const mask = textOf(child(call.params, 'filter'), 'namemask').slice(0, 320);
  if (mask === '') throw new ApiError('simulator_namemask_missing');
  call.state.company.removeMembers(group.address, group.members.filter(createGlob(mask)));
  return done;
}

/** Members as they were written. Their rights mean nothing for groups and are not kept. */
function readMembers(call: SessionCall): string[] {
  return itemsOf(child(child(call.params, 'members'), 'val')).map((item) => textOf(item, 'val'));
}

function requireGroup(call: SessionCall): Account {
  const account = requireNamedAccount(call);
  if (!['group', 'mailing_list', 'resource'].includes(account.type)) {
    throw new ApiError('simulator_account_has_no_members');
  }
  return account;
}
