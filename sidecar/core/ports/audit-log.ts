/** One login, written when its caller gets the outcome. */
export interface LoginAuditEntry {
  readonly kind: 'login';
  /** Ties a later {@link LoginEndAuditEntry} to it. */
  readonly id: string;
  readonly at: Date;
  readonly facade: string;
  /** The listener or the client by which the login came, where the facade names it. */
  readonly listener: string | undefined;
  /** Where the end user is, as far as trusted proxies tell. */
  readonly clientAddress: string;
  /** As typed, cut to 400 UTF-16 units. */
  readonly name: string;
  /** The login key, when the name was somebody's. */
  readonly login: string | undefined;
  readonly outcome: 'accepted' | 'refused' | 'could_not_tell';
  /** Why it was not accepted, or what kept us from asking. */
  readonly reason: string | undefined;
  /** Refused because IceWarp holds the answer back as it does with wrong passwords; a second entry tells the truth. */
  readonly presumed: boolean;
  /** Where the decision came from. */
  readonly decidedBy: string;
  readonly lane: 'waiting' | 'fast' | 'slow' | undefined;
  /** Id of the app password that was right, whether it let in or not. */
  readonly appPassword?: string | undefined;
  readonly durationMs: number;
}

/** How the question ended whose caller had been answered before. */
export interface LoginEndAuditEntry {
  readonly kind: 'login_end';
  /** Of the login's entry. */
  readonly id: string;
  readonly at: Date;
  readonly login: string | undefined;
  /** IceWarp's answer, or `failed`, `aborted`, `not_sent`. */
  readonly result: string;
  readonly durationMs: number;
}

/** Something that an administrator did. */
export interface ActAuditEntry {
  readonly kind: 'act';
  readonly at: Date;
  /** Who did it: an administrator's name, or `command line`. */
  readonly actor: string;
  /** `unlock`, `account_changed` … */
  readonly act: string;
  readonly target: string;
}

/** Sessions and tokens that were ended because the directory admits their user no more. */
export interface SessionEndAuditEntry {
  readonly kind: 'session_end';
  readonly at: Date;
  /** entryUUID. */
  readonly user: string;
  /** The login key; undefined when the user is gone. */
  readonly login: string | undefined;
  /** The client at which; undefined = everywhere. */
  readonly client: string | undefined;
  readonly reason: string;
}

/** What became of telling a client that a user's session is over. */
export interface LogoutAuditEntry {
  readonly kind: 'logout';
  readonly at: Date;
  readonly client: string;
  /** entryUUID. */
  readonly user: string;
  readonly outcome: 'delivered' | 'given_up';
  readonly attempts: number;
  /** Why it was given up. */
  readonly reason: string | undefined;
}

export type AuditEntry = LoginAuditEntry | LoginEndAuditEntry | ActAuditEntry | SessionEndAuditEntry | LogoutAuditEntry;

/** Where logins and administrative acts are written for whoever has to answer for them. Entries hold no secret. */
export interface AuditLog {
  /** Takes the entry at once and writes it in order. Never throws: what cannot be written is the implementation's to report. */
  write(entry: AuditEntry): void;
}
