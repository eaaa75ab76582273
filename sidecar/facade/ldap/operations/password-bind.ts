import type { PasswordVerdict } from '../../../core/chosen-password/check.ts';
import { DomainError } from '../../../core/errors.ts';
import type { RefusalReason } from '../../../core/login/order.ts';
import { Secret } from '../../../core/secret.ts';
import { parseBindName } from '../bind-name.ts';
import { toRefusalText } from '../diagnostics.ts';
import type { LoginAnswer } from '../login-question.ts';
import { type OperationContext, type OperationEnd, type ServerContext, success } from '../operation.ts';
import { ResultCode } from '../result-codes.ts';
import { toText } from '../sasl.ts';
import type { Identity } from '../session.ts';

/**
 * Logs in by a name and a password that is not for everybody to read: the caller has made sure that it may come this way. Users'
 * passwords go to the login; the answer to a bind is the only one that may take seconds.
 */
export function bindWithPassword(
  context: OperationContext,
  name: string,
  password: Uint8Array,
): OperationEnd | Promise<OperationEnd | undefined> {
  // RFC 4513 §5.1.2: a name without a password proves nothing, and clients take its success for a login.
  if (password.length === 0) return endBind(ResultCode.unwillingToPerform, 'a name needs a password');
  const target = parseBindName(name, context.server.baseDn, context.server.serviceAccounts);
  return target.kind === 'service'
    ? bindService(context, target.name, password)
    : bindUser(context, target.name, password);
}

function bindService(
  context: OperationContext,
  name: string,
  password: Uint8Array,
): OperationEnd | Promise<OperationEnd> {
  const { serviceAccounts, onServiceRefusal } = context.server;
  const { listener, clientAddress } = context.session;
  const startedAt = performance.now();
  const secretId = serviceAccounts.secretIdOf(name);
  const conclude = (verdict: PasswordVerdict): OperationEnd => {
    // While a password is checked the account may be removed or given another secret.
    const isSame = secretId !== undefined && serviceAccounts.secretIdOf(name) === secretId;
    if (verdict === 'right' && isSame) return accept(context, { kind: 'service', name, secretId });
    const reason = verdict === 'right' ? 'wrong' : verdict;
    onServiceRefusal?.({ name, listener, clientAddress, reason, durationMs: performance.now() - startedAt });
    return verdict === 'busy'
      ? endBind(ResultCode.busy, 'too many passwords are being checked, try again')
      : refuseBind(context, 'wrong_password');
  };
  const verdict = serviceAccounts.verify(name, password, clientAddress);
  // Most binds of applications end here at once: a promise would cost more than the check.
  return typeof verdict === 'string' ? conclude(verdict) : verdict.then(conclude);
}

async function bindUser(
  context: OperationContext,
  name: string,
  octets: Uint8Array,
): Promise<OperationEnd | undefined> {
  // IceWarp takes passwords as text: one that is no UTF-8 is nobody's.
  const password = toText(octets);
  if (password === undefined) return refuseBind(context, 'wrong_password');
  const { server, session } = context;
  const { listener, clientAddress } = session;
  const question = { listener, name, password: new Secret(password), clientAddress };
  const answer = await server.askLogin(question, context);
  if (context.isAbandoned) return undefined;
  if (answer.kind === 'refused') return refuseBind(context, answer.reason);
  if (answer.kind === 'could_not_tell') throw toFailure(answer);
  const { userId, login } = answer;
  return accept(context, { kind: 'user', userId, authzId: authzIdOf(server, userId, login) });
}

function accept(context: OperationContext, identity: Identity): OperationEnd {
  context.session.identity = identity;
  return { result: success };
}

/** Refuses a login; the reason is told on listeners with diagnostics alone. */
export function refuseBind({ session }: OperationContext, reason: RefusalReason): OperationEnd {
  return { result: { code: ResultCode.invalidCredentials, message: toRefusalText(reason, session.diagnostics) } };
}

/** Could-not-tell is never told as a wrong password. */
function toFailure(answer: Extract<LoginAnswer, { kind: 'could_not_tell' }>): DomainError {
  const code = answer.reason === 'held_back' ? 'upstream_undecided' : 'upstream_unavailable';
  return new DomainError(code, answer.message);
}

/** The user's DN as the directory spells it; the login key when the entry went away in the meantime. */
function authzIdOf(server: ServerContext, userId: string, login: string): string {
  const snapshot = server.snapshot();
  const value = Buffer.from(userId, 'utf8');
  const [id] =
    snapshot?.search(0, 'sub', { kind: 'equal', attribute: 'entryUUID', value }, { kind: 'self', userId }) ?? [];
  return snapshot === undefined || id === undefined ? `u:${login}` : `dn:${snapshot.dnOf(id)}`;
}

/** The end of a bind that was not accepted. */
export function endBind(code: ResultCode, message: string): OperationEnd {
  return { result: { code, message } };
}
