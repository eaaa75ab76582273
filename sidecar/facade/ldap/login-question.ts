import type { Login, LoginOutcome, RefusalReason } from '../../core/login/order.ts';
import type { TwoFactorPolicy } from '../../core/login/settings.ts';
import type { Secret } from '../../core/secret.ts';

/** What a bind asks about a user's password. */
export interface LoginQuestion {
  /** Name of the listener that the connection came by: what is asked of a user hangs on it. */
  readonly listener: string;
  /** As typed; of a DN its `uid`. */
  readonly name: string;
  readonly password: Secret;
  readonly clientAddress: string;
}

/** The end of a login as far as a bind needs it; the reason of a refusal is for listeners with diagnostics alone. */
export type LoginAnswer =
  | { readonly kind: 'accepted'; readonly userId: string; readonly login: string }
  | { readonly kind: 'refused'; readonly reason: RefusalReason }
  /** `message` is for the administrator. */
  | { readonly kind: 'could_not_tell'; readonly reason: 'held_back' | 'unavailable'; readonly message: string };

/** Whoever waits for an answer. */
export interface LoginCaller {
  /** Nobody waits any more. */
  readonly isAbandoned: boolean;
  /** Called when that happens; whoever finds the answer sets it. */
  onAbandoned: (() => void) | undefined;
}

/** Resolves with every foreseen failure as an answer. */
export type AskLogin = (question: LoginQuestion, caller: LoginCaller) => Promise<LoginAnswer>;

/** What a listener asks of a user. */
export interface ListenerTerms {
  readonly name: string;
  /** Privileges or roles that a user must have to log in here. */
  readonly require: readonly string[];
  /** How long a bind may take. */
  readonly deadlineMs: number;
  /** What an account with a second factor gets. */
  readonly twoFactor: TwoFactorPolicy;
}

export interface LoginQuestionPorts {
  readonly login: Login;
  readonly listeners: readonly ListenerTerms[];
  /** Whether a client's address is an application's, behind which many people are. */
  readonly isApplicationAddress: (address: string) => boolean;
}

/** Puts the questions of binds to the login, each on the terms of its listener. Rejects for a listener that there is none of. */
export function createAskLogin({
  login,
  listeners,
  isApplicationAddress,
}: LoginQuestionPorts): (question: LoginQuestion) => Promise<LoginAnswer> {
  const termsByName = new Map(listeners.map((terms) => [terms.name, terms]));
  return async ({ listener, name, password, clientAddress }) => {
    const terms = termsByName.get(listener);
    if (terms === undefined) throw new TypeError(`there is no LDAP listener ${listener}`);
    const outcome = await login({
      ...{ name, password, clientAddress, listener },
      require: terms.require,
      deadlineMs: terms.deadlineMs,
      facade: 'ldap',
      applicationAddress: isApplicationAddress(clientAddress),
      twoFactor: terms.twoFactor,
      passwordOnlyListener: true,
    });
    return toAnswer(outcome);
  };
}

function toAnswer(outcome: LoginOutcome): LoginAnswer {
  switch (outcome.kind) {
    case 'accepted':
      return { kind: 'accepted', userId: outcome.user.id, login: outcome.user.login };
    case 'refused':
      return { kind: 'refused', reason: outcome.reason };
    case 'could_not_tell':
      return { kind: 'could_not_tell', reason: outcome.reason, message: outcome.message };
  }
}
