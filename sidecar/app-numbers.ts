import type { Settings } from './config/settings.ts';
import { numberingProfiles } from './core/ldap-profiles.ts';
import type { Directory } from './core/model.ts';
import { type KeptNumber, keepNumbers, type NumberRange } from './core/numeric-ids.ts';
import type { KeptNumbers } from './core/ports/kept-numbers.ts';
import type { PosixSettings } from './facade/ldap/profiles/facts.ts';

/** How users are known on Unix hosts, as the profiles want it. */
export function toPosixSettings({ firstNumber, lastNumber, ...kept }: Settings['ldap']['posix']): PosixSettings {
  return { range: { first: firstNumber, last: lastNumber }, ...kept };
}

/** The range of numbers that users and groups have on Unix hosts; undefined where no listener and no account asks for them. */
export function toAskedNumbers({ ldap }: Pick<Settings, 'ldap'>): NumberRange | undefined {
  const profiles = [
    ...ldap.listeners.map(({ profile }) => profile),
    ...ldap.serviceAccounts.map(({ access }) => access?.profile ?? ''),
  ];
  return profiles.some((profile) => numberingProfiles.has(profile)) ? toPosixSettings(ldap.posix).range : undefined;
}

/**
 * The kept numbers with which a directory is published, those of new entries kept before anybody sees them. None without a range.
 * Rejects with `upstream_unavailable` when they cannot be kept: an entry must not have one number today and another one tomorrow.
 */
export async function keepNumbersOf(
  { users, groups }: Directory,
  range: NumberRange | undefined,
  store: KeptNumbers,
): Promise<readonly KeptNumber[]> {
  if (range === undefined) return [];
  const kept = await store.list();
  const added = keepNumbers([...users.values(), ...groups.values()], range, kept);
  await store.add(added);
  const replaced = new Set(added.map(({ id }) => id));
  return [...kept.filter(({ id }) => !replaced.has(id)), ...added];
}
