import type { StoredAppPassword } from '../core/app-passwords.ts';
import { messageOf } from '../core/errors.ts';
import { checkOfKey, idOfMadeSecret, matchesDigest } from '../core/made-secret.ts';
import type { AppPasswordStore } from '../core/ports/app-password-store.ts';
import type { AppPassword, AppPasswords } from '../core/ports/app-passwords.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';
import type { Secret } from '../core/secret.ts';

export interface AppPasswordWatchPorts {
  readonly passwords: AppPasswordStore;
  /** The installation's own key. */
  readonly key: Secret;
  /** Makes a test for addresses in networks. */
  readonly createNetworkTest: (networks: readonly string[]) => (address: string) => boolean;
  readonly clock: Clock;
  readonly log: Log;
  /** How often the database is looked at. */
  readonly intervalMs?: number;
}

export interface AppPasswordWatch extends AppPasswords {
  /** Notes the last uses, and ends. */
  stop(): Promise<void>;
}

interface Known extends AppPassword {
  readonly digest: string;
  lastUsedOn: string | undefined;
}

const defaultIntervalMs = 1_000;

/**
 * The app passwords of the database in memory, kept up to date. While the database does not answer, those known last stay: an outage takes
 * nobody's login away. The first reading rejects as the store does.
 */
export async function watchAppPasswords(ports: AppPasswordWatchPorts): Promise<AppPasswordWatch> {
  const { passwords, key, clock, log, intervalMs = defaultIntervalMs } = ports;
  const ownCheck = checkOfKey(key);
  const stopped = new AbortController();
  const known = new Map<string, Known>();
  const uses = new Map<string, string>();
  let seen = 0;
  let fault = '';

  const tellFault = (message: string) => {
    if (message !== '' && message !== fault) log.warn(message);
    fault = message;
  };

  const readChanges = async (): Promise<void> => {
    let unusable = 0;
    for (let hasMore = true; hasMore; ) {
      const read = await passwords.readChanges(seen);
      for (const change of read.changes) {
        if (change.kind === 'removed') known.delete(change.id);
        else if (change.password.keyCheck === ownCheck) known.set(change.password.id, toKnown(change.password));
        else unusable += 1;
      }
      seen = read.upTo;
      ({ hasMore } = read);
    }
    if (unusable === 0) return;
    log.warn('app passwords that were made with another secret key let nobody in; restore it, or remove them', {
      passwords: unusable,
    });
  };

  const toKnown = (stored: StoredAppPassword): Known => {
    const { id, userId, digest, listeners, networks, lastUsedOn } = stored;
    const isInNetworks = networks.length === 0 ? () => true : ports.createNetworkTest(networks);
    return {
      ...{ id, userId, digest, lastUsedOn },
      isFor: (listener, clientAddress) =>
        (listeners.length === 0 || (listener !== undefined && listeners.includes(listener))) &&
        isInNetworks(clientAddress),
    };
  };

  const noteUses = async (): Promise<void> => {
    if (uses.size === 0) return;
    const noted = new Map(uses);
    await passwords.noteUses(noted);
    for (const [id, day] of noted) if (uses.get(id) === day) uses.delete(id);
  };

  const follow = async (): Promise<void> => {
    for (;;) {
      try {
        await clock.sleep(intervalMs, stopped.signal);
      } catch {
        return;
      }
      try {
        await readChanges();
        await noteUses();
        tellFault('');
      } catch (error) {
        tellFault(`changes of app passwords cannot be seen: ${messageOf(error)}`);
      }
    }
  };

  await readChanges();
  const running = follow();
  return {
    find(text) {
      const password = known.get(idOfMadeSecret(text) ?? '');
      const isRight = password !== undefined && matchesDigest(key, password.digest, Buffer.from(text.reveal()));
      return isRight ? password : undefined;
    },
    noteUse(id) {
      const password = known.get(id);
      const today = clock.now().toISOString().slice(0, 10);
      if (password === undefined || password.lastUsedOn === today) return;
      password.lastUsedOn = today;
      uses.set(id, today);
    },
    async stop() {
      stopped.abort();
      await running;
      await noteUses().catch((error: unknown) =>
        log.warn('the last uses of app passwords were not noted', { reason: messageOf(error) }),
      );
    },
  };
}
