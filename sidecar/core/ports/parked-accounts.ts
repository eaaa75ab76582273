/** An account that could not be read while the rest went on. */
export interface ParkedAccount {
  /** As the list has it. */
  readonly address: string;
  /** For the administrator. */
  readonly reason: string;
  /** Failed readings in a row. */
  readonly attempts: number;
  readonly nextTryAt: Date;
}

/** Which accounts are left alone for a while. */
export interface ParkedAccounts {
  list(sourceId: string): Promise<readonly ParkedAccount[]>;
  /** Puts this list in the place of the former one. */
  replace(sourceId: string, accounts: readonly ParkedAccount[]): Promise<void>;
}
