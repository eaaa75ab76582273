import { createHmac, createSecretKey, randomBytes, timingSafeEqual } from 'node:crypto';
import { createTrials, type PasswordVerdict, type TrialLimits } from './failures.ts';
import { type HashedPassword, matchesPassword } from './hash.ts';

export type { PasswordVerdict } from './failures.ts';

/** Checks passwords that people chose. */
export interface PasswordChecker {
  /**
   * The answer is there at once unless the password has to be put through scrypt. `account` names whose password it is, `address`
   * where it came from, in the form in which addresses are counted.
   */
  check(
    account: string,
    hashed: HashedPassword,
    given: Uint8Array,
    address: string,
  ): PasswordVerdict | Promise<PasswordVerdict>;
}

export interface PasswordCheckerOptions extends Partial<TrialLimits> {
  /** Milliseconds that only go forward. */
  readonly now?: () => number;
  /** Passwords that are put through scrypt at a time; the thread pool serves the database as well. */
  readonly atATime?: number;
  /** Passwords that may wait for it. */
  readonly waiting?: number;
}

/**
 * The password accepted last is remembered as an HMAC under a key of this checker: it costs nothing and passes whatever else
 * happens, so that wrong ones, from wherever they come, lock nobody out who was let in before. Wrong ones are counted for each
 * account and address; one that was wrong before is refused without being counted again.
 */
export function createPasswordChecker(options: PasswordCheckerOptions = {}): PasswordChecker {
  const { now = () => performance.now(), atATime = 1, waiting = 32, ...limits } = options;
  // As octets it would be made into a key anew for every digest, which takes five times as long.
  const key = createSecretKey(randomBytes(32));
  const accepted = new Map<string, Buffer>();
  const trials = createTrials(now, limits);
  const beingHashed = new Map<string, Promise<boolean>>();
  const takeTurn = createTurns(atATime, waiting);

  const hash = (pair: string, hashed: HashedPassword, given: Uint8Array): Promise<boolean> | undefined => {
    const known = beingHashed.get(pair);
    if (known !== undefined) return known;
    const work = takeTurn(() => matchesPassword(hashed, given))?.finally(() => beingHashed.delete(pair));
    if (work !== undefined) beingHashed.set(pair, work);
    return work;
  };

  return {
    check(account, hashed, given, address) {
      const print = createHmac('sha256', key).update(`${account}\0`).update(given).digest();
      const last = accepted.get(account);
      if (last !== undefined && timingSafeEqual(last, print)) return 'right';
      const pair = print.toString('base64url');
      const trial = trials.begin(JSON.stringify([account, address]), pair);
      if (trial.kind !== 'open') return trial.verdict;
      const work = hash(pair, hashed, given);
      if (work === undefined) {
        trial.giveBack();
        return 'busy';
      }
      return trial.follow(
        work.then((isRight): PasswordVerdict => {
          if (isRight) accepted.set(account, print);
          return isRight ? 'right' : 'wrong';
        }),
      );
    },
  };
}

/** Runs so much at a time and lets so much wait; gives undefined for what is too much. */
function createTurns(atATime: number, mayWait: number): <T>(work: () => Promise<T>) => Promise<T> | undefined {
  let running = 0;
  const waiting: (() => void)[] = [];
  return (work) => {
    if (running >= atATime && waiting.length >= mayWait) return undefined;
    const turn = running < atATime ? Promise.resolve() : new Promise<void>((resolve) => waiting.push(resolve));
    if (running < atATime) running += 1;
    return turn.then(work).finally(() => {
      const next = waiting.shift();
      // The place is handed on, so that nobody slips in between.
      if (next === undefined) running -= 1;
      else next();
    });
  };
}
