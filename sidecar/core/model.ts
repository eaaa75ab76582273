import type { GroupName, LoginName } from './names.ts';

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

/** An entry of our directory for a person. Values are as IceWarp has them; addresses are canonical. */
export interface User {
  /** entryUUID, `sub`: given at first sight, never changed (RFC 4530). */
  readonly id: string;
  /** The IceWarp server the account came from. */
  readonly sourceId: string;
  readonly origin: 'synchronised' | 'manual';
  readonly login: LoginName;
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
