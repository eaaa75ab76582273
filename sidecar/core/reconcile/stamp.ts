import type { Directory } from '../model.ts';

/**
 * The time that changed entries bear: whole seconds, rounded up so that a client which asked in the same second sees the
 * change when it asks for what is newer; never before a time given earlier, even when the clock was set back.
 */
export function stampFor(current: Directory, now: Date): Date {
  let latest = Math.ceil(now.getTime() / 1000) * 1000;
  for (const entries of [current.users, current.groups]) {
    for (const { modifiedAt } of entries.values()) latest = Math.max(latest, modifiedAt.getTime());
  }
  return new Date(latest);
}
