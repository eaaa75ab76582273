import { messageOf } from '../core/errors.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';
import type { SigningKeyStore } from '../core/ports/signing-key-store.ts';
import { type KeyPolicy, planKeys } from '../core/signing-keys/key-plan.ts';
import { type KeySet, toKeySet } from '../core/signing-keys/key-set.ts';
import { makeSigningKey } from '../core/signing-keys/make-key.ts';
import type { SigningKey } from '../core/signing-keys/signing-key.ts';

export interface SigningKeyPorts {
  readonly keys: SigningKeyStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly policy: KeyPolicy;
  /** How often the database is looked at. */
  readonly intervalMs?: number;
}

export interface SigningKeyWatch {
  readonly current: () => KeySet;
  /** Calls `onChange` whenever another key signs or other keys are published. At most one caller. */
  start(onChange: (keys: KeySet) => void): void;
  stop(): Promise<void>;
}

const defaultIntervalMs = 1_000;

/**
 * The signing keys of the database: made where there are none, renewed by the policy, and followed while `start`ed, so that all replicas
 * sign alike. While the database does not answer, those known last stay. The first reading rejects as the store does.
 */
export async function watchSigningKeys(ports: SigningKeyPorts): Promise<SigningKeyWatch> {
  const { keys: store, clock, log, intervalMs = defaultIntervalMs } = ports;
  const stopped = new AbortController();
  let current = toKeySet(await renewSigningKeys(ports, await store.list()), clock.now());
  let fault = '';
  let running: Promise<void> = Promise.resolve();

  const look = async (onChange: (keys: KeySet) => void) => {
    const next = toKeySet(await renewSigningKeys(ports, await store.list()), clock.now());
    if (next.version === current.version || stopped.signal.aborted) return;
    current = next;
    log.info('signing keys changed', { published: next.signing.length });
    onChange(next);
  };

  const follow = async (onChange: (keys: KeySet) => void) => {
    for (;;) {
      try {
        await clock.sleep(intervalMs, stopped.signal);
      } catch {
        return;
      }
      try {
        await look(onChange);
        fault = '';
      } catch (error) {
        const message = messageOf(error);
        if (message !== fault) log.warn('changes of signing keys cannot be seen', { reason: message });
        fault = message;
      }
    }
  };

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

/** Does what the policy wants by now. Gives the keys as they are afterwards. */
export async function renewSigningKeys(
  { keys: store, clock, policy }: SigningKeyPorts,
  known: readonly SigningKey[],
): Promise<readonly SigningKey[]> {
  const now = wholeSecond(clock.now());
  const plan = planKeys(known, now, policy);
  if (plan.make.length === 0 && plan.remove.length === 0) return known;
  const made = await Promise.all(plan.make.map(({ use, activeAt }) => makeSigningKey(use, now, wholeSecond(activeAt))));
  return store.change((there) => {
    // Another process may have been quicker: what it made is as good.
    const wanted = planKeys(there, now, policy);
    const uses = new Set(wanted.make.map(({ use }) => use));
    return { add: made.filter(({ use }) => uses.has(use)), remove: wanted.remove };
  });
}

function wholeSecond(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1000) * 1000);
}
