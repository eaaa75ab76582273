import type { Builds } from './app-builds.ts';
import { DomainError } from './core/errors.ts';
import { createAccountLookUps } from './core/login/account-look-ups.ts';
import type { AccountAnswer, Accounts } from './core/ports/accounts.ts';
import type { SourceDomain } from './core/ports/directory-source.ts';
import type { Log } from './core/ports/log.ts';
import type { SyncFilter } from './core/reconcile/plan.ts';
import { systemClock } from './host/system-clock.ts';
import { isInDomains } from './sync/list-source.ts';

export interface BeforeUseOptions {
  readonly readAccount: Builds['readAccount'];
  readonly filter: SyncFilter;
  readonly log: Log;
}

/** The server's domains seldom change, and a synchronisation reads them anew all the same. */
const domainsKeptMs = 5 * 60_000;

/** Accounts that came or changed since the last synchronisation, read one by one by the sync thread. */
export function createBeforeUse({ readAccount, filter, log }: BeforeUseOptions): Accounts {
  let domains: { readonly list: readonly SourceDomain[]; readonly at: number } | undefined;
  const knownDomains = () =>
    domains !== undefined && performance.now() - domains.at < domainsKeptMs ? domains.list : undefined;

  async function read(address: string): Promise<AccountAnswer> {
    const known = knownDomains();
    const answer = await readAccount(address, known);
    if (!answer.isRead) throw new DomainError(answer.code ?? 'upstream_unavailable', answer.message);
    if (known === undefined) domains = { list: answer.domains, at: performance.now() };
    return answer.kind === 'committed' || answer.kind === 'unchanged' ? 'there' : 'not_there';
  }

  return createAccountLookUps({
    read,
    isForeign(address) {
      const list = knownDomains();
      return list !== undefined && !isInDomains(list, filter, address);
    },
    clock: systemClock,
    log,
  });
}
