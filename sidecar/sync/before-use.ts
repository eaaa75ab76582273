import { DomainError } from '../core/errors.ts';
import type { Mapping } from '../core/mapping/rules.ts';
import { localPartOf, parseAddress, parseDomain } from '../core/names.ts';
import type { AccountFinder } from '../core/ports/account-finder.ts';
import type { AccountSurroundings } from '../core/ports/account-surroundings.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { SourceDomain } from '../core/ports/directory-source.ts';
import type { DirectoryStore } from '../core/ports/directory-store.ts';
import type { Log } from '../core/ports/log.ts';
import type { SyncFilter, SyncPolicy } from '../core/reconcile/plan.ts';
import type { CommitTurns } from './commit-turns.ts';
import { findDomainOf, selectDomains } from './list-source.ts';
import { type AccountPlan, planAccount } from './plan-account.ts';

export interface BeforeUsePorts {
  readonly sourceId: string;
  readonly finder: AccountFinder;
  readonly surroundings: AccountSurroundings;
  readonly store: Pick<DirectoryStore, 'commit'>;
  readonly turns: CommitTurns;
  /** The mapping in force now. */
  readonly mapping: () => Promise<Mapping>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  readonly newId: () => string;
}

export interface BeforeUseTerms {
  readonly filter: SyncFilter;
  readonly includeGuests: boolean;
  readonly policy: SyncPolicy;
  readonly signal: AbortSignal | undefined;
}

/** What came of it: plain data. */
export interface BeforeUseAnswer {
  readonly kind: 'committed' | Exclude<AccountPlan['kind'], 'change'> | 'no_account';
  /** What is stored now, when that changed. */
  readonly generation: number | undefined;
  /** Domains with accounts, for the next question. */
  readonly domains: readonly SourceDomain[];
}

/** Somebody may commit between the look and the commit. */
const maxTries = 2;

/**
 * Reads one account from the server and stores what follows from it, without listing the others. `address`: canonical, primary, below any
 * name of its domain. `domains`: as an earlier answer gave them, else they are read. Rejects as the ports do, and with `conflict` when others
 * commit all the time.
 */
export async function readBeforeUse(
  ports: BeforeUsePorts,
  terms: BeforeUseTerms,
  address: string,
  known: readonly SourceDomain[] | undefined,
): Promise<BeforeUseAnswer> {
  const { finder } = ports;
  const { signal } = terms;
  const domains = known ?? (await finder.listDomains(signal));
  const end = (kind: BeforeUseAnswer['kind'], generation?: number) => ({ kind, generation, domains });
  const domain = findDomainOf(selectDomains(domains, terms.filter), address);
  const name = domain && parseDomain(domain.name);
  if (domain === undefined || name === undefined) return end('no_account');
  const login = `${localPartOf(address)}@${name}`;
  const found = await finder.findUser(domain, login, signal);
  if (found === undefined) return end('no_account');

  const aliases = found.user.aliases.flatMap((alias) => parseAddress(alias) ?? []);
  const addresses = [...new Set([login, address, ...aliases])];
  const endTurn = await ports.turns.take();
  try {
    for (let attempt = 1; ; attempt += 1) {
      const startedAt = ports.clock.now();
      const surroundings = await ports.surroundings.of(addresses);
      const { generation } = surroundings.directory;
      // A directory of one user would be served as the whole one.
      if (generation === 0) return end('left_to_sync');
      const mapping = await ports.mapping();
      const question = { ...ports, ...terms, login, found, domain, domains, surroundings, mapping, now: startedAt };
      const plan = planAccount(question);
      if (plan.kind !== 'change') {
        if (plan.kind === 'left_to_sync')
          ports.log.info('an account is left to the next sync', { login, why: plan.why });
        return end(plan.kind);
      }
      const times = { startedAt, endedAt: ports.clock.now() };
      const run = { id: ports.newId(), sourceId: ports.sourceId, ...times, summary: plan.summary } as const;
      try {
        return end('committed', await ports.store.commit(generation, plan.change, { ...run, outcome: 'applied' }));
      } catch (error) {
        const isOvertaken = error instanceof DomainError && error.code === 'conflict';
        if (!isOvertaken || attempt === maxTries) throw error;
      }
    }
  } finally {
    endTurn();
  }
}
