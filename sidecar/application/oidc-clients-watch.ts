import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { messageOf } from '../core/errors.ts';
import { checkOfKey, matchesDigest } from '../core/made-secret.ts';
import type { OidcClient } from '../core/oidc-clients/client.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';
import type { OidcClientStore, StoredOidcClient } from '../core/ports/oidc-client-store.ts';
import type { SecretKeySource } from '../core/ports/secret-key.ts';
import type { Secret } from '../core/secret.ts';

/** A client that can be used. */
export interface UsableOidcClient {
  readonly client: OidcClient;
  /** Another one after each change, also of its secret. */
  readonly version: string;
  /** Always false for a public client. */
  verify(secret: string): boolean;
}

/** A client of the configuration. */
export interface ConfiguredOidcClient {
  readonly client: OidcClient;
  readonly secret: Secret | undefined;
}

export interface OidcClientWatchPorts {
  readonly clients: OidcClientStore;
  readonly configured: readonly ConfiguredOidcClient[];
  readonly key: SecretKeySource;
  readonly clock: Clock;
  readonly log: Log;
  /** How often the database is looked at. */
  readonly intervalMs?: number;
}

export interface OidcClientWatch {
  find(id: string): UsableOidcClient | undefined;
  list(): readonly UsableOidcClient[];
  /** Follows changes from now on. */
  start(): void;
  stop(): Promise<void>;
}

const defaultIntervalMs = 1_000;

/**
 * The clients of configuration and database, kept up to date while `start`ed; one of the configuration hides another of its id. While the
 * database does not answer, those known last stay. The first reading rejects as the store does.
 */
export async function watchOidcClients(ports: OidcClientWatchPorts): Promise<OidcClientWatch> {
  const { clients, configured, key: source, clock, log, intervalMs = defaultIntervalMs } = ports;
  const stopped = new AbortController();
  const fixed = configured.map(toFixedClient);
  let known = new Map<string, UsableOidcClient>();
  let fault = '';
  let lastKey: Secret | undefined;
  let running: Promise<void> = Promise.resolve();

  const read = async () => {
    const stored = await clients.list();
    if (stored.some(({ secret }) => secret !== undefined)) lastKey = (await source.read()) ?? lastKey;
    const key = lastKey;
    const check = key === undefined ? undefined : checkOfKey(key);
    const usable = stored.filter(({ secret }) => secret === undefined || secret.keyCheck === check);
    const lost = stored.filter((each) => !usable.includes(each)).map(({ client }) => client.id);
    tellFault(
      lost.length === 0
        ? ''
        : `OIDC clients are refused, for their secrets were made with another secret key than ${source.place}: ${lost.slice(0, 5).join(', ')}; restore it, or rotate them`,
    );
    const made = usable.map((each) => toMadeClient(each, key));
    known = new Map([...made, ...fixed].map((each) => [each.client.id, each]));
  };

  const tellFault = (message: string) => {
    if (message !== fault && message !== '') log.warn(message);
    fault = message;
  };

  const follow = async () => {
    for (;;) {
      try {
        await clock.sleep(intervalMs, stopped.signal);
      } catch {
        return;
      }
      await read().catch((error: unknown) => tellFault(`changes of OIDC clients cannot be seen: ${messageOf(error)}`));
    }
  };

  await read();
  return {
    find: (id) => known.get(id),
    list: () => [...known.values()],
    start() {
      running = follow();
    },
    async stop() {
      stopped.abort();
      await running;
    },
  };
}

function toMadeClient({ client, secret, rotatedAt }: StoredOidcClient, key: Secret | undefined): UsableOidcClient {
  const version = `${secret?.id ?? ''} ${rotatedAt.getTime()} ${JSON.stringify(client)}`;
  return {
    ...{ client, version },
    verify: (given) =>
      secret !== undefined && key !== undefined && matchesDigest(key, secret.digest, Buffer.from(given, 'utf8')),
  };
}

/** Compares HMACs, so that the time tells neither content nor length. */
function toFixedClient({ client, secret }: ConfiguredOidcClient): UsableOidcClient {
  const key = randomBytes(32);
  const digest = (text: string) => createHmac('sha256', key).update(text).digest();
  const expected = secret === undefined || secret.reveal() === '' ? undefined : digest(secret.reveal());
  const verify = (given: string) => expected !== undefined && timingSafeEqual(expected, digest(given));
  return { client, version: 'configured', verify };
}
