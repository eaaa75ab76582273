import { type Breach, findBreaches } from '../mapping/constraints.ts';
import { findOpenings } from '../mapping/protection.ts';
import type { Mapping } from '../mapping/rules.ts';
import type { Directory } from '../model.ts';
import type { PlanLine } from './plan.ts';

export interface SortedBreaches {
  /** The plan gives something to those in whom the constraint is broken: it must wait. */
  readonly caused: readonly Breach[];
  /** The plan has no part in them: holding it would undo nothing. */
  readonly standing: readonly Breach[];
}

/** The constraints that the mapping breaks in the directory that a plan leads to. */
export function sortBreaches(mapping: Mapping, next: Directory, lines: readonly PlanLine[], now: Date): SortedBreaches {
  const breaches = findBreaches(mapping, next, now);
  if (breaches.length === 0) return { caused: [], standing: [] };
  const gaining = new Set<string>();
  const gained = new Set<string>();
  for (const { address, changes } of lines) {
    for (const change of changes) {
      if (!('added' in change) || change.added.length === 0 || !rights.has(change.field)) continue;
      gaining.add(address);
      for (const name of change.added) gained.add(name);
    }
  }
  const opened = new Set(
    findOpenings(mapping, next)
      .filter(({ privilege }) => gained.has(privilege))
      .map(({ message }) => message),
  );
  const isCaused = ({ kind, message, users }: Breach) =>
    kind === 'protected' ? opened.has(message) : users.some((login) => gaining.has(login));
  return { caused: breaches.filter(isCaused), standing: breaches.filter((breach) => !isCaused(breach)) };
}

const rights: ReadonlySet<string> = new Set(['privileges', 'roles']);
