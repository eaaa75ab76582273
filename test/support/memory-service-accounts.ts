import { DomainError } from '../../sidecar/core/errors.ts';
import { makeSecretKey } from '../../sidecar/core/made-secret.ts';
import type { SecretKeySource } from '../../sidecar/core/ports/secret-key.ts';
import type { ServiceAccountStore } from '../../sidecar/core/ports/service-account-store.ts';
import type { Secret } from '../../sidecar/core/secret.ts';
import { type StoredServiceAccount, toServiceAccountKey } from '../../sidecar/core/service-accounts.ts';

/** A store without a disk, with the promises of the port; `fault` is what it rejects with. */
export function createMemoryServiceAccounts(): ServiceAccountStore & { fault: Error | undefined } {
  const accounts = new Map<string, StoredServiceAccount>();
  const keyOf = ({ name }: { readonly name: string }) => toServiceAccountKey(name);
  const store: ServiceAccountStore & { fault: Error | undefined } = {
    fault: undefined,
    async list() {
      if (store.fault !== undefined) throw store.fault;
      return [...accounts.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    },
    async add(account) {
      if (accounts.has(keyOf(account))) throw new DomainError('conflict', `${account.name} is there`);
      accounts.set(keyOf(account), account);
    },
    async replace(account) {
      if (!accounts.has(keyOf(account))) throw new DomainError('not_found', `${account.name} is not there`);
      accounts.set(keyOf(account), account);
    },
    async remove(name) {
      if (!accounts.delete(toServiceAccountKey(name))) throw new DomainError('not_found', `${name} is not there`);
    },
  };
  return store;
}

/** A key in memory; `key` may be taken away, `fault` is what reading rejects with. */
export function createMemoryKey(): SecretKeySource & { key: Secret | undefined; fault: Error | undefined } {
  const source: SecretKeySource & { key: Secret | undefined; fault: Error | undefined } = {
    key: undefined,
    fault: undefined,
    place: '/keys/x.secret',
    async read() {
      if (source.fault !== undefined) throw source.fault;
      return source.key;
    },
    async readOrMake() {
      source.key ??= makeSecretKey();
      return source.key;
    },
  };
  return source;
}
