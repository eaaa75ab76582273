import type { LoginName } from '../names.ts';
import type { Authenticator, PasswordAnswer } from '../ports/authenticator.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Secret } from '../secret.ts';
import { type Evidence, quickAnswerMs } from './evidence.ts';

/** A login of our own whose password is right: our administrator's. */
export interface CanaryAccount {
  readonly login: LoginName;
  readonly password: Secret;
}

export interface Canary {
  /**
   * Asks about our own login, at most once a second: at once, or as soon as the second or the question under way is over, for that one
   * began too early to say anything of what came after it. The evidence hears of the answer.
   */
  request(): void;
  /** Our own login has got no answer for as long as a right password ever takes. */
  readonly isOverdue: boolean;
}

const pauseMs = 1000;
const longestPauseMs = 60_000;
/** Our own password is wrong: asking on would lock the administrator out. */
const afterRefusalMs = 3_600_000;

export interface CanaryOptions {
  readonly authenticator: Authenticator;
  readonly clock: Clock;
  readonly account: CanaryAccount | undefined;
  readonly evidence: Evidence;
  readonly log: Log;
}

/** Without an account it stays silent. */
export function createCanary({ authenticator, clock, account, evidence, log }: CanaryOptions): Canary {
  let beganAt: number | undefined;
  let isScheduled = false;
  /** Somebody asked while a question was under way. */
  let isWanted = false;
  let nextAt = 0;
  let nextPauseMs = pauseMs;
  const now = () => clock.now().getTime();

  function request(): void {
    if (account === undefined || isScheduled) return;
    if (beganAt !== undefined) {
      isWanted = true;
      return;
    }
    const waitMs = nextAt - now();
    if (waitMs <= 0) return void ask(account);
    if (waitMs > pauseMs) return;
    isScheduled = true;
    void clock.sleep(waitMs).then(() => {
      isScheduled = false;
      return ask(account);
    });
  }

  async function ask({ login, password }: CanaryAccount): Promise<void> {
    const mark = evidence.begin();
    beganAt = mark.beganAt;
    nextAt = mark.beganAt + pauseMs;
    try {
      // However long it takes: a question given up would be a failed login of ours, and the next one another.
      const answer = await authenticator.checkPassword(login, password);
      learn(answer, now() - mark.beganAt);
      evidence.answered(mark, answer);
    } catch {
      evidence.failed(mark);
      slowDown();
    } finally {
      beganAt = undefined;
      if (isWanted) {
        isWanted = false;
        request();
      }
    }
  }

  function learn(answer: PasswordAnswer, durationMs: number): void {
    if (answer.kind === 'refused') {
      nextAt = now() + afterRefusalMs;
      log.warn('IceWarp refuses our own login; correct icewarp.username and icewarp.password', {
        login: account?.login,
      });
    } else if (durationMs >= quickAnswerMs) slowDown();
    else nextPauseMs = pauseMs;
  }

  function slowDown(): void {
    nextPauseMs = Math.min(nextPauseMs * 2, longestPauseMs);
    nextAt = now() + nextPauseMs;
  }

  return {
    request,
    get isOverdue() {
      return beganAt !== undefined && now() - beganAt >= quickAnswerMs;
    },
  };
}
