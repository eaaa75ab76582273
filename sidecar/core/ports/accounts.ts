/** Whether an account is there and known from now on. */
export type AccountAnswer = 'there' | 'not_there';

/** The mail server's own word about single accounts, between two synchronisations. */
export interface Accounts {
  /**
   * Looks an address up that nobody is known by, canonical; once it is `there` the published directory has it. Rejects with
   * `upstream_unavailable` and `upstream_undecided` when that cannot be told now: never a failure as absence. Bounds its own rate.
   */
  lookUp(address: string): Promise<AccountAnswer>;
  /** Has a known account read anew some time soon, at most once a minute. */
  refresh(address: string): void;
}
