import type { GroupName, LoginName } from './names.ts';
import type { AdminKind, PasswordCheck } from './ports/directory-source.ts';

/**
 * Whether a user may log in, as far as the account itself says. Everything but `enabled` refuses a login.
 * The reason is for administrators; clients see one text for all.
 */
export type UserState = 'enabled' | 'disabled' | 'expired' | 'password_expired' | 'domain_disabled' | 'missing';

/** One membership of a user in a group: `direct` when the group itself lists the user, else by nesting or `[domain]`. */
export interface Membership {
  readonly groupId: string;
  readonly direct: boolean;
}

/** Since when a user has a privilege or role, by its name: Unix time in seconds. What has no time here is older than anybody knows. */
export type HeldSince = Readonly<Record<string, number>>;

/** What is kept of a synchronised account beside what is served: it decides about logins and about the next reading. */
export interface AccountFacts {
  readonly admin: AdminKind;
  readonly isBlocked: boolean | undefined;
  readonly passwordCheck: PasswordCheck | undefined;
  readonly loginText: string | undefined;
  /** `YYYY-MM-DD`. */
  readonly createdOn: string | undefined;
  /** `YYYY-MM-DD`. */
  readonly expiresOn: string | undefined;
  /** Fingerprint of the account's row in the server's list at the last whole reading; '' = never read whole. */
  readonly rowHash: string;
  /** When the account was last read whole, whole seconds. */
  readonly readAt: Date | undefined;
  /** The mapping's default privileges that the user was last given, a denial notwithstanding; not there: never kept. */
  readonly defaultsGiven?: readonly string[] | undefined;
  readonly heldSince?: HeldSince | undefined;
}

/** Facts of a user that no account was read for: a manual one. */
export const noFacts: AccountFacts = {
  admin: 'none',
  isBlocked: undefined,
  passwordCheck: undefined,
  loginText: undefined,
  createdOn: undefined,
  expiresOn: undefined,
  rowHash: '',
  readAt: undefined,
};

/** An entry of our directory for a person. Values are as IceWarp has them; addresses are canonical. */
export interface User {
  /** entryUUID, `sub`: given at first sight, never changed (RFC 4530). */
  readonly id: string;
  /** The IceWarp server the account came from. */
  readonly sourceId: string;
  readonly origin: 'synchronised' | 'manual';
  readonly login: LoginName;
  /** Of a manual user: the account whose password IceWarp checks. Not there: the login's own. */
  readonly passwordOf?: LoginName | undefined;
  readonly displayName: string;
  readonly givenName: string;
  readonly surname: string;
  readonly description: string;
  readonly telephoneNumber: string;
  /** Every address of the user, canonical, the primary one first. */
  readonly addresses: readonly string[];
  readonly state: UserState;
  /** When a sync first did not find the account any more; undefined while it is there. */
  readonly missingSince: Date | undefined;
  readonly facts: AccountFacts;
  /** Sorted by groupId. */
  readonly memberships: readonly Membership[];
  /** Sorted. */
  readonly privileges: readonly string[];
  /** Sorted. */
  readonly roles: readonly string[];
  /** createTimestamp and modifyTimestamp of the served entry: whole seconds. */
  readonly createdAt: Date;
  readonly modifiedAt: Date;
}

/** An IceWarp group, or a mailing list when those are included. */
export interface Group {
  readonly id: string;
  readonly sourceId: string;
  readonly kind: 'group' | 'mailing_list';
  readonly name: GroupName;
  readonly displayName: string;
  readonly description: string;
  /** Every address of the group, canonical, the primary one first. */
  readonly addresses: readonly string[];
  /** Direct members as IceWarp lists them: addresses, `[domain]`, other groups. */
  readonly members: readonly string[];
  readonly createdAt: Date;
  readonly modifiedAt: Date;
}

/** A complete version of what we serve: the last committed one, or the one a plan leads to. */
export interface Directory {
  /** Counts the commits; 0 = nothing was ever committed. */
  readonly generation: number;
  /** By id. */
  readonly users: ReadonlyMap<string, User>;
  /** By id. */
  readonly groups: ReadonlyMap<string, Group>;
}

export const emptyDirectory: Directory = { generation: 0, users: new Map(), groups: new Map() };
