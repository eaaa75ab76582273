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
  | { readonly kind: 'everything' };
