/**
 * Which entries and attributes an application's service account is limited to. Every condition that is stated narrows: a user is
 * shown who meets all of them.
 */
export interface AccessScope {
  /** Mail domains in canonical form: users whose login, and groups whose address, is in one. Empty = any. */
  readonly domains: readonly string[];
  /** These groups, by their canonical address, and users who are effective members of one of them. Empty = any. */
  readonly groups: readonly string[];
  /** A role or privilege: users who have it, and groups that one of those is a member of. Undefined = any. */
  readonly role: string | undefined;
  /** Names of attributes. Empty = all. Whatever says where an entry stands in the tree is shown beside. */
  readonly attributes: readonly string[];
}

/**
 * What a connection may see of the directory. What is outside does not exist for it: not in entries, filters,
 * compare, sort or counts, else a filter would be an oracle.
 */
export type View =
  /** Nobody has logged in: no entry at all. */
  | { readonly kind: 'nothing' }
  /** A user: the own entry. */
  | { readonly kind: 'self'; readonly userId: string }
  /** An application's service account without a narrower scope. */
  | { readonly kind: 'everything' }
  /** An application's service account with one. */
  | { readonly kind: 'scoped'; readonly scope: AccessScope };
