import { DomainError } from '../core/errors.ts';
import { checkOfKey } from '../core/made-secret.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { SecretKeySource } from '../core/ports/secret-key.ts';
import type { ServiceAccountStore } from '../core/ports/service-account-store.ts';
import type { Secret } from '../core/secret.ts';
import { parseServiceAccountName, type StoredServiceAccount, toServiceAccountKey } from '../core/service-accounts.ts';
import { issueSecret } from './issue-secret.ts';

/** More would be a mistake: each is an application of its own. */
export const maxServiceAccounts = 1_000;

export interface ServiceAccountPorts {
  readonly accounts: ServiceAccountStore;
  readonly key: SecretKeySource;
  readonly clock: Clock;
  /** Names of the accounts in the configuration: they win. */
  readonly configured: readonly string[];
}

/** An account whose secret was just made. */
export interface IssuedServiceAccount {
  readonly account: StoredServiceAccount;
  /** To be shown once: nobody can find it out again. */
  readonly secret: Secret;
}

/** One account as a list shows it. */
export interface ServiceAccountLine {
  readonly name: string;
  readonly origin: 'made' | 'configured';
  /** `other_key`: its secret was made under a key that is not the present one, so that it cannot log in. */
  readonly status: 'usable' | 'other_key' | 'hidden';
  readonly secretId: string | undefined;
  readonly createdAt: Date | undefined;
  readonly rotatedAt: Date | undefined;
}

/**
 * Makes an account with a secret. Rejects with `invalid_input` for a name that cannot be one or a key that cannot be had, with
 * `conflict` when the name is taken in the database or the configuration.
 */
export async function addServiceAccount(ports: ServiceAccountPorts, name: string): Promise<IssuedServiceAccount> {
  checkName(name);
  const isConfigured = ports.configured.some((other) => toServiceAccountKey(other) === toServiceAccountKey(name));
  if (isConfigured) {
    throw new DomainError(
      'conflict',
      `"${name}" is a service account of the configuration (ldap.serviceAccounts); choose another name, or remove it there first`,
    );
  }
  const known = await ports.accounts.list();
  if (known.length >= maxServiceAccounts) {
    throw new DomainError('conflict', `there are ${known.length} service accounts; remove those that are not used`);
  }
  const issued = await issue(ports, known, name, undefined);
  await ports.accounts.add(issued.account);
  return issued;
}

/** Gives an account another secret; the former one is worth nothing from then on. Rejects with `not_found`, or as `addServiceAccount`. */
export async function rotateServiceAccount(ports: ServiceAccountPorts, name: string): Promise<IssuedServiceAccount> {
  const known = await ports.accounts.list();
  const account = known.find((each) => toServiceAccountKey(each.name) === toServiceAccountKey(name));
  if (account === undefined) throw notFound(ports, name);
  // A key that was lost is no reason to refuse: this is how its accounts become usable again.
  const issued = await issue(ports, [], account.name, account.createdAt);
  await ports.accounts.replace(issued.account);
  return issued;
}

/** Removes an account. Rejects with `not_found`. */
export async function removeServiceAccount(ports: ServiceAccountPorts, name: string): Promise<void> {
  const known = await ports.accounts.list();
  if (!known.some((each) => toServiceAccountKey(each.name) === toServiceAccountKey(name))) throw notFound(ports, name);
  await ports.accounts.remove(name);
}

/** All service accounts by name: those in the database, and those of the configuration, which hide others of the same name. */
export async function listServiceAccounts(ports: ServiceAccountPorts): Promise<readonly ServiceAccountLine[]> {
  const made = await ports.accounts.list();
  const key = made.length === 0 ? undefined : await ports.key.read();
  const present = key === undefined ? undefined : checkOfKey(key);
  const configured = new Set(ports.configured.map(toServiceAccountKey));
  const statusOf = ({ name, keyCheck }: StoredServiceAccount): ServiceAccountLine['status'] => {
    if (configured.has(toServiceAccountKey(name))) return 'hidden';
    return keyCheck === present ? 'usable' : 'other_key';
  };
  const lines: ServiceAccountLine[] = [
    ...made.map((account): ServiceAccountLine => {
      const { name, secretId, createdAt, rotatedAt } = account;
      return { name, origin: 'made', status: statusOf(account), secretId, createdAt, rotatedAt };
    }),
    ...ports.configured.map((name): ServiceAccountLine => {
      const nothing = { secretId: undefined, createdAt: undefined, rotatedAt: undefined };
      return { name, origin: 'configured', status: 'usable', ...nothing };
    }),
  ];
  return lines.sort((a, b) => (toServiceAccountKey(a.name) < toServiceAccountKey(b.name) ? -1 : 1));
}

async function issue(
  { key: source, clock }: ServiceAccountPorts,
  others: readonly StoredServiceAccount[],
  name: string,
  createdAt: Date | undefined,
): Promise<IssuedServiceAccount> {
  const checks = others.map(({ keyCheck }) => keyCheck);
  const { id, digest, keyCheck, text } = await issueSecret(source, checks, 'service accounts');
  const now = new Date(Math.floor(clock.now().getTime() / 1000) * 1000);
  const account: StoredServiceAccount = {
    name,
    secretId: id,
    ...{ digest, keyCheck },
    createdAt: createdAt ?? now,
    rotatedAt: now,
  };
  return { account, secret: text };
}

function checkName(name: string): void {
  if (parseServiceAccountName(name) !== undefined) return;
  throw new DomainError(
    'invalid_input',
    `${JSON.stringify(name.slice(0, 80))} is no name of a service account; use letters, digits, dots, hyphens and underscores, at most 64, a letter or digit first`,
  );
}

function notFound({ configured }: ServiceAccountPorts, name: string): DomainError {
  const isConfigured = configured.some((other) => toServiceAccountKey(other) === toServiceAccountKey(name));
  const shown = JSON.stringify(name.slice(0, 80));
  return new DomainError(
    'not_found',
    isConfigured
      ? `${shown} is a service account of the configuration (ldap.serviceAccounts); change or remove it there`
      : `there is no service account ${shown}; see: service-accounts list`,
  );
}
