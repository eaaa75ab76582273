import { messageOf } from '../errors.ts';
import type { Accounts } from '../ports/accounts.ts';
import type { Clock } from '../ports/clock.ts';
import type { UserDirectory, UserMatch } from '../ports/user-directory.ts';
import type { Attempt } from './attempt.ts';
import { findByCanonicalName, toCanonicalName } from './canonical-name.ts';
import { awaitUntil } from './deadline.ts';

export interface UnknownOwnerParts {
  readonly accounts: Accounts | undefined;
  readonly clock: Clock;
  readonly directory: () => UserDirectory | undefined;
}

/** Who it is; undefined: nobody that is served. */
export type OwnerAnswer =
  | { readonly kind: 'known'; readonly match: UserMatch | undefined }
  | { readonly kind: 'could_not_tell'; readonly message: string };

/**
 * Finds out whose the right password of an unknown address is: an account that came after the last synchronisation. Nobody without
 * the right password gets here, so that what it takes and whether it fails tells an outsider nothing.
 */
export function createOwnerFinder({ accounts, clock, directory }: UnknownOwnerParts) {
  return async (attempt: Attempt): Promise<OwnerAnswer> => {
    const canonical = toCanonicalName(attempt.request.name);
    const nobody: OwnerAnswer = { kind: 'known', match: undefined };
    if (accounts === undefined || attempt.match.kind !== 'unknown' || canonical.kind !== 'address') return nobody;
    try {
      const answer = await awaitUntil(accounts.lookUp(canonical.name), attempt.remainingMs(), clock);
      if (answer.kind !== 'in_time') {
        return { kind: 'could_not_tell', message: `${canonical.name} is still being read from IceWarp` };
      }
      const published = directory();
      if (answer.value === 'not_there' || published === undefined) return nobody;
      return { kind: 'known', match: findByCanonicalName(published, canonical) };
    } catch (error) {
      return { kind: 'could_not_tell', message: `${canonical.name} could not be read: ${messageOf(error)}` };
    }
  };
}
