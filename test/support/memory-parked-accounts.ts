import type { ParkedAccount, ParkedAccounts } from '../../sidecar/core/ports/parked-accounts.ts';

export interface MemoryParkedAccounts extends ParkedAccounts {
  /** How often the list was replaced. */
  readonly replaced: () => number;
}

export function createMemoryParkedAccounts(): MemoryParkedAccounts {
  const lists = new Map<string, readonly ParkedAccount[]>();
  let replaced = 0;
  return {
    replaced: () => replaced,
    async list(sourceId) {
      return lists.get(sourceId) ?? [];
    },
    async replace(sourceId, accounts) {
      replaced += 1;
      lists.set(sourceId, structuredClone(accounts));
    },
  };
}
