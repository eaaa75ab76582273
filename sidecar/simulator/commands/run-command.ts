import type { Account } from '../company/model.ts';
import type { ServerState } from '../server-state.ts';
import { ApiError, type Envelope } from '../wire/envelope.ts';
import { createAccount, deleteAccounts, setAccountPassword, setAccountProperties } from './account-writes.ts';
import { getAccountMemberInfoList, getAccountProperties, getAccountsInfoList } from './accounts.ts';
import { authenticate, getAuthChallenge, getAuthToken, getSessionInfo, logout } from './authentication.ts';
import type { Command, CommandResult } from './command.ts';
import { getDomainProperties, getDomainsInfoList } from './domains.ts';
import { addAccountMembers, deleteAccountMembers, deleteAllAccountMembers } from './member-writes.ts';
import { requireAdministrator } from './rights.ts';
import { getServerProperties } from './server.ts';

/** By name in lower case. */
const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['authenticate', { needs: 'nothing', run: authenticate }],
  ['getauthtoken', { needs: 'nothing', run: getAuthToken }],
  ['getauthchallenge', { needs: 'nothing', run: getAuthChallenge }],
  ['logout', { needs: 'session', run: logout }],
  ['getsessioninfo', { needs: 'session', run: getSessionInfo }],
  ['getdomainsinfolist', { needs: 'administrator', run: getDomainsInfoList }],
  ['getdomainproperties', { needs: 'administrator', run: getDomainProperties }],
  ['getaccountsinfolist', { needs: 'administrator', run: getAccountsInfoList }],
  ['getaccountproperties', { needs: 'administrator', run: getAccountProperties }],
  ['getaccountmemberinfolist', { needs: 'administrator', run: getAccountMemberInfoList }],
  ['createaccount', { needs: 'administrator', run: createAccount }],
  ['setaccountproperties', { needs: 'administrator', run: setAccountProperties }],
  ['setaccountpassword', { needs: 'administrator', run: setAccountPassword }],
  ['deleteaccounts', { needs: 'administrator', run: deleteAccounts }],
  ['addaccountmembers', { needs: 'administrator', run: addAccountMembers }],
  ['deleteaccountmembers', { needs: 'administrator', run: deleteAccountMembers }],
  ['deleteallaccountmembers', { needs: 'administrator', run: deleteAllAccountMembers }],
  ['getserverproperties', { needs: 'administrator', run: getServerProperties }],
]);

/** Runs the command of a request from the IP address `source`. Throws {@link ApiError} with the uid to be answered. */
export function runCommand(
  envelope: Envelope,
  state: ServerState,
  source: string,
): CommandResult | Promise<CommandResult> {
  const command = commands.get(envelope.command);
  if (command === undefined) throw new ApiError('invoker_commandname_invalid');
  const { params } = envelope;
  if (command.needs === 'nothing') return command.run({ state, params, source });
  const sid = envelope.sid ?? '';
  const caller = requireCaller(sid, state);
  if (command.needs === 'administrator') {
    if (state.company.server.unlicensed) throw new ApiError('license_evaluation');
    requireAdministrator(caller);
  }
  return command.run({ state, params, source, sid, caller });
}

/** A missing, unknown and expired sid, and one whose account is gone or disabled by now, all get the same uid. */
function requireCaller(sid: string, state: ServerState): Account {
  const address = state.sessions.find(sid);
  const caller = address === undefined ? undefined : state.company.account(address);
  if (caller === undefined || caller.state !== 'enabled') throw new ApiError('session_invalid');
  return caller;
}
