import type { BindAccount } from '../plugin/bind-account.ts';
import {
  addServiceAccount,
  listServiceAccounts,
  removeServiceAccount,
  rotateServiceAccount,
  type ServiceAccountPorts,
} from './application/service-accounts.ts';
import type { ServiceAccount } from './config/secret-types.ts';
import { toServiceAccountKey } from './core/service-accounts.ts';

/** The service account that Keycloak binds with, in the database or the configuration. */
export function createBindAccount(
  ports: Omit<ServiceAccountPorts, 'configured'>,
  configured: readonly ServiceAccount[],
): BindAccount {
  const all = { ...ports, configured: configured.map(({ name }) => name) };
  const isNamed = (name: string) => (other: { readonly name: string }) =>
    toServiceAccountKey(other.name) === toServiceAccountKey(name);
  return {
    async readState(name) {
      if (configured.some(isNamed(name))) return 'configured';
      const found = (await listServiceAccounts(all)).find(isNamed(name));
      if (found === undefined) return 'missing';
      return found.status === 'usable' ? 'usable' : 'unusable';
    },
    async issue(name) {
      const known = configured.find(isNamed(name));
      if (known !== undefined) return known.password;
      const made = (await listServiceAccounts(all)).some(isNamed(name));
      const { secret } = await (made ? rotateServiceAccount(all, name) : addServiceAccount(all, name));
      return secret;
    },
    remove: (name) => removeServiceAccount(all, name),
  };
}
