import { DomainError, messageOf } from '../errors.ts';
import type { LoginName } from '../names.ts';
import type { Authenticator, PasswordAnswer } from '../ports/authenticator.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { LoginUser, UserDirectory, UserMatch } from '../ports/user-directory.ts';
import type { Secret } from '../secret.ts';
import { findByCanonicalName, toCanonicalName } from './canonical-name.ts';
import { awaitUntil } from './deadline.ts';
import type { Login, LoginOutcome, LoginRecord, LoginRequest, RefusalReason } from './outcome.ts';
import { createQuestionNamer } from './question.ts';

export type { Login, LoginOutcome, LoginRecord, LoginRequest, RefusalReason } from './outcome.ts';

export interface LoginPorts {
  /** The published directory; undefined while nothing was ever committed. */
  readonly directory: () => UserDirectory | undefined;
  readonly authenticator: Authenticator;
  readonly clock: Clock;
  readonly log: Log;
  /** A domain of the mail server, for the made-up names of questions about nobody. */
  readonly domain?: () => string | undefined;
  /** Questions under way at most; beyond it logins cannot be told. */
  readonly maxQuestions?: number;
  /** Hears of every login once, when its caller gets the outcome. */
  readonly onOutcome?: (record: LoginRecord) => void;
}

const defaultMaxQuestions = 512;

/**
 * The login, the same for every facade: canonical name, look-up, the question to the mail server, and only then the state of the
 * account and what it must have. Names that are nobody's go the whole way, so that refusals look alike and an outage tells nobody
 * which names exist. At the deadline without an answer nothing was proven: could-not-tell, never refused.
 */
export function createLogin(ports: LoginPorts): Login {
  const nameQuestion = createQuestionNamer(ports.domain ?? (() => undefined));
  const maxQuestions = ports.maxQuestions ?? defaultMaxQuestions;
  let questions = 0;

  async function login(request: LoginRequest): Promise<LoginOutcome> {
    const startedAt = ports.clock.now().getTime();
    const directory = ports.directory();
    const canonical = toCanonicalName(request.name);
    const match: UserMatch = directory === undefined ? { kind: 'unknown' } : findByCanonicalName(directory, canonical);
    const outcome = await decide();
    const { password: _, ...rest } = request;
    ports.onOutcome?.({
      request: rest,
      login: match.kind === 'found' ? match.user.login : undefined,
      outcome,
      durationMs: ports.clock.now().getTime() - startedAt,
    });
    return outcome;

    async function decide(): Promise<LoginOutcome> {
      if (request.password.reveal() === '') return refused('empty_password');
      if (directory === undefined) return unavailable('no directory was published yet; the first sync must succeed');
      if (questions >= maxQuestions) return unavailable(`${questions} password checks are already waiting for IceWarp`);
      const question = ask(nameQuestion(canonical, match), request.password);
      try {
        const answer = await awaitUntil(question, request.deadlineMs, ports.clock);
        if (answer.kind === 'in_time') return judge(answer.value, match, request.require);
        observeEnd(question, request, startedAt);
        return {
          kind: 'could_not_tell',
          reason: 'held_back',
          message: `IceWarp gave no answer within ${request.deadlineMs} ms`,
        };
      } catch (error) {
        if (!(error instanceof DomainError)) ports.log.error('a password check failed', { error: messageOf(error) });
        return unavailable(messageOf(error));
      }
    }
  }

  async function ask(name: LoginName, password: Secret): Promise<PasswordAnswer> {
    questions += 1;
    try {
      return await ports.authenticator.checkPassword(name, password);
    } finally {
      questions -= 1;
    }
  }

  function judge(answer: PasswordAnswer, match: UserMatch, require: readonly string[]): LoginOutcome {
    if (answer.kind === 'refused') return refused(match.kind === 'found' ? 'wrong_password' : `${match.kind}_name`);
    if (answer.kind === 'unclear') return judgeUnclear(answer.uid, match);
    if (match.kind !== 'found') return refused(`${match.kind}_name`);
    if (answer.kind === 'account_disabled') return refused('disabled');
    if (answer.kind === 'second_factor_required') return refused('second_factor_required');
    // A sync may have published while IceWarp was asked: what holds now counts.
    const user = ports.directory()?.findById(match.user.id);
    if (user === undefined) return refused('missing');
    if (user.state !== 'enabled') return refused(user.state);
    return holds(user, require) ? { kind: 'accepted', user } : refused('missing_privilege');
  }

  /** An account that may not log in anyway is refused by what is known of it: the server is up and did not let it in. */
  function judgeUnclear(uid: string, match: UserMatch): LoginOutcome {
    const user = match.kind === 'found' ? (ports.directory()?.findById(match.user.id) ?? match.user) : undefined;
    if (user === undefined || user.state === 'enabled') return unavailable(`IceWarp answered with ${uid}`);
    return refused(user.state);
  }

  function observeEnd(question: Promise<PasswordAnswer>, request: LoginRequest, startedAt: number): void {
    const fields = { facade: request.facade, clientAddress: request.clientAddress, name: request.name.slice(0, 400) };
    const end = (result: string) =>
      ports.log.info('a password check ended after its caller had been answered', {
        ...fields,
        result,
        durationMs: ports.clock.now().getTime() - startedAt,
      });
    question.then(
      (answer) => end(answer.kind),
      (error: unknown) => end(messageOf(error)),
    );
  }

  return login;
}

function holds(user: LoginUser, require: readonly string[]): boolean {
  return require.every((name) => user.privileges.includes(name) || user.roles.includes(name));
}

function refused(reason: RefusalReason): LoginOutcome {
  return { kind: 'refused', reason };
}

function unavailable(message: string): LoginOutcome {
  return { kind: 'could_not_tell', reason: 'unavailable', message };
}
