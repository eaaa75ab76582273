import { DomainError } from '../../sidecar/core/errors.ts';
import { type Directory, emptyDirectory } from '../../sidecar/core/model.ts';
import type { DirectoryStore, RunRecord } from '../../sidecar/core/ports/directory-store.ts';

export interface MemoryDirectoryStore extends DirectoryStore {
  readonly runs: RunRecord[];
  /** The next call of this method throws this. */
  failNext(method: 'load' | 'commit' | 'recordRun', error: Error): void;
}

/** A store without a disk, with the promises of the port. */
export function createMemoryDirectoryStore(start: Directory = emptyDirectory): MemoryDirectoryStore {
  let directory = start;
  const runs: RunRecord[] = [];
  const failures = new Map<string, Error>();
  const mayFail = (method: string) => {
    const error = failures.get(method);
    failures.delete(method);
    if (error !== undefined) throw error;
  };
  return {
    runs,
    failNext: (method, error) => void failures.set(method, error),
    async load() {
      mayFail('load');
      return structuredClone(directory);
    },
    async commit(base, change, run) {
      mayFail('commit');
      if (base !== directory.generation) throw new DomainError('conflict', `generation ${base} is not the stored one`);
      const users = new Map(directory.users);
      const groups = new Map(directory.groups);
      for (const user of change.users.saved) users.set(user.id, structuredClone(user));
      for (const id of change.users.removedIds) users.delete(id);
      for (const group of change.groups.saved) groups.set(group.id, structuredClone(group));
      for (const { id, modifiedAt } of change.groups.touched ?? []) {
        const group = groups.get(id);
        if (group !== undefined) groups.set(id, { ...group, modifiedAt });
      }
      for (const id of change.groups.removedIds) groups.delete(id);
      directory = { generation: base + 1, users, groups };
      runs.unshift(run);
      return directory.generation;
    },
    async generation() {
      return directory.generation;
    },
    async recordRun(run) {
      mayFail('recordRun');
      runs.unshift(run);
    },
    async lastRuns(count) {
      return runs.slice(0, count);
    },
    async close() {},
  };
}
