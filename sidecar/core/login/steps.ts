import type { Accounts } from '../ports/accounts.ts';
import type { AppPasswords } from '../ports/app-passwords.ts';
import type { PasswordAnswer } from '../ports/authenticator.ts';
import type { Clock } from '../ports/clock.ts';
import type { LoginUser, UserDirectory } from '../ports/user-directory.ts';
import { findObstacle } from './account-state.ts';
import { createAppPasswordStep } from './app-password-step.ts';
import type { Attempt, Decision } from './attempt.ts';
import { awaitUntil } from './deadline.ts';
import type { Memories } from './memories.ts';
import type { DecidedBy, RefusalReason } from './outcome.ts';
import type { Question, QuestionEnd, QuestionInput } from './questions.ts';
import { type Release, refusalOf } from './release.ts';
import type { SecondFactors } from './second-factor.ts';
import { createOwnerFinder } from './unknown-owner.ts';

/** One step of a login: decides about it, or leaves it to the next one. */
export type Step = (attempt: Attempt) => Decision | undefined | Promise<Decision | undefined>;

export interface StepParts {
  /** Left out where there are no app passwords. */
  readonly appPasswords: AppPasswords | undefined;
  readonly clock: Clock;
  /** As it is now: a sync may publish while a login is under way. */
  readonly directory: () => UserDirectory | undefined;
  readonly memories: Memories;
  readonly secondFactors: SecondFactors;
  readonly release: Release;
  readonly ask: (input: QuestionInput) => Question;
  /** Left out where the directory is all that counts. */
  readonly accounts?: Accounts | undefined;
  readonly isStillBlocked: ((user: LoginUser) => Promise<boolean>) | undefined;
}

const maxStateReadMs = 1000;

