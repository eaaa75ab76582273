import { splitAddress, toDomainKey } from './addresses.ts';
import { createGlob } from './glob.ts';
import { type Account, accountTypes, adminTypes, type Domain } from './model.ts';

/** What `getaccountsinfolist` filters by; undefined = everything. */
export interface AccountFilter {
  readonly namemask: string;
  readonly type: number | undefined;
  readonly adminType: number | undefined;
}

/** How many answered filters a domain remembers, so that the next page is a slice. */
const rememberedFilters = 16;

/** A domain with its accounts, in the order in which they were added. */
export class DomainEntry {
  domain: Domain;
  readonly accounts = new Map<string, Account>();
  readonly #selections = new Map<string, readonly Account[]>();

  constructor(domain: Domain) {
    this.domain = domain;
  }

  get key(): string {
    return toDomainKey(this.domain.name);
  }

  /** To be called after every change of the accounts. */
  forgetSelections(): void {
    this.#selections.clear();
  }

  /** The accounts that pass a filter. The mask holds for the login name (local part) and for the display name. */
  select(filter: AccountFilter): readonly Account[] {
    const key = JSON.stringify(filter);
    const known = this.#selections.get(key);
    if (known !== undefined) return known;
    const glob = createGlob(filter.namemask);
    const selection = [...this.accounts.values()].filter(
      (account) =>
        (filter.type === undefined || accountTypes.indexOf(account.type) === filter.type) &&
        (filter.adminType === undefined || adminTypes.indexOf(account.admin) === filter.adminType) &&
        (glob(splitAddress(account.address).local) || glob(account.displayName)),
    );
    const oldest = this.#selections.keys().next().value;
    if (oldest !== undefined && this.#selections.size >= rememberedFilters) this.#selections.delete(oldest);
    this.#selections.set(key, selection);
    return selection;
  }
}
