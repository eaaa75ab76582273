import { messageOf } from '../../core/errors.ts';
import type { AuditLog } from '../../core/ports/audit-log.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import type { LogoutMessage, LogoutQueue, QueuedLogout } from '../../core/ports/logout-queue.ts';
import type { LogoutNotice } from './provider.ts';

export interface BackChannelOptions {
  readonly queue: LogoutQueue;
  /** A signed logout token, made anew for each attempt; undefined when the client is gone or wants none. */
  readonly makeToken: (notice: LogoutNotice) => Promise<{ readonly uri: string; readonly token: string } | undefined>;
  readonly audit: AuditLog | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** How often the queue is looked at for what another process put there or what is due again. */
  readonly lookMs?: number;
  /** How long a client has for its answer. */
  readonly answerMs?: number;
}

/** Tells clients that a user's session is over (OpenID Connect Back-Channel Logout 1.0), again and again until they have heard it. */
export interface BackChannel {
  /** Resolves when the messages are kept: they are delivered later, by this process or another. */
  send(messages: readonly LogoutMessage[]): Promise<void>;
  /** Aborts deliveries under way; they are begun again at the next start. */
  stop(): Promise<void>;
}

const second = 1000;
const minute = 60 * second;
/** Pauses before the second attempt, the third …; the last one is repeated. */
const pausesMs = [5 * second, 20 * second, minute, 5 * minute, 15 * minute, 60 * minute] as const;
/** The client's own session has ended by then, or somebody has to look at it. */
const giveUpMs = 24 * 60 * minute;
const atOnce = 16;

/** Starts to deliver what the queue holds. */
export function createBackChannel(options: BackChannelOptions): BackChannel {
  const { queue, clock, log, audit, lookMs = 2 * second, answerMs = 10 * second } = options;
  const stopped = new AbortController();
  let wake = () => {};
  let hasNew = false;
  let fault = '';

  async function deliver(queued: QueuedLogout): Promise<void> {
    const { id, clientId, accountId, sessionId, attempts, queuedAt } = queued;
    const end = async (outcome: 'delivered' | 'given_up', reason: string | undefined) => {
      await queue.remove(id);
      const at = clock.now();
      audit?.write({ kind: 'logout', at, client: clientId, user: accountId, outcome, attempts, reason });
      if (outcome === 'given_up')
        log.warn('a client was not told of a sign-out', { client: clientId, reason, attempts });
    };
    try {
      const made = await options.makeToken({ clientId, accountId, sid: sessionId });
      if (made === undefined)
        return await end('given_up', 'the client is gone or has no backchannelLogoutUri any more');
      await post(made.uri, made.token, AbortSignal.any([stopped.signal, AbortSignal.timeout(answerMs)]));
    } catch (error) {
      if (stopped.signal.aborted) return;
      const reason = messageOf(error);
      const now = clock.now();
      if (now.getTime() - queuedAt.getTime() >= giveUpMs) return await end('given_up', reason);
      const pause = pausesMs[Math.min(attempts, pausesMs.length) - 1] ?? 0;
      log.info('a client could not be told of a sign-out; it is tried again', { client: clientId, reason, attempts });
      return await queue.postpone(id, new Date(now.getTime() + pause));
    }
    await end('delivered', undefined);
  }

  async function look(): Promise<void> {
    for (;;) {
      const now = clock.now();
      // A process that ends meanwhile leaves its messages to the others.
      const hiddenUntil = new Date(now.getTime() + answerMs + minute);
      const claimed = await queue.claim(atOnce, now, hiddenUntil);
      await Promise.all(claimed.map(deliver));
      if (claimed.length < atOnce || stopped.signal.aborted) return;
    }
  }

  async function work(): Promise<void> {
    while (!stopped.signal.aborted) {
      try {
        hasNew = false;
        await look();
        fault = '';
        // What came meanwhile does not wait for the next look.
        if (hasNew) continue;
      } catch (error) {
        const message = messageOf(error);
        if (message !== fault) log.warn('clients cannot be told of sign-outs', { reason: message });
        fault = message;
      }
      await Promise.race([
        new Promise<void>((resolve) => {
          wake = resolve;
        }),
        clock.sleep(lookMs, stopped.signal).catch(() => {}),
      ]);
    }
  }

  const working = work();
  return {
    async send(messages) {
      if (messages.length === 0) return;
      await queue.add(messages, clock.now());
      hasNew = true;
      wake();
    },
    async stop() {
      stopped.abort();
      await working;
    },
  };
}

/** Sends a logout token (Back-Channel Logout 1.0 §2.5) and rejects unless the client says that it took it (§2.8). */
async function post(uri: string, token: string, signal: AbortSignal): Promise<void> {
  const response = await fetch(uri, {
    method: 'POST',
    // A token for one address is not for another.
    redirect: 'manual',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ logout_token: token }).toString(),
    signal,
  }).catch((error: unknown) => {
    // What went wrong on the network stands in the cause.
    throw error instanceof TypeError && error.cause !== undefined ? error.cause : error;
  });
  await response.body?.cancel();
  if (response.status !== 200 && response.status !== 204) throw new Error(`the client answered ${response.status}`);
}
