import { type StoredAppPassword, toAppPasswordKey } from '../../sidecar/core/app-passwords.ts';
import { DomainError } from '../../sidecar/core/errors.ts';
import type { AppPasswordChange, AppPasswordStore } from '../../sidecar/core/ports/app-password-store.ts';

/** A store without a disk, with the promises of the port; `fault` is what it rejects with. */
export function createMemoryAppPasswords(): AppPasswordStore & { fault: Error | undefined } {
  const kept = new Map<string, StoredAppPassword>();
  const changes: AppPasswordChange[] = [];
  const ofUser = (userId: string) => [...kept.values()].filter((each) => each.userId === userId);
  const named = (userId: string, name: string) =>
    ofUser(userId).find((each) => toAppPasswordKey(each.name) === toAppPasswordKey(name));
  const check = () => {
    if (store.fault !== undefined) throw store.fault;
  };
  const store: AppPasswordStore & { fault: Error | undefined } = {
    fault: undefined,
    async listOf(userId) {
      check();
      return ofUser(userId).sort((a, b) => (toAppPasswordKey(a.name) < toAppPasswordKey(b.name) ? -1 : 1));
    },
    async add(password, limits) {
      check();
      const { userId, name } = password;
      if (named(userId, name) !== undefined) throw new DomainError('conflict', `${name} is there`);
      if (ofUser(userId).length >= limits.perUser || kept.size >= limits.inAll)
        throw new DomainError('conflict', 'full');
      kept.set(password.id, password);
      changes.push({ kind: 'added', password });
    },
    async remove(userId, name) {
      check();
      const found = named(userId, name);
      if (found === undefined) throw new DomainError('not_found', `${name} is not there`);
      kept.delete(found.id);
      changes.push({ kind: 'removed', id: found.id });
      return found.id;
    },
    async readChanges(after) {
      check();
      // Small parts, so that readers have to come again.
      const upTo = Math.min(changes.length, after + 2);
      return { changes: changes.slice(after, upTo), upTo, hasMore: upTo < changes.length };
    },
    async noteUses(days) {
      check();
      for (const [id, day] of days) {
        const password = kept.get(id);
        if (password !== undefined && (password.lastUsedOn ?? '') < day) kept.set(id, { ...password, lastUsedOn: day });
      }
    },
  };
  return store;
}
