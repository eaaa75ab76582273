import type { Account } from '../company/model.ts';
import type { ServerState } from '../server-state.ts';
import { ApiError, type Envelope } from '../wire/envelope.ts';
import { getAccountMemberInfoList, getAccountProperties, getAccountsInfoList } from './accounts.ts';
import { authenticate, getAuthChallenge, getAuthToken, getSessionInfo, logout } from './authentication.ts';
import type { Command, CommandResult } from './command.ts';
import { getDomainProperties, getDomainsInfoList } from './domains.ts';
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
  ['getserverproperties', { needs: 'administrator', run: getServerProperties }],
]);

/** Runs the command of a request. Throws {@link ApiError} with the uid to be answered. */
export function runCommand(envelope: Envelope, state: ServerState): CommandResult | Promise<CommandResult> {
  const command = commands.get(envelope.command);
  if (command === undefined) throw new ApiError('invoker_commandname_invalid');
  const { params } = envelope;
  if (command.needs === 'nothing') return command.run({ state, params });
  const sid = envelope.sid ?? '';
  const caller = requireCaller(sid, state);
  if (command.needs === 'administrator') {
    if (state.company.server.unlicensed) throw new ApiError('license_evaluation');
    requireAdministrator(caller);
  }
  return command.run({ state, params, sid, caller });
}

/** A missing, unknown and expired sid, and one whose account is gone or disabled by now, all get the same uid. */
function requireCaller(sid: string, state: ServerState): Account {
  const address = state.sessions.find(sid);
  const caller = address === undefined ? undefined : state.company.account(address);
  if (caller === undefined || caller.state !== 'enabled') throw new ApiError('session_invalid');
  return caller;
}
