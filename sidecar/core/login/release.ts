import type { Clock } from '../ports/clock.ts';
import type { Attempt, Decision } from './attempt.ts';
import type { Canary } from './canary.ts';
import type { Counters, LimitReached } from './counters.ts';
import { awaitUntil, type Timely } from './deadline.ts';
import type { CallMark, Evidence } from './evidence.ts';
import type { LoginOutcome, RefusalReason } from './outcome.ts';
import type { OwnRefusals } from './own-refusals.ts';
import type { LoginLimits } from './policy.ts';
import type { Question } from './questions.ts';

type Undecided = Extract<LoginOutcome, { kind: 'could_not_tell' }>;

/** So long before the deadline the canary is asked: one that has to wait its second is answered in time all the same. */
const canaryLeadMs = 2000;

/** When and as what a login that is not accepted leaves. */
export interface Release {
  /** Waits for a question, no longer than to the deadline, and sees to it that there is evidence then. */
  awaitAnswer(attempt: Attempt, question: Question): ReturnType<typeof awaitUntil<Awaited<Question['end']>>>;
  /** The deadline has passed and IceWarp has not answered. */
  presume(attempt: Attempt, question: Question): Decision;
  /** Whether IceWarp, as far as can be seen, answers nobody: not just this question. */
  seesOutage(question: Question): boolean;
  /** A refusal for a reason of our own, or an account that may not be asked about: at the deadline, as if IceWarp held it back. */
  refuse(attempt: Attempt, cause: RefusalReason | LimitReached): Promise<Decision>;
  /** Keeps what is known already until the deadline, so that the time tells nothing. */
  holdToDeadline(attempt: Attempt): Promise<void>;
}

export interface ReleaseOptions {
  readonly clock: Clock;
  readonly evidence: Evidence;
  readonly canary: Canary;
  readonly counters: Counters;
  readonly own: OwnRefusals;
  readonly limits: () => LoginLimits;
}

/**
 * The rule of release. At the deadline a login is refused only when IceWarp is seen to be well and no failure is remembered that could
 * make it hold a right password back too; otherwise it could not be told. Refusals of our own pass through the same rule.
 */
export function createRelease(options: ReleaseOptions): Release {
  const { clock, evidence, canary, counters, own, limits } = options;
  const forever = new Promise<never>(() => {});

  async function awaitWithEvidence<T>(
    attempt: Attempt,
    work: Promise<T>,
    mark: () => CallMark | undefined,
  ): Promise<Timely<T>> {
    const early = await awaitUntil(work, attempt.remainingMs() - canaryLeadMs, clock);
    if (early.kind === 'in_time') return early;
    const begun = mark();
    if (begun !== undefined && !evidence.isWellSince(begun)) canary.request();
    return await awaitUntil(work, attempt.remainingMs(), clock);
  }

  /** What a question would have come to that was never sent. */
  function undecided(deadlineMs: number): Undecided {
    return (evidence.failsAfterMs ?? deadlineMs) < deadlineMs
      ? { kind: 'could_not_tell', reason: 'unavailable', message: 'IceWarp does not answer' }
      : heldBack(deadlineMs);
  }

  /** Apart from the question's own reservation. */
  function hasOtherFailure({ subject: { account } }: Attempt): boolean {
    return (
      counters.accounts.underWay(account.print) > 1 ||
      counters.accounts.hasFailedWithin(account.print, limits().blockMs) ||
      own.hasRecent(account.print)
    );
  }

  const answersNobody = () => canary.isOverdue || evidence.failsAfterMs !== undefined;

  return {
    awaitAnswer: (attempt, question) => awaitWithEvidence(attempt, question.end, question.mark),
    presume(attempt, question) {
      const mark = question.mark();
      const isHeldBack = mark !== undefined && evidence.isWellSince(mark) && !hasOtherFailure(attempt);
      const outcome: LoginOutcome = isHeldBack
        ? { kind: 'refused', reason: refusalOf(attempt), presumed: true }
        : heldBack(attempt.request.deadlineMs);
      return { outcome, decidedBy: 'icewarp', lane: question.lane() };
    },
    seesOutage(question) {
      const mark = question.mark();
      const isWell = mark !== undefined && evidence.isWellSince(mark);
      return !isWell && answersNobody();
    },
    async refuse(attempt, cause) {
      const { subject, request } = attempt;
      const isLimit = cause === 'account_limit' || cause === 'address_limit';
      const isLocked = isLimit || own.isLocked(subject) || !counters.hasRoomFor(attempt.countedAddress);
      const decide = (outcome: LoginOutcome): Decision => ({ outcome, cause, decidedBy: 'ourselves' });
      if (!isLimit && own.isRepeat(subject)) return decide({ kind: 'refused', reason: cause });

      const mark = evidence.begin();
      const pretended = isLocked ? undefined : own.begin(subject, attempt.countedAddress, mark);
      await awaitWithEvidence(attempt, forever, () => mark);
      const isWell = evidence.isWellSince(mark);
      if (!isWell && answersNobody()) pretended?.cancel();
      const isHeldBack = isWell && pretended !== undefined && (pretended.hasEnded() || !pretended.hasOtherFailure());
      if (isHeldBack && !isLimit) return decide({ kind: 'refused', reason: cause });
      const outcome = undecided(request.deadlineMs);
      return decide(isLimit && outcome.reason === 'held_back' ? notAsked(cause) : outcome);
    },
    async holdToDeadline(attempt) {
      const restMs = attempt.remainingMs();
      if (restMs > 0) await clock.sleep(restMs);
    },
  };
}

/** Why the caller of a wrong password is refused, as far as the name tells. */
export function refusalOf({ match }: Attempt): RefusalReason {
  return match.kind === 'found' ? 'wrong_password' : `${match.kind}_name`;
}

function heldBack(deadlineMs: number): Undecided {
  return { kind: 'could_not_tell', reason: 'held_back', message: `IceWarp gave no answer within ${deadlineMs} ms` };
}

function notAsked(limit: LimitReached): Undecided {
  const whose = limit === 'account_limit' ? 'this account' : 'this address';
  return {
    kind: 'could_not_tell',
    reason: 'held_back',
    message: `IceWarp is not asked: too many failed logins of ${whose}; wait, or unlock the account`,
  };
}
