import type { Clock } from '../../sidecar/core/ports/clock.ts';
import type { LockHolder, RunLock } from '../../sidecar/core/ports/run-lock.ts';

export interface MemoryRunLock extends RunLock {
  /** Who holds a lock by now. */
  holderOf(name: string): LockHolder | undefined;
  /** Takes the lock away, for another holder. */
  steal(name: string): void;
  /** The next renewals throw this. */
  failRenewals(error: Error | undefined): void;
}

/** Locks of one process, by its clock. */
export function createMemoryRunLock(clock: Clock): MemoryRunLock {
  const locks = new Map<string, { readonly holder: string; readonly since: Date; expiresAt: Date; token: object }>();
  let failure: Error | undefined;
  const holderOf = (name: string) => {
    const lock = locks.get(name);
    return lock !== undefined && lock.expiresAt > clock.now() ? lock : undefined;
  };
  const until = (ttlMs: number) => new Date(clock.now().getTime() + ttlMs);
  return {
    holderOf,
    steal(name) {
      locks.set(name, { holder: 'elsewhere:2', since: clock.now(), expiresAt: until(60_000), token: {} });
    },
    failRenewals(error) {
      failure = error;
    },
    async acquire(name, ttlMs) {
      const by = holderOf(name);
      if (by !== undefined) return { kind: 'taken', by };
      const token = {};
      locks.set(name, { holder: 'here:1', since: clock.now(), expiresAt: until(ttlMs), token });
      return {
        kind: 'held',
        lock: {
          async renew() {
            if (failure !== undefined) throw failure;
            const lock = holderOf(name) && locks.get(name);
            if (lock?.token !== token) return false;
            lock.expiresAt = until(ttlMs);
            return true;
          },
          async release() {
            if (locks.get(name)?.token === token) locks.delete(name);
          },
        },
      };
    },
  };
}
