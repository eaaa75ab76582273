import type { User } from '../model.ts';
import { isAnotherPerson, type ReadCandidate } from './candidates.ts';
import { settleConfirmed } from './confirmed-renames.ts';
import { isGraceOver } from './grace.ts';
import type { RenameQuestion, SettledRename } from './rename-question.ts';
import type { Warnings } from './warnings.ts';

export interface Renames {
  /** Which stored user an account is, by the account's address. */
  readonly settled: ReadonlyMap<string, SettledRename>;
  readonly proposed: readonly { readonly from: string; readonly to: string }[];
  /** Logins of those who vanished, and of whom something was said. */
  readonly mentioned: ReadonlySet<string>;
}

interface Likely {
  readonly from: User;
  readonly to: ReadCandidate;
}

/**
 * Who of those who vanished has another address now. Likely is it when the old address is an alias of an account not seen
 * before, or the new address was an alias of the old account. A successor who is given a leaver's address looks the same, and
 * must not inherit: it is done by itself only when given name and surname agree, and nobody else comes into question.
 * What an administrator confirmed is done; throws `invalid_input` where that cannot be.
 */
export function findRenames(question: RenameQuestion, warnings: Warnings): Renames {
  const settled = new Map<string, SettledRename>(settleConfirmed(question));
  const proposed: { readonly from: string; readonly to: string }[] = [];
  const mentioned = new Set<string>();
  const likely = findLikely(question, settled);
  const sources = Map.groupBy(likely, ({ to }) => to.login);
  for (const [login, targets] of Map.groupBy(likely, ({ from }) => from.login)) {
    mentioned.add(login);
    const [only] = targets;
    if (only === undefined) continue;
    const { from, to } = only;
    if (targets.length > 1 || (sources.get(to.login) ?? []).length > 1) {
      const commands = targets.slice(0, 5).map((each) => `sync --rename ${login}=${each.to.login}`);
      warnings.add(
        `account ${login} is gone, and several accounts may have been renamed: nothing is done by itself. ` +
          `Where it is the same person, run: ${commands.join(' or ')}`,
      );
    } else if (to.stored === undefined && haveSameNames(from, to)) {
      settled.set(to.login, { from, replaced: undefined });
    } else {
      proposed.push({ from: login, to: to.login });
      const evidence = to.account.aliases.includes(login)
        ? `its address is an alias of ${to.login} now`
        : `its alias is the address of the account ${to.login} now`;
      warnings.add(
        `account ${login} is gone and ${evidence}: renamed, or given to a successor? Until that is settled they are two people. ` +
          `If it is the same person, run: sync --rename ${login}=${to.login}`,
      );
    }
  }
  return { settled, proposed, mentioned };
}

function findLikely({ vanished, present, terms }: RenameQuestion, settled: Renames['settled']): readonly Likely[] {
  const taken = new Set([...settled.values()].map(({ from }) => from.login));
  const byLogin = new Map<string, User>();
  const byAlias = new Map<string, User[]>();
  for (const user of vanished) {
    if (taken.has(user.login) || isForgotten(user, terms)) continue;
    byLogin.set(user.login, user);
    for (const alias of user.addresses.slice(1)) byAlias.set(alias, [...(byAlias.get(alias) ?? []), user]);
  }
  if (byLogin.size === 0) return [];
  const likely: Likely[] = [];
  for (const to of present) {
    if (to.kind !== 'read' || settled.has(to.login)) continue;
    const sources = new Set(byAlias.get(to.login));
    for (const alias of to.account.aliases) {
      const from = byLogin.get(alias);
      if (from !== undefined) sources.add(from);
    }
    for (const from of sources) {
      if (from.login !== to.login && isNewSince(from, to) && !isAnotherPerson(from, to.account))
        likely.push({ from, to });
    }
  }
  return likely;
}

// A missing user stays in question within the grace only, whatever the policy does with the entry.
function isForgotten(user: User, { policy, now }: RenameQuestion['terms']): boolean {
  return user.state === 'missing' && user.missingSince !== undefined && isGraceOver(policy, user.missingSince, now);
}

// A proposal comes again until it is settled: by then the account it is about has an entry of its own.
function isNewSince(from: User, { stored }: ReadCandidate): boolean {
  return stored === undefined || (from.missingSince !== undefined && stored.createdAt >= from.missingSince);
}

function haveSameNames(from: User, { account }: ReadCandidate): boolean {
  return (['givenName', 'surname'] as const).every((field) => {
    const [before, now] = [from[field], account.read[field]].map((name) => name.normalize('NFC').trim().toLowerCase());
    return before === now && now !== '';
  });
}
