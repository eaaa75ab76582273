import { messageOf } from '../core/errors.ts';
import { checkOfKey } from '../core/made-secret.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';
import type { SecretKeySource } from '../core/ports/secret-key.ts';
import type { ServiceAccountStore } from '../core/ports/service-account-store.ts';
import type { Secret } from '../core/secret.ts';
import type { MadeServiceAccount, StoredServiceAccount } from '../core/service-accounts.ts';

export interface ServiceAccountWatchPorts {
  readonly accounts: ServiceAccountStore;
  readonly key: SecretKeySource;
  readonly clock: Clock;
  readonly log: Log;
  /** How often the database is looked at. */
  readonly intervalMs?: number;
}

export interface ServiceAccountWatch {
  /** As last read. */
  readonly current: () => readonly MadeServiceAccount[];
  /** Calls `onChange` with all accounts whenever one came, went or was given another secret. At most one caller. */
  start(onChange: (accounts: readonly MadeServiceAccount[]) => void): void;
  stop(): Promise<void>;
}

const defaultIntervalMs = 1_000;

/**
 * The service accounts of the database, kept up to date while `start`ed. While the database does not answer, or the key cannot be read,
 * those known last stay: an outage takes no application's login away. The first reading rejects as the store does.
 */
export async function watchServiceAccounts(ports: ServiceAccountWatchPorts): Promise<ServiceAccountWatch> {
  const { accounts, key: source, clock, log, intervalMs = defaultIntervalMs } = ports;
  const stopped = new AbortController();
  let seen = '';
  let current: readonly MadeServiceAccount[] = [];
  let fault = '';
  let lastKey: Secret | undefined;
  let running: Promise<void> = Promise.resolve();

  const tellFault = (message: string) => {
    if (message !== fault && message !== '') log.warn(message);
    fault = message;
  };

  /** Gives the fault. A key that cannot be read for now must neither lock applications out nor keep a removed one in. */
  const readKey = async (): Promise<string> => {
    try {
      const found = await source.read();
      lastKey = found ?? lastKey;
      return found === undefined
        ? `there is no secret key at ${source.place}, which service accounts need; restore it`
        : '';
    } catch (error) {
      return messageOf(error);
    }
  };

  /** Whether anything is different. */
  const read = async (): Promise<boolean> => {
    const stored = await accounts.list();
    const keyFault = stored.length === 0 ? '' : await readKey();
    const key = lastKey;
    const check = key === undefined ? '' : checkOfKey(key);
    const usable = stored.filter(({ keyCheck }) => key !== undefined && keyCheck === check);
    tellFault(keyFault === '' ? describeUnusable(stored, usable, source.place) : keyFault);
    const now = usable.map(({ name, digest }) => `${name} ${digest}`).join('\n');
    if (now === seen) return false;
    seen = now;
    current = key === undefined ? [] : usable.map(({ name, secretId, digest }) => ({ name, secretId, digest, key }));
    return true;
  };

  const follow = async (onChange: (known: readonly MadeServiceAccount[]) => void) => {
    for (;;) {
      try {
        await clock.sleep(intervalMs, stopped.signal);
      } catch {
        return;
      }
      try {
        if ((await read()) && !stopped.signal.aborted) onChange(current);
      } catch (error) {
        tellFault(`changes of service accounts cannot be seen: ${messageOf(error)}`);
      }
    }
  };

  await read();
  return {
    current: () => current,
    start(onChange) {
      running = follow(onChange);
    },
    async stop() {
      stopped.abort();
      await running;
    },
  };
}

function describeUnusable(
  stored: readonly StoredServiceAccount[],
  usable: readonly StoredServiceAccount[],
  place: string,
): string {
  const names = stored.filter((account) => !usable.includes(account)).map(({ name }) => name);
  if (names.length === 0) return '';
  const shown = names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');
  return `service accounts cannot log in, for they were made with another secret key than ${place}: ${shown}; restore theirs, or rotate them`;
}
