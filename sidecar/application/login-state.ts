import type { LoginState } from '../core/login/login-state.ts';
import type { FailureCounters } from '../core/ports/failure-counters.ts';
import type { Log } from '../core/ports/log.ts';
import type { LoginAnswer, LoginQuestions } from '../core/ports/login-questions.ts';

export interface LoginStatePorts {
  readonly questions: LoginQuestions;
  readonly failures: FailureCounters;
  readonly log: Log;
  /** How long running services may take to answer. */
  readonly waitMs?: number;
}

/** How an account stands with the login. */
export interface LoginStateReport {
  /** The login key, or the address that is nobody's. */
  readonly login: string;
  /** The account whose failures are counted: another than `login` for a user linked to it. */
  readonly account: string;
  /** Each running service with what it has in memory; none: no service answered, and only `kept` is known. */
  readonly services: readonly { readonly process: string; readonly state: LoginState }[];
  /** Failures in the database that still count: what a service would begin with. */
  readonly kept: { readonly failures: number; readonly latest: Date | undefined };
}

/** A service looks twice a second. */
const defaultWaitMs = 2_000;

/** Asks running services and the database about an account. Rejects with `upstream_unavailable` when the database does not answer. */
export async function askLoginState(
  { questions, failures, log, waitMs = defaultWaitMs }: LoginStatePorts,
  { login, account }: Pick<LoginStateReport, 'login' | 'account'>,
): Promise<LoginStateReport> {
  const answers = await questions.ask(login, waitMs);
  const times = await failures.timesOf({ kind: 'account', key: account });
  const services = answers.flatMap((each) => {
    const state = parseLoginState(each);
    if (state === undefined) log.warn(`${each.process} gave an answer that this version does not understand`);
    return state === undefined ? [] : [{ process: each.process, state }];
  });
  return { login, account, services, kept: { failures: times.length, latest: times[0] } };
}

const holders: readonly unknown[] = ['nobody', 'us', 'icewarp'] satisfies readonly LoginState['heldBy'][];

/** Of another version of this program it may be anything. */
function parseLoginState({ answer }: LoginAnswer): LoginState | undefined {
  let value: unknown;
  try {
    value = JSON.parse(answer);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const given = value as Partial<Record<keyof LoginState, unknown>>;
  const { failures, underWay, limit, heldBy, knownBadPasswords, remembers } = given;
  const numbers = [failures, underWay, limit, knownBadPasswords];
  if (!numbers.every(Number.isFinite) || !holders.includes(heldBy) || !Array.isArray(remembers)) return undefined;
  const toTime = (time: unknown) => (typeof time === 'string' ? new Date(time) : undefined);
  const times = { heldSince: toTime(given.heldSince), lastFailure: toTime(given.lastFailure) };
  return { ...(value as LoginState), ...times };
}
