import type { User } from '../model.ts';
import type { CanonicalReading } from './accounts.ts';
import type { Candidate, GoneCandidate, Matching } from './candidates.ts';
import type { Claims } from './claims.ts';
import type { Plan, ReconcileInput } from './plan.ts';
import { findRenames } from './renames.ts';
import type { Warnings } from './warnings.ts';

export interface IdentityQuestion extends Matching {
  readonly reading: CanonicalReading;
  /** Whether the candidate is there and the filter takes it. */
  readonly isIn: IsIn;
  readonly claims: Claims;
  readonly terms: Pick<ReconcileInput, 'confirmed' | 'policy' | 'now'>;
}

/** Whether a candidate is there and the filter takes it. */
export type IsIn = (candidate: Candidate) => boolean;

/** Who is who, renames settled. */
export interface Identities {
  readonly candidates: readonly Candidate[];
  /** Stored users who go at once: their address is another person's. */
  readonly replaced: readonly User[];
  /** Entries that give way to a renamed user, by its new address. */
  readonly merged: ReadonlyMap<string, User>;
  readonly proposed: Plan['proposedRenames'];
  /** Logins of those who vanished and may have been renamed: not to be removed before an administrator could say so. */
  readonly waiting: ReadonlySet<string>;
}

/** Gives the accounts the identities of the stored users they are, under whatever address. */
export function settleIdentities(question: IdentityQuestion, warnings: Warnings): Identities {
  const { candidates, replaced, reading, claims, terms } = question;
  const gone = candidates.filter((candidate) => candidate.kind === 'gone');
  const vanished = [...gone.map(({ stored }) => stored), ...replaced];
  if (vanished.length + terms.confirmed.renames.size === 0) {
    return { candidates, replaced, merged: new Map(), proposed: [], waiting: new Set() };
  }
  const { settled, proposed, mentioned } = findRenames(
    {
      vanished,
      present: candidates.filter((each) => each.kind !== 'gone').filter(question.isIn),
      isListed: (login) => reading.users.has(login) || reading.kept.has(login),
      terms,
    },
    warnings,
  );
  const renamed = new Set([...settled.values()].map(({ from }) => from));
  warnOfSuccessors(
    gone.filter(({ stored }) => !renamed.has(stored) && !mentioned.has(stored.login)),
    claims,
    warnings,
  );
  const left = replaced.filter((user) => !renamed.has(user));
  for (const { login } of left) {
    warnings.add(
      `account ${login} was created on another day than before: it is taken for a new person, and the former one goes`,
    );
  }
  return {
    candidates: candidates.flatMap((candidate): Candidate | readonly Candidate[] => {
      if (candidate.kind === 'gone') return renamed.has(candidate.stored) ? [] : candidate;
      const rename = settled.get(candidate.login);
      return rename === undefined ? candidate : { ...candidate, stored: rename.from };
    }),
    replaced: left,
    merged: new Map(
      [...settled].flatMap(([login, { replaced }]) => (replaced === undefined ? [] : [[login, replaced]])),
    ),
    proposed,
    waiting: mentioned,
  };
}

function warnOfSuccessors(gone: readonly GoneCandidate[], claims: Claims, warnings: Warnings) {
  for (const { stored } of gone) {
    if (stored.state === 'missing' || !claims.isClaimed(stored.login)) continue;
    warnings.add(
      `account ${stored.login} is gone and its address is an alias of another account now: renamed, or given to a successor? ` +
        'Until that is settled the address logs nobody in',
    );
  }
}
