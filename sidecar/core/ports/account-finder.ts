import type { SourceDomain, SourceRow, SourceUser } from './directory-source.ts';

/** One account, as the list and its own properties have it. */
export interface FoundAccount {
  readonly row: SourceRow;
  readonly user: SourceUser;
  /** Addresses of the groups that list it, or its whole domain; undefined: may not be read. */
  readonly groups: readonly string[] | undefined;
}

/** Finds a single account of a mail server without listing the others. */
export interface AccountFinder {
  /** Domains with accounts, as a whole reading lists them. Rejects as `DirectorySource.listDomains`. */
  listDomains(signal?: AbortSignal): Promise<readonly SourceDomain[]>;
  /**
   * The user account with a primary address (`address` canonical and below the domain's own name); undefined when the server says that there
   * is none. Rejects as `DirectorySource.readUser` does.
   */
  findUser(domain: SourceDomain, address: string, signal?: AbortSignal): Promise<FoundAccount | undefined>;
}
