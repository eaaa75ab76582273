import { isCoveredBy, toArchiveRight } from '../core/mapping/privileges.ts';
import type { Mapping } from '../core/mapping/rules.ts';
import type { User } from '../core/model.ts';
import { localPartOf, parseAddress } from '../core/names.ts';
import type { FoundAccount } from '../core/ports/account-finder.ts';
import type { Surroundings } from '../core/ports/account-surroundings.ts';
import type { SourceDomain } from '../core/ports/directory-source.ts';
import type { DirectoryChange } from '../core/ports/directory-store.ts';
import type { SyncFilter, SyncPolicy } from '../core/reconcile/plan.ts';
import { reconcile } from '../core/reconcile.ts';
import { withOwnGroups } from './read-groups-of.ts';
import { toOneAccountPolicy } from './restrict-plan.ts';
import { fingerprintRow } from './row-fingerprint.ts';

export interface AccountQuestion {
  readonly sourceId: string;
  /** Canonical. */
  readonly login: string;
  readonly found: FoundAccount;
  readonly domain: SourceDomain;
  readonly domains: readonly SourceDomain[];
  readonly surroundings: Surroundings;
  readonly mapping: Mapping;
  readonly filter: SyncFilter;
  readonly includeGuests: boolean;
  readonly policy: SyncPolicy;
  readonly now: Date;
  readonly newId: () => string;
}

/** What is to become of one account that was read by itself. */
export type AccountPlan =
  | { readonly kind: 'change'; readonly change: DirectoryChange; readonly summary: string }
  | { readonly kind: 'unchanged' }
  /** Not to be served: filtered out, a guest, or a manual user has the address. */
  | { readonly kind: 'not_served' }
  /** Only a whole reading can tell, or an administrator has to. */
  | { readonly kind: 'left_to_sync'; readonly why: string };

/**
 * Plans one account by the rules of a whole reading, against that part of the directory which decides about it. Leaves to a whole reading
 * whatever could give somebody another person's identity, takes anything away but the account's own state and rights, or
 * would be held there.
 */
export function planAccount(question: AccountQuestion): AccountPlan {
  const { sourceId, login, found, domain, mapping, surroundings } = question;
  const { directory } = surroundings;
  const synchronised = [...directory.users.values()].filter(
    (user) => user.origin === 'synchronised' && user.sourceId === sourceId,
  );
  const before = synchronised.find((user) => user.login === login);
  const doubt = findDoubt(synchronised, login, found);
  if (doubt !== undefined) return { kind: 'left_to_sync', why: doubt };
  const groups = withOwnGroups(directory.groups, login, found, question.domains);
  // A second later than it was: a reading that began in this second is older, and may not know the account.
  const readAt = new Date((Math.floor(question.now.getTime() / 1000) + 1) * 1000);
  const others = synchronised.filter((user) => user !== before).map((user) => user.login);
  const known = [...groups.values()].filter((group) => group.sourceId === sourceId).map(({ name }) => name);
  const plan = reconcile({
    ...question,
    current: { ...directory, groups },
    reading: {
      domains: question.domains,
      users: [{ ...found.user, rowHash: fingerprintRow(domain, found.row), readAt }],
      kept: [...others, ...known].map((address) => ({ address, reason: 'parked' })),
      groups: [],
    },
    policy: toOneAccountPolicy(question.policy),
    confirmed: { risk: undefined, renames: new Map() },
    // Times never go back: those that are not around the account count as well.
    now: new Date(Math.max(question.now.getTime(), surroundings.changedAt?.getTime() ?? 0)),
  });
  const after = [...plan.next.users.values()].find(
    (user) => user.origin === 'synchronised' && user.sourceId === sourceId && user.login === login,
  );
  if (after === undefined || (after.state === 'missing' && before === undefined)) return { kind: 'not_served' };
  if (after === before) return { kind: 'unchanged' };
  if (before !== undefined && after.id !== before.id) {
    return { kind: 'left_to_sync', why: 'the account was created anew' };
  }
  if (after.state === 'missing') return { kind: 'left_to_sync', why: 'the filter takes it no more' };
  if (plan.held.length > 0) return { kind: 'left_to_sync', why: plan.held.join('; ') };
  const limited = findLimited(mapping, before, after);
  if (limited !== undefined) return { kind: 'left_to_sync', why: `the mapping limits who has ${limited}` };
  const verb = before === undefined ? 'new' : 'changed';
  return {
    kind: 'change',
    change: toChange(directory.users, plan.next.users, before, after),
    summary: `before its use: ${login} ${verb}`,
  };
}

/** What looks like somebody else under another address, or like somebody who comes back. */
function findDoubt(
  synchronised: readonly User[],
  login: string,
  { user: { aliases } }: FoundAccount,
): string | undefined {
  const own = new Set(aliases.map((alias) => parseAddress(alias)));
  for (const user of synchronised) {
    if (user.login === login) {
      if (user.state === 'missing') return 'it was missing and is there again';
      continue;
    }
    if (own.has(user.login) || user.addresses.includes(login)) return `it may be ${user.login}, renamed`;
  }
  return undefined;
}

/** A privilege or role that is new to the user, and of which the whole directory has to say whether it may be given. */
function findLimited({ constraints }: Mapping, before: User | undefined, after: User): string | undefined {
  if (constraints === undefined) return undefined;
  const holds = (user: User | undefined, name: string) =>
    user !== undefined &&
    (user.roles.includes(name) || user.privileges.some((privilege) => isCoveredBy(privilege, name)));
  const crowded = constraints.atMost.find(({ name }) => holds(after, name) && !holds(before, name))?.name;
  if (crowded !== undefined || constraints.protected.length === 0) return crowded;
  return after.privileges.find((privilege) => toArchiveRight(privilege) !== undefined && !holds(before, privilege));
}

function toChange(
  stored: ReadonlyMap<string, User>,
  planned: ReadonlyMap<string, User>,
  before: User | undefined,
  after: User,
): DirectoryChange {
  const saved: User[] = [after];
  const addresses = new Set([...(before?.addresses ?? []), ...after.addresses]);
  for (const user of stored.values()) {
    const next = planned.get(user.id);
    if (user.id === after.id || next === undefined || next === user) continue;
    // Of the others only what follows from this account: the rest is for a whole reading.
    if (user.passwordOf !== undefined && addresses.has(user.passwordOf)) {
      const { passwordOf, state, missingSince, modifiedAt } = next;
      saved.push({ ...user, state, missingSince, modifiedAt, ...(passwordOf === undefined ? {} : { passwordOf }) });
    } else if (localPartOf(user.login) === localPartOf(after.login)) {
      saved.push({ ...user, modifiedAt: next.modifiedAt });
    }
  }
  const had = new Set(before?.memberships.map(({ groupId }) => groupId));
  const moved = had.symmetricDifference(new Set(after.memberships.map(({ groupId }) => groupId)));
  const touched = [...moved].map((id) => ({ id, modifiedAt: after.modifiedAt }));
  return { users: { saved, removedIds: [] }, groups: { saved: [], removedIds: [], touched } };
}
