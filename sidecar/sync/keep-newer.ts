import type { Directory, User } from '../core/model.ts';
import { parseAddress } from '../core/names.ts';
import type { SourceReading } from './read-source.ts';

/** Beyond it a stored time comes from a clock that was set back since, and says nothing. */
const plausibleMs = 3_600_000;

/**
 * A reading takes minutes. What was stored meanwhile of an account that was read by itself, and later, is newer than the reading: it stays,
 * even where the list did not have the account yet. `startedAt`: when the reading began.
 */
export function keepNewer(
  reading: SourceReading,
  current: Directory,
  sourceId: string,
  startedAt: Date,
): SourceReading {
  const from = Math.floor(startedAt.getTime() / 1000) * 1000;
  const isNewer = ({ origin, sourceId: source, facts: { readAt } }: User) =>
    origin === 'synchronised' &&
    source === sourceId &&
    readAt !== undefined &&
    readAt.getTime() > from &&
    readAt.getTime() < from + plausibleMs;
  const newer = new Set<string>();
  for (const user of current.users.values()) if (isNewer(user)) newer.add(user.login);
  if (newer.size === 0) return reading;
  const isKept = (address: string) => newer.has(parseAddress(address) ?? '');
  const kept = reading.kept.filter(({ address }) => !isKept(address));
  return {
    ...reading,
    users: reading.users.filter(({ address }) => !isKept(address)),
    kept: [...kept, ...[...newer].map((address) => ({ address, reason: 'parked' as const }))],
  };
}
