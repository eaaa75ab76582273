import { DomainError, messageOf } from '../errors.ts';
import { type Authenticator, type PasswordAnswer, QuestionNotSent } from '../ports/authenticator.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Secret } from '../secret.ts';
import type { Counted, Counters, LimitReached, Reservation } from './counters.ts';
import type { CallMark, Evidence } from './evidence.ts';
import type { Lane, LaneCall, Lanes } from './lanes.ts';
import type { Memories } from './memories.ts';
import type { Subject } from './subject.ts';

export type QuestionEnd =
  | { readonly kind: 'answered'; readonly answer: PasswordAnswer }
  | { readonly kind: 'failed'; readonly message: string }
  /** Given up to make room in the slow lane. */
  | { readonly kind: 'aborted' }
  | { readonly kind: 'not_sent'; readonly reason: LimitReached | 'no_room' };

/** A question as those see it who wait for it: several callers with the same pair share one. */
export interface Question {
  /** Never rejects. */
  readonly end: Promise<QuestionEnd>;
  /** Undefined while it waits for room. */
  readonly mark: () => CallMark | undefined;
  /** The lane it is in, or was in last. */
  readonly lane: () => Lane;
  /** A caller had to be answered before the end. */
  leave(): void;
}

export interface QuestionInput {
  readonly subject: Subject;
  readonly password: Secret;
  readonly code: Secret | undefined;
  /** The address that failures count against; undefined for an application's. */
  readonly countedAddress: Counted | undefined;
  readonly address: string;
}

export interface QuestionOptions {
  readonly authenticator: Authenticator;
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: Counters;
  readonly memories: Memories;
  readonly evidence: Evidence;
  readonly lanes: Lanes;
}

/** Asks IceWarp: one question a pair, through the lanes, with a failure reserved until the password turns out to be right. */
export function createQuestions(options: QuestionOptions): (input: QuestionInput) => Question {
  const open = new Map<string, Question & { join(): void }>();
  return (input) => {
    const key = input.subject.pair.join();
    const underWay = open.get(key);
    if (underWay !== undefined) {
      underWay.join();
      return underWay;
    }
    const question = startQuestion(options, input, () => open.delete(key));
    // One that ended at once has nothing to join.
    if (!question.hasEnded()) open.set(key, question);
    return question;
  };
}

function startQuestion(options: QuestionOptions, input: QuestionInput, onEnd: () => void) {
  const { authenticator, log, counters, memories, evidence, lanes } = options;
  const { subject, password, code } = input;
  const { promise, resolve } = Promise.withResolvers<QuestionEnd>();
  const cancel = new AbortController();
  let reservation: Reservation | undefined;
  let mark: CallMark | undefined;
  let epoch = 0;
  let lane: Lane = 'waiting';
  let callers = 1;
  let wasLate = false;
  let hasEnded = false;

  function finish(end: QuestionEnd): void {
    if (hasEnded) return;
    hasEnded = true;
    settle(end);
    onEnd();
    resolve(end);
  }

  /** What is not known to be right counts as failed. */
  function settle(end: QuestionEnd): void {
    if (end.kind !== 'answered') {
      reservation?.fail();
      return;
    }
    const { kind } = end.answer;
    // With a code, asking for the second factor again says that the code was wrong.
    const wasRight =
      kind === 'accepted' || kind === 'account_disabled' || (kind === 'second_factor_required' && code === undefined);
    if (wasRight) reservation?.giveBack();
    else reservation?.fail();
    memories.learn(subject, end.answer, { epoch, hadCode: code !== undefined, wasLate });
  }

  async function send(begun: CallMark): Promise<void> {
    try {
      const answer = await authenticator.checkPassword(subject.askedAs, password, code, cancel.signal);
      evidence.answered(begun, answer);
      finish({ kind: 'answered', answer });
    } catch (error) {
      if (hasEnded) return;
      evidence.failed(begun);
      if (error instanceof QuestionNotSent) reservation?.giveBack();
      if (!(error instanceof DomainError)) log.error('a password check failed', { error: messageOf(error) });
      finish({ kind: 'failed', message: messageOf(error) });
    }
  }

  const call: LaneCall = {
    account: subject.account.key,
    address: input.address,
    isApplication: input.countedAddress === undefined,
    isTrusted: memories.knownBad.wasAcceptedLast(subject),
    begin() {
      const reserved = counters.reserve(subject.account, input.countedAddress);
      if (typeof reserved === 'string') {
        finish({ kind: 'not_sent', reason: reserved });
        return undefined;
      }
      reservation = reserved;
      epoch = memories.knownBad.epochOf(subject);
      mark = evidence.begin();
      lane = 'fast';
      void send(mark);
      return promise;
    },
    onSlow() {
      lane = 'slow';
      reservation?.share();
    },
    abort() {
      finish({ kind: 'aborted' });
      cancel.abort(new DomainError('upstream_undecided', 'given up: too many passwords are being held back'));
    },
  };

  if (!lanes.enter(call)) finish({ kind: 'not_sent', reason: 'no_room' });
  return {
    end: promise,
    mark: () => mark,
    lane: () => lane,
    hasEnded: () => hasEnded,
    join() {
      callers += 1;
    },
    leave() {
      wasLate = true;
      callers -= 1;
      if (callers > 0 || mark !== undefined) return;
      // Nobody waits for it any more and IceWarp has not heard of it.
      lanes.leave(call);
      finish({ kind: 'not_sent', reason: 'no_room' });
    },
  };
}
