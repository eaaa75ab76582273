import type { PasswordAnswer } from '../ports/authenticator.ts';
import type { Clock } from '../ports/clock.ts';

/** One `getauthtoken`, by the order in which they began. */
export interface CallMark {
  readonly sequence: number;
  readonly beganAt: number;
}

/** What the calls that are made anyway tell about IceWarp. */
export interface Evidence {
  begin(): CallMark;
  answered(mark: CallMark, answer: PasswordAnswer): void;
  failed(mark: CallMark): void;
  /** Whether a call begun after this one was answered quickly: then IceWarp is well and holds this one back on purpose. */
  isWellSince(mark: Pick<CallMark, 'sequence'>): boolean;
  /** How long the last call took to fail; undefined when the last one that ended got an answer. */
  readonly failsAfterMs: number | undefined;
  /** How long IceWarp held the last wrong password back. */
  readonly holdMs: number;
}

export const quickAnswerMs = 1000;
/** Before the first refusal was seen. */
const presumedHoldMs = 25_000;

export function createEvidence(clock: Clock): Evidence {
  let sequence = 0;
  let latestQuick = 0;
  let failsAfterMs: number | undefined;
  let holdMs = presumedHoldMs;
  return {
    begin: () => ({ sequence: ++sequence, beganAt: clock.now().getTime() }),
    answered(mark, answer) {
      failsAfterMs = undefined;
      const durationMs = clock.now().getTime() - mark.beganAt;
      if (answer.kind === 'refused') holdMs = durationMs;
      // An error that nobody knows, however quick, does not show that a right password would be let in.
      if (answer.kind !== 'unclear' && durationMs < quickAnswerMs) latestQuick = Math.max(latestQuick, mark.sequence);
    },
    failed(mark) {
      failsAfterMs = clock.now().getTime() - mark.beganAt;
    },
    isWellSince: (mark) => latestQuick > mark.sequence,
    get failsAfterMs() {
      return failsAfterMs;
    },
    get holdMs() {
      return holdMs;
    },
  };
}
