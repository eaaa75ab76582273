import type { Secret } from '../../core/secret.ts';

/** Name and password that a person has typed and that are not settled yet. */
export interface PendingLogin {
  readonly name: string;
  readonly password: Secret;
  /** Of the second factor. */
  readonly code: Secret | undefined;
}

/** Such logins by the id of their sign-in, which only the browser that began it can name. */
export interface PendingLogins {
  /** Keeps a login from now on, in the place of the one before. */
  put(interactionId: string, login: PendingLogin): void;
  /** Undefined when its time is over, or another process has it. */
  find(interactionId: string): PendingLogin | undefined;
  remove(interactionId: string): void;
  /** Forgets all. */
  close(): void;
}

const maxLogins = 1_000;
const keepMs = 120_000;
const sweepMs = 10_000;

/** Keeps them in memory only, for two minutes, a thousand at most: then the oldest goes. */
export function createPendingLogins(now: () => number = () => performance.now()): PendingLogins {
  const kept = new Map<string, { readonly login: PendingLogin; readonly until: number }>();
  let timer: NodeJS.Timeout | undefined;

  const sweep = () => {
    timer = undefined;
    for (const [id, { until }] of kept) if (until <= now()) kept.delete(id);
    schedule();
  };
  const schedule = () => {
    if (kept.size > 0) timer ??= setTimeout(sweep, sweepMs).unref();
  };

  return {
    put(id, login) {
      kept.delete(id);
      kept.set(id, { login, until: now() + keepMs });
      const [oldest] = kept.keys();
      if (kept.size > maxLogins && oldest !== undefined) kept.delete(oldest);
      schedule();
    },
    find(id) {
      const entry = kept.get(id);
      if (entry === undefined || entry.until > now()) return entry?.login;
      kept.delete(id);
      return undefined;
    },
    remove: (id) => void kept.delete(id),
    close() {
      clearTimeout(timer);
      kept.clear();
    },
  };
}
