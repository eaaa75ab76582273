import { DomainError } from '../core/errors.ts';
import type { LoginName } from '../core/names.ts';

const keptMs = 10_000;
const perSecond = 5;
const maxAccounts = 1000;
const timeoutMs = 5000;

/**
 * Asks IceWarp whether an account is blocked, seldom enough that nobody's logins become a load: an answer holds for ten
 * seconds, those who ask meanwhile share one question, and five a second is the most over all accounts. Beyond that it
 * rejects with `upstream_undecided`.
 */
export function createBlockReader(
  isBlocked: (login: LoginName, signal: AbortSignal) => Promise<boolean>,
  now: () => number = () => performance.now(),
): (login: LoginName) => Promise<boolean> {
  const readings = new Map<LoginName, { readonly at: number; readonly answer: Promise<boolean> }>();
  return async (login) => {
    const at = now();
    // In the order of their time.
    for (const [name, reading] of readings) {
      if (at - reading.at < keptMs) break;
      readings.delete(name);
    }
    const known = readings.get(login);
    if (known !== undefined) return await known.answer;
    const latest = [...readings.values()].slice(-perSecond);
    const isTooOften = latest.length === perSecond && at - (latest[0]?.at ?? 0) < 1000;
    if (isTooOften || readings.size >= maxAccounts) {
      throw new DomainError('upstream_undecided', 'too many accounts are looked up at once');
    }
    const answer = isBlocked(login, AbortSignal.timeout(timeoutMs));
    readings.set(login, { at, answer });
    return await answer;
  };
}
