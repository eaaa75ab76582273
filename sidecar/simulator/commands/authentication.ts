import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { splitAddress } from '../company/addresses.ts';
import { adminTypes } from '../company/model.ts';
import { ApiError, textOf } from '../wire/envelope.ts';
import { element, leaf } from '../wire/xml-writer.ts';
import { checkLogin } from './check-login.ts';
import type { CommandResult, OpenCall, SessionCall } from './command.ts';

/** `authenticate`: opens a session for any valid account. */
export function authenticate(call: OpenCall): CommandResult {
  const { account, holdMs } = checkLogin(call);
  const persistent = textOf(call.params, 'persistentlogin') === '1';
  return { content: '1', sid: call.state.sessions.open(account.address, persistent), holdMs };
}

/** `getauthtoken`: checks a password without opening a session. */
export function getAuthToken(call: OpenCall): CommandResult {
  const { account, holdMs } = checkLogin(call);
  const name = leaf('classname', 'TAccountName') + leaf('name', account.givenName) + leaf('surname', account.surname);
  return {
    holdMs,
    content:
      leaf('email', account.address) +
      element('name', name) +
      leaf('avatartoken', '') +
      leaf('authtoken', randomBytes(32).toString('hex').toUpperCase()) +
      leaf('avatarurl', `/avatar/${encodeURIComponent(account.address)}`),
  };
}

const modulusBits = 1024;
let modulusHex: Promise<string> | undefined;

/** `getauthchallenge`: a public key for logins of authtype 1. */
export async function getAuthChallenge(call: OpenCall): Promise<CommandResult> {
  if (textOf(call.params, 'authtype') !== '1') throw new ApiError('simulator_authtype_unsupported');
  modulusHex ??= createModulus();
  const timestamp = Math.floor(call.state.clock.now() / 1000);
  return { content: leaf('hashid', await modulusHex) + leaf('timestamp', timestamp) };
}

async function createModulus(): Promise<string> {
  const { publicKey } = await promisify(generateKeyPair)('rsa', { modulusLength: modulusBits });
  return Buffer.from(publicKey.export({ format: 'jwk' }).n ?? '', 'base64url').toString('hex');
}

/** `logout`: ends the session. */
export function logout(call: SessionCall): CommandResult {
  call.state.sessions.close(call.sid);
  return { content: '1' };
}

/** `getsessioninfo`: who is logged in, with what newer builds add. */
export function getSessionInfo({ caller }: SessionCall): CommandResult {
  return {
    content:
      leaf('email', caller.address) +
      leaf('domain', splitAddress(caller.address).domain) +
      leaf('admintype', adminTypes.indexOf(caller.admin)) +
      leaf('isgateway', 0) +
      leaf('name', caller.displayName) +
      leaf('image', '') +
      leaf('avatartoken', '') +
      leaf('passwordexpired', caller.passwordExpired ? 1 : 0),
  };
}
