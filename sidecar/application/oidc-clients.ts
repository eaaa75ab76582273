import { DomainError } from '../core/errors.ts';
import { checkOfKey } from '../core/made-secret.ts';
import { checkOidcClient } from '../core/oidc-clients/check-client.ts';
import type { OidcClient, OidcClientInput } from '../core/oidc-clients/client.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { OidcClientStore, StoredOidcClient } from '../core/ports/oidc-client-store.ts';
import type { SecretKeySource } from '../core/ports/secret-key.ts';
import type { Secret } from '../core/secret.ts';
import { issueSecret } from './issue-secret.ts';

/** More would be a mistake: each is an application of its own. */
export const maxOidcClients = 1_000;

export interface OidcClientPorts {
  readonly clients: OidcClientStore;
  readonly key: SecretKeySource;
  readonly clock: Clock;
  /** Those of the configuration: they win. */
  readonly configured: readonly OidcClient[];
}

export interface IssuedOidcClient {
  readonly client: OidcClient;
  /** To be shown once: nobody can find it out again. Undefined for a public client. */
  readonly secret: Secret | undefined;
}

/** One client as a list shows it. */
export interface OidcClientLine {
  readonly client: OidcClient;
  readonly origin: 'made' | 'configured';
  /** `other_key`: its secret was made under a key that is not the present one, so that it is refused. */
  readonly status: 'usable' | 'other_key' | 'hidden';
  readonly createdAt: Date | undefined;
  readonly rotatedAt: Date | undefined;
}

/** Makes a client. Rejects with `invalid_input`, naming every fault at once, and with `conflict` when the id is taken. */
export async function addOidcClient(ports: OidcClientPorts, input: OidcClientInput): Promise<IssuedOidcClient> {
  const { client, faults } = checkOidcClient(input);
  if (faults !== undefined) {
    const lines = faults.map(({ property, fault }) => `${property}: ${fault}`);
    throw new DomainError('invalid_input', `the client cannot be added:\n  ${lines.join('\n  ')}`);
  }
  if (ports.configured.some(({ id }) => id === client.id)) {
    throw new DomainError(
      'conflict',
      `"${client.id}" is a client of the configuration (oidc.clients); choose another id, or remove it there first`,
    );
  }
  const known = await ports.clients.list();
  if (known.length >= maxOidcClients) {
    throw new DomainError('conflict', `there are ${known.length} clients; remove those that are not used`);
  }
  return issue(ports, client, toKeyChecks(known), undefined, (stored) => ports.clients.add(stored));
}

/** Gives a client another secret; the former one is worth nothing from then on. Rejects with `not_found`, `unsupported` for a public one. */
export async function rotateOidcClient(ports: OidcClientPorts, id: string): Promise<IssuedOidcClient> {
  const known = await find(ports, id);
  if (known.secret === undefined) {
    throw new DomainError('unsupported', `the client "${id}" is public: it has no secret to be changed`);
  }
  // A key that was lost is no reason to refuse: this is how its clients become usable again.
  return issue(ports, known.client, [], known.createdAt, (stored) => ports.clients.replace(stored));
}

/** Removes a client. Rejects with `not_found`. */
export async function removeOidcClient(ports: OidcClientPorts, id: string): Promise<void> {
  await find(ports, id);
  await ports.clients.remove(id);
}

/** All clients by id: those in the database, and those of the configuration, which hide others of the same id. */
export async function listOidcClients(ports: OidcClientPorts): Promise<readonly OidcClientLine[]> {
  const made = await ports.clients.list();
  const key = made.some(({ secret }) => secret !== undefined) ? await ports.key.read() : undefined;
  const present = key === undefined ? undefined : checkOfKey(key);
  const statusOf = ({ client, secret }: StoredOidcClient): OidcClientLine['status'] => {
    if (ports.configured.some(({ id }) => id === client.id)) return 'hidden';
    return secret === undefined || secret.keyCheck === present ? 'usable' : 'other_key';
  };
  const lines: OidcClientLine[] = [
    ...made.map((stored): OidcClientLine => {
      const { client, createdAt, rotatedAt } = stored;
      return { client, origin: 'made', status: statusOf(stored), createdAt, rotatedAt };
    }),
    ...ports.configured.map((client): OidcClientLine => {
      return { client, origin: 'configured', status: 'usable', createdAt: undefined, rotatedAt: undefined };
    }),
  ];
  return lines.sort((a, b) => (a.client.id < b.client.id ? -1 : 1));
}

async function issue(
  { key, clock }: OidcClientPorts,
  client: OidcClient,
  others: readonly string[],
  createdAt: Date | undefined,
  keep: (stored: StoredOidcClient) => Promise<void>,
): Promise<IssuedOidcClient> {
  const now = new Date(Math.floor(clock.now().getTime() / 1000) * 1000);
  const times = { createdAt: createdAt ?? now, rotatedAt: now };
  if (client.isPublic) {
    await keep({ client, secret: undefined, ...times });
    return { client, secret: undefined };
  }
  const { id, digest, keyCheck, text } = await issueSecret(key, others, 'clients');
  await keep({ client, secret: { id, digest, keyCheck }, ...times });
  return { client, secret: text };
}

async function find({ clients, configured }: OidcClientPorts, id: string): Promise<StoredOidcClient> {
  const known = (await clients.list()).find(({ client }) => client.id === id);
  if (known !== undefined) return known;
  const shown = JSON.stringify(id.slice(0, 100));
  throw new DomainError(
    'not_found',
    configured.some((client) => client.id === id)
      ? `${shown} is a client of the configuration (oidc.clients); change or remove it there`
      : `there is no client ${shown}; see: clients list`,
  );
}

function toKeyChecks(clients: readonly StoredOidcClient[]): string[] {
  return clients.flatMap(({ secret }) => (secret === undefined ? [] : [secret.keyCheck]));
}