/** The order of a login. The last step always decides. */
export function createSteps(parts: StepParts): readonly Step[] {
  const { clock, memories, secondFactors, release, appPasswords } = parts;
  const findOwner = createOwnerFinder({ accounts: parts.accounts, clock, directory: parts.directory });
  const takeAppPassword = appPasswords === undefined ? [] : [createAppPasswordStep({ appPasswords, release })];
  return [refuseKnownBad, recallAccepted, ...takeAppPassword, refuseByState, askIcewarp];

  function refuseKnownBad(attempt: Attempt): Decision | undefined {
    if (!memories.knownBad.isRefused(attempt.subject)) return undefined;
    return { outcome: { kind: 'refused', reason: refusalOf(attempt) }, decidedBy: 'known_bad' };
  }

  async function recallAccepted(attempt: Attempt): Promise<Decision | undefined> {
    const justAccepted = memories.justAccepted.recall(attempt.subject);
    if (justAccepted !== undefined) return await judge(attempt, justAccepted, 'just_accepted');
    const recent = memories.recentSuccess.recall(attempt.subject);
    return recent === undefined ? undefined : await judge(attempt, recent, 'recent_success');
  }

  async function refuseByState(attempt: Attempt): Promise<Decision | undefined> {
    if (attempt.match.kind !== 'found') return undefined;
    const { user } = attempt.match;
    const obstacle = findObstacle(user, attempt.request.require);
    if (obstacle !== undefined) return await refuseUser(attempt, user, obstacle);
    if (user.isBlocked !== true || parts.isStillBlocked === undefined) return undefined;
    // The reading may be old: a refusal does not rest on it alone.
    const waitMs = Math.min(maxStateReadMs, attempt.remainingMs());
    const reading = await awaitUntil(parts.isStillBlocked(user), waitMs, clock).catch(() => undefined);
    return reading?.kind === 'in_time' && reading.value ? await release.refuse(attempt, 'blocked') : undefined;
  }

  async function askIcewarp(attempt: Attempt): Promise<Decision> {
    const { subject, credentials, address, countedAddress } = attempt;
    const question = parts.ask({ subject, ...credentials, address, countedAddress });
    const waited = await release.awaitAnswer(attempt, question);
    if (waited.kind === 'in_time') return { ...(await conclude(attempt, waited.value)), lane: question.lane() };
    question.leave();
    const remembered = release.seesOutage(question) ? await recallInOutage(attempt) : undefined;
    return { ...(remembered ?? release.presume(attempt, question)), unfinished: question };
  }

  async function conclude(attempt: Attempt, end: QuestionEnd): Promise<Decision> {
    if (end.kind === 'answered') return await judge(attempt, end.answer, 'icewarp');
    if (end.kind === 'not_sent' && end.reason !== 'no_room') return await release.refuse(attempt, end.reason);
    if (end.kind === 'failed') {
      const remembered = await recallInOutage(attempt);
      if (remembered !== undefined) return remembered;
      return await unavailable(attempt, end.message);
    }
    return await unavailable(attempt, 'too many password checks are waiting for IceWarp');
  }

  async function recallInOutage(attempt: Attempt): Promise<Decision | undefined> {
    const answer = memories.outage.recall(attempt.subject);
    return answer === undefined ? undefined : await judge(attempt, answer, 'outage_memory');
  }

  async function judge(attempt: Attempt, answer: PasswordAnswer, decidedBy: DecidedBy): Promise<Decision> {
    const { match, request, subject, credentials } = attempt;
    if (answer.kind === 'refused') {
      await release.holdToDeadline(attempt);
      return { outcome: { kind: 'refused', reason: refusalOf(attempt) }, decidedBy };
    }
    // A sync may have published while IceWarp was asked: what holds now counts.
    const user = match.kind === 'found' ? parts.directory()?.findById(match.user.id) : undefined;
    if (answer.kind === 'unclear') {
      if (user === undefined || user.state === 'enabled') {
        return await unavailable(attempt, `IceWarp answered with ${answer.uid}`);
      }
      return await release.refuse(attempt, user.state);
    }
    if (match.kind !== 'found') return await judgeUnknown(attempt, answer, decidedBy);
    if (user === undefined) return await release.refuse(attempt, 'missing');
    if (answer.kind === 'account_disabled') return await release.refuse(attempt, 'disabled');
    const obstacle = findObstacle(user, request.require);
    if (obstacle !== undefined) return await refuseUser(attempt, user, obstacle);
    if (answer.kind === 'accepted') {
      if (credentials.code === undefined) secondFactors.forget(subject.account.print);
      return { outcome: { kind: 'accepted', user }, decidedBy };
    }
    return await judgeSecondFactor(attempt, user, decidedBy);
  }

  /** The password was right, and nobody is known by the name. */
  async function judgeUnknown(attempt: Attempt, answer: PasswordAnswer, decidedBy: DecidedBy): Promise<Decision> {
    const owner = await findOwner(attempt);
    if (owner.kind === 'could_not_tell') return await unavailable(attempt, owner.message);
    const match = owner.match ?? attempt.match;
    if (match.kind === 'found') return await judge({ ...attempt, match }, answer, decidedBy);
    return await release.refuse(attempt, `${match.kind}_name`);
  }

  /** The password was right and IceWarp wants a code as well. */
  async function judgeSecondFactor(attempt: Attempt, user: LoginUser, decidedBy: DecidedBy): Promise<Decision> {
    const { request, subject, credentials } = attempt;
    secondFactors.note(subject.account.print);
    if (request.twoFactor === 'accept' && credentials.code === undefined) {
      return { outcome: { kind: 'accepted', user }, decidedBy };
    }
    // A page that asks for the code tells that the password was right; there is nothing left to hide.
    const canAsk = request.twoFactor === 'code' && request.passwordOnlyListener === false;
    if (canAsk && credentials.code === undefined) {
      return { outcome: { kind: 'refused', reason: 'second_factor_required' }, decidedBy };
    }
    return await release.refuse(attempt, 'second_factor_required');
  }

  async function refuseUser(attempt: Attempt, user: LoginUser, obstacle: RefusalReason): Promise<Decision> {
    if (user.state !== 'enabled') memories.forgetAccepted(attempt.subject.account.print);
    return await release.refuse(attempt, obstacle);
  }

  async function unavailable(attempt: Attempt, message: string): Promise<Decision> {
    await release.holdToDeadline(attempt);
    return { outcome: { kind: 'could_not_tell', reason: 'unavailable', message }, decidedBy: 'icewarp' };
  }
}
