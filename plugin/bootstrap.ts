import { DomainError } from '../sidecar/core/errors.ts';
import type { Secret } from '../sidecar/core/secret.ts';
import { listNeededRights, type NeededRight } from './rights.ts';
import type { KeycloakSettings } from './settings.ts';

/** What `bootstrap` does with the login of an administrator. Rejects as {@link RealmAdmin} does. */
export interface BootstrapAdmin {
  hasRealm(): Promise<boolean>;
  createRealm(): Promise<void>;
  findClient(clientId: string): Promise<BootstrapClient | undefined>;
  /** A client that logs in by itself, with its secret, and in no other way. */
  createClient(clientId: string, secret: Secret): Promise<BootstrapClient>;
  setClientSecret(client: BootstrapClient, secret: Secret): Promise<void>;
  listGrantedRights(client: BootstrapClient): Promise<readonly string[]>;
  grantRights(client: BootstrapClient, names: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export interface BootstrapClient {
  readonly id: string;
  /** Whether it may log in by itself. */
  readonly isServiceAccount: boolean;
}

export interface Bootstrapped {
  readonly madeRealm: boolean;
  readonly madeClient: boolean;
  /** Rights given now. */
  readonly granted: readonly NeededRight[];
  /** Rights that it had and needs. */
  readonly had: readonly NeededRight[];
  /** Rights that it has beyond those: none of them was taken away. */
  readonly surplus: readonly string[];
}

export interface BootstrapInput {
  readonly settings: Pick<KeycloakSettings, 'realm' | 'federation' | 'brokering'>;
  readonly clientId: string;
  /** The client's from now on. */
  readonly secret: Secret;
  readonly createsRealm: boolean;
}

/**
 * Makes, once, the client that everything else is done with, and gives it the least rights that do; a second time it mends what is missing
 * and sets the secret. Rejects with `not_found` when there is no realm and none is asked for, `conflict` when the client is of another kind.
 */
export async function bootstrapKeycloak(admin: BootstrapAdmin, input: BootstrapInput): Promise<Bootstrapped> {
  const { settings, clientId, secret, createsRealm } = input;
  const { realm } = settings;
  if (realm === 'master')
    throw new DomainError('invalid_input', 'keycloak.realm is master; name a realm of its own for users');
  const hadRealm = await admin.hasRealm();
  if (!hadRealm && !createsRealm)
    throw new DomainError('not_found', `there is no realm ${realm}; correct keycloak.realm, or add --create-realm`);
  const found = hadRealm ? await admin.findClient(clientId) : undefined;
  if (found?.isServiceAccount === false)
    throw new DomainError(
      'conflict',
      `the client ${clientId} is there and cannot log in by itself; name another one in keycloak.clientId`,
    );
  if (!hadRealm) await admin.createRealm();
  const client = found ?? (await admin.createClient(clientId, secret));
  if (found !== undefined) await admin.setClientSecret(found, secret);
  const needed = listNeededRights(settings);
  const present = await admin.listGrantedRights(client);
  const granted = needed.filter(({ name }) => !present.includes(name));
  if (granted.length > 0)
    await admin.grantRights(
      client,
      granted.map(({ name }) => name),
    );
  return {
    ...{ madeRealm: !hadRealm, madeClient: found === undefined, granted },
    had: needed.filter(({ name }) => present.includes(name)),
    surplus: present.filter((name) => !needed.some((right) => right.name === name)),
  };
}
