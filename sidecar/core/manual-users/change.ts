import type { Directory, User } from '../model.ts';
import type { DirectoryChange } from '../ports/directory-store.ts';
import { stampFor } from '../reconcile/stamp.ts';

/**
 * The change that puts one version of a user in the place of another (undefined: nobody). The user and the groups that it
 * joins or leaves are stamped as modified; who is new is stamped as created, too.
 */
export function toUserChange(
  directory: Directory,
  before: User | undefined,
  after: User | undefined,
  now: Date,
): DirectoryChange {
  const stamp = stampFor(directory, now);
  const had = new Set(before?.memberships.map(({ groupId }) => groupId));
  const has = new Set(after?.memberships.map(({ groupId }) => groupId));
  const groups = [...had.symmetricDifference(has)].flatMap((id) => directory.groups.get(id) ?? []);
  const saved = after && { ...after, createdAt: before?.createdAt ?? stamp, modifiedAt: stamp };
  return {
    users: {
      saved: saved === undefined ? [] : [saved],
      removedIds: before === undefined || after !== undefined ? [] : [before.id],
    },
    groups: { saved: groups.map((group) => ({ ...group, modifiedAt: stamp })), removedIds: [] },
  };
}
