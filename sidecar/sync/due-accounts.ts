import type { User } from '../core/model.ts';

/** An account that the list shows, and what the store knows of it. */
export interface DueCandidate {
  readonly rowHash: string;
  readonly stored: User | undefined;
}

/** The store keeps the time of a reading to the hour: within one, chance decides whose turn it is. */
const ageStepMs = 60 * 60 * 1000;

/**
 * Which accounts a run reads whole, by their place in the list: all whose row is new or changed, all that are back or reach
 * their last day, and of the rest the share `deepReadShare` (above 0, at most 1), those first that were not read for longest.
 */
export function chooseDue(candidates: readonly DueCandidate[], deepReadShare: number, now: Date): ReadonlySet<number> {
  const due = new Set<number>();
  const rest: { readonly place: number; readonly age: number; readonly turn: number }[] = [];
  const today = now.toISOString().slice(0, 10);
  for (const [place, candidate] of candidates.entries()) {
    const readAt = candidate.stored?.facts.readAt;
    if (deepReadShare >= 1 || readAt === undefined || mustBeRead(candidate, today)) due.add(place);
    else rest.push({ place, age: Math.floor(readAt.getTime() / ageStepMs), turn: scatter(candidate.rowHash, now) });
  }
  rest.sort((a, b) => a.age - b.age || a.turn - b.turn);
  for (const { place } of rest.slice(0, Math.ceil(rest.length * deepReadShare))) due.add(place);
  return due;
}

function mustBeRead({ stored, rowHash }: DueCandidate, today: string): boolean {
  if (stored === undefined || stored.facts.rowHash !== rowHash || stored.state === 'missing') return true;
  const { expiresOn } = stored.facts;
  // The row stays the same on the day an account expires. A day more than needed covers the server's time zone.
  return expiresOn !== undefined && expiresOn <= today && stored.state === 'enabled';
}

/** A number that says nothing but differs from run to run (FNV-1a). */
function scatter(text: string, now: Date): number {
  let hash = (0x811c9dc5 ^ Math.floor(now.getTime() / 1000)) >>> 0;
  for (let place = 0; place < text.length; place += 1)
    hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193) >>> 0;
  return hash;
}
