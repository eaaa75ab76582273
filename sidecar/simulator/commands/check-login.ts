import type { Account } from '../company/model.ts';
import { attemptLogin, type LoginRefusal } from '../login/attempt.ts';
import { ApiError, textOf } from '../wire/envelope.ts';
import type { OpenCall } from './command.ts';

/**
 * The uid for accounts that may not log in for a reason other than "disabled" is not known. This one is made up: a
 * client must take an unknown uid for "could not tell", and is seen to fail when it guesses.
 */
const undocumentedRefusal = 'simulator_login_refusal_undocumented';

/** A right password in another encoding cannot be recognised: how a digest is made up is not documented. */
const unsupportedAuthType = 'simulator_authtype_unsupported';

const uids: Readonly<Record<LoginRefusal, string>> = {
  // One uid for a wrong password, an unknown account and an unknown domain.
  invalid: 'auth_login_invalid',
  // Seen for state 1 only.
  disabled: 'account_disabled_2',
  blocked: undocumentedRefusal,
  closed: undocumentedRefusal,
  source: undocumentedRefusal,
  // What a wrong code gets is not known; the same uid, as the second factor is what is missing still.
  second_factor: 'auth_two_factor_required',
};

/**
 * Checks email, password and code of `authenticate` and `getauthtoken`, in the order of the original: password, then
 * disabled, then second factor. Gives the account and how long the answer is held back; throws {@link ApiError}.
 */
export function checkLogin({ state, params, source }: OpenCall): {
  readonly account: Account;
  readonly holdMs: number;
} {
  const authType = textOf(params, 'authtype');
  if (authType !== '' && authType !== '0') throw new ApiError(unsupportedAuthType);
  const outcome = attemptLogin(
    {
      name: textOf(params, 'email'),
      password: textOf(params, 'password'),
      code: textOf(params, 'totpcode'),
      source,
      way: 'api',
    },
    state,
  );
  if (outcome.kind === 'refused') throw new ApiError(uids[outcome.reason], outcome.holdMs);
  return outcome;
}
