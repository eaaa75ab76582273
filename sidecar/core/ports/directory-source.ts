/** A mail domain as the server lists it. Texts are unaltered. */
export interface SourceDomain {
  readonly name: string;
  readonly description: string;
  /** Other names of the domain: an address below one of them belongs to the account with the same local part. */
  readonly aliases: readonly string[];
  /** Nobody of the domain may log in, or the domain has expired. */
  readonly loginDisabled: boolean;
  /** What was impossible in the domain (a date, a switch) and how it was taken; each names the domain. */
  readonly warnings: readonly string[];
}

/** One row of the server's list of accounts. Texts are unaltered; `address` is what identifies the account. */
export interface SourceRow {
  readonly address: string;
  readonly displayName: string;
  /** The list's own word; undefined when an old server leaves it out. */
  readonly enabled: boolean | undefined;
  readonly kind: 'user' | 'group' | 'mailing_list';
}

/** Administrative rights in the mail server. */
export type AdminKind = 'none' | 'administrator' | 'domain_administrator' | 'web_administrator';

/**
 * How the server checks the account's password. With `any_password` it checks none, with `directory_loop` it would ask this very service:
 * nobody may log in by either.
 */
export type PasswordCheck = 'standard' | 'nt' | 'directory' | 'any_password' | 'directory_loop';

/** A user account as read. Texts are unaltered (no trimming, no case change). An empty text is an empty property. */
export interface SourceUser {
  readonly address: string;
  readonly displayName: string;
  readonly givenName: string;
  readonly surname: string;
  /** All other full addresses of the account, aliases of its domain worked in; may hold duplicates in other spelling. */
  readonly aliases: readonly string[];
  readonly state: 'enabled' | 'disabled' | 'expired' | 'password_expired' | 'domain_disabled';
  readonly description: string;
  readonly telephoneNumber: string;
  readonly admin: AdminKind;
  /** A person from outside with an account for sharing. */
  readonly isGuest: boolean;
  /** The login policy blocks the account now; undefined: may not be read. */
  readonly isBlocked: boolean | undefined;
  readonly passwordCheck: PasswordCheck | undefined;
  /** What the server wants as user name; undefined: may not be read. */
  readonly loginText: string | undefined;
  /** Day of creation, `YYYY-MM-DD`: tells an account from a later one with the same address; undefined: not there or not readable. */
  readonly createdOn: string | undefined;
  /** Last day the account may be used, `YYYY-MM-DD`; undefined: it does not expire. */
  readonly expiresOn: string | undefined;
  /** What was impossible in the account (a date, a state) and how it was taken; each names the account. */
  readonly warnings: readonly string[];
}

/** A group (or mailing list) with its direct members as the server lists them. Texts are unaltered. */
export interface SourceGroup {
  readonly address: string;
  readonly kind: 'group' | 'mailing_list';
  readonly displayName: string;
  readonly description: string;
  readonly aliases: readonly string[];
  /** Addresses, `[domain]`, addresses of other groups; opaque, unchecked. */
  readonly members: readonly string[];
  /** What could not be taken as it is, and how it was taken; each names the group. */
  readonly warnings: readonly string[];
}

/** A mailing list that is there and has no membership that could be read: it is not served. */
export interface LeftOutGroup {
  readonly kind: 'left_out';
  readonly address: string;
  /** Why, for the administrator; names the list. */
  readonly warning: string;
}

/** What the first questions to a server told. */
export interface SourceProbe {
  /** For example `14.3.0.3`; undefined when the session has no right to read it. */
  readonly version: string | undefined;
  /** Which interface answered. */
  readonly api: 'http' | 'xmlrpc';
}

/** What a check of the connection looks at, in this order. */
export type DiagnosisStepName = 'reach' | 'tls' | 'api' | 'login' | 'version' | 'rights' | 'domains' | 'first_page';

/** One thing that was looked at. */
export interface DiagnosisStep {
  readonly name: DiagnosisStepName;
  /** `skipped`: not looked at, for an earlier step failed or there is nothing to look at. */
  readonly status: 'ok' | 'warning' | 'failed' | 'skipped';
  /** One line for the administrator, without secrets. */
  readonly detail: string;
  /** What to do; there for every `failed` and `warning`. */
  readonly remedy?: string;
}

/**
 * The accounts of one mail server, read only.
 *
 * Every call gives the whole answer or rejects: `upstream_unavailable` (with what happened, the command and the uid),
 * `forbidden` (the service account has no right), `invalid_input` (no API at that URL). A short list is never given for
 * the whole one.
 *
 * `readUser` and `readGroup` reject with `conflict` when this one entry cannot be read or contradicts itself while another
 * one, asked for at the same time, is read well: the rest can go on without it. Nothing else rejects with `conflict`.
 */
export interface DirectorySource {
  /** Names the server in the store's keys. */
  readonly sourceId: string;
  probe(signal?: AbortSignal): Promise<SourceProbe>;
  /**
   * Checks the connection step by step, from the network to the first page of accounts, and tells each step as it ends.
   * Gives all steps, those after a failed one as `skipped`; rejects only when aborted, with the signal's reason.
   */
  diagnose(onStep: (step: DiagnosisStep) => void, signal?: AbortSignal): Promise<readonly DiagnosisStep[]>;
  listDomains(signal?: AbortSignal): Promise<readonly SourceDomain[]>;
  /** User accounts (type 0) of one domain. */
  listUsers(domain: SourceDomain, signal?: AbortSignal): Promise<readonly SourceRow[]>;
  /** One account whole; undefined when the server says that there is none. */
  readUser(domain: SourceDomain, row: SourceRow, signal?: AbortSignal): Promise<SourceUser | undefined>;
  /** Groups (type 7), and mailing lists (type 1) when asked for, of one domain. */
  listGroups(domain: SourceDomain, includeMailingLists: boolean, signal?: AbortSignal): Promise<readonly SourceRow[]>;
  /** One group whole, members included, or why it is left out; undefined when the server says that there is none. */
  readGroup(
    domain: SourceDomain,
    row: SourceRow,
    signal?: AbortSignal,
  ): Promise<SourceGroup | LeftOutGroup | undefined>;
  /** Ends the session. */
  close(): Promise<void>;
}
