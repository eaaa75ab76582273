import { DomainError } from '../core/errors.ts';
import { type LoginName, parseLoginName } from '../core/names.ts';
import { type Authenticator, type PasswordAnswer, QuestionNotSent } from '../core/ports/authenticator.ts';
import { resultOf } from './api-errors.ts';
import { CallNotSent } from './call-not-sent.ts';
import type { IcewarpConnection } from './connection.ts';
import { createHttpApi } from './http-api.ts';
import { authToken, readReply } from './replies.ts';
import { isXmlText, type Params } from './request-xml.ts';

export interface IcewarpAuthenticatorOptions {
  /** Longest time for one check; 90 when left out. The server holds a wrong password back for 24 to 30 s and more. */
  readonly upstreamTimeoutSeconds?: number;
  /** Checks at the same time; 97 when left out: both lanes of the login, and its look at our own account. One more is turned away at once. */
  readonly concurrency?: number;
}

const answers: ReadonlyMap<string, PasswordAnswer> = new Map<string, PasswordAnswer>([
  ['auth_login_invalid', { kind: 'refused' }],
  ['account_disabled_2', { kind: 'account_disabled' }],
  ['auth_two_factor_required', { kind: 'second_factor_required' }],
]);

/**
 * Checks passwords with IceWarp itself (`getauthtoken`, without a session). Has connections of its own, so that calls
 * which the server holds back never starve the reads. Throws `invalid_input` for a URL or CA file that cannot be used.
 */
export function createIcewarpAuthenticator(
  connection: IcewarpConnection,
  options: IcewarpAuthenticatorOptions = {},
): Authenticator & { close(): Promise<void> } {
  const api = createHttpApi(connection, { concurrency: options.concurrency ?? 97, maxWaiting: 0 });
  const timeoutMs = (options.upstreamTimeoutSeconds ?? 90) * 1000;
  return {
    async checkPassword(login, password, secondFactor, signal) {
      // RFC 4513 §5.1.2: a name without a password is no login, whatever a server would say.
      if (password.reveal() === '') return { kind: 'refused' };
      // Nothing can carry such a password to the server, so it cannot be anybody's; asking without these characters
      // would be asking about another one.
      if (![login, password.reveal(), secondFactor?.reveal() ?? ''].every(isXmlText)) return { kind: 'refused' };
      const params: Params = [
        ['email', login],
        ['password', password],
        ['digest', ''],
        ['authtype', '0'],
        ['persistentlogin', '0'],
        ...(secondFactor === undefined ? [] : [['totpcode', secondFactor] as const]),
      ];
      const about = `account ${login}`;
      const envelope = await api.call('getauthtoken', params, { about, timeoutMs, signal }).catch((error: unknown) => {
        throw error instanceof CallNotSent ? new QuestionNotSent(error.message, { cause: error }) : error;
      });
      if (envelope.type === 'error') {
        return answers.get(envelope.uid.toLowerCase()) ?? { kind: 'unclear', uid: envelope.uid };
      }
      const token = readReply(authToken, resultOf(envelope, 'getauthtoken', about), 'getauthtoken', about);
      return confirm(login, token.email);
    },
    close: () => api.close(),
  };
}

/** A reply that belongs to somebody else (a proxy that caches, say) is no answer about this login. */
function confirm(login: LoginName, echoed: string): PasswordAnswer {
  if (parseLoginName(echoed) === login) return { kind: 'accepted' };
  throw new DomainError(
    'upstream_unavailable',
    `IceWarp command getauthtoken for account ${login} answered about another account`,
  );
}
