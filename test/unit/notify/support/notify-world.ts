import type { TestContext } from 'node:test';
import type { SyncEvent } from '../../../../sidecar/core/ports/notifier.ts';
import { Secret } from '../../../../sidecar/core/secret.ts';
import { createNotifier, type OpenNotifier } from '../../../../sidecar/notify/notifier.ts';
import type { NotifySettings } from '../../../../sidecar/notify/settings.ts';
import { createManualClock, type ManualClock } from '../../../support/manual-clock.ts';
import { createRecordingLog, type RecordingLog } from './recording-log.ts';

export const at = new Date('2026-11-24T10:00:00.000Z');

export const heldPlan = {
  kind: 'plan_held',
  plan: '3f2a9c01b7de',
  reasons: ['25 users would be disabled: more than 20 (sync.limitUsers)'],
  summary: '+3 new, -25 disabled',
  at,
} satisfies SyncEvent;

export const failing = {
  kind: 'sync_failing',
  failures: 3,
  error: 'IceWarp command getaccountproperties for account al@example.com: connection refused',
  since: new Date('2026-11-24T09:30:00.000Z'),
  at,
} satisfies SyncEvent;

export const recovered: SyncEvent = { kind: 'sync_recovered', after: 4, at };

export interface NotifyWorld {
  readonly notifier: OpenNotifier;
  readonly log: RecordingLog;
  readonly clock: ManualClock;
  /** Waits until a delivery pauses before its next try, and lets that pause pass; gives its length. */
  passPause(): Promise<number>;
}

export interface WorldOptions {
  readonly webhook?: { readonly url: string; readonly secret?: string };
  readonly mail?: Partial<Omit<NotifySettings['mail'], 'password'>> & { readonly password?: string };
  readonly timeoutMs?: number;
}

/** A notifier on a clock that stands still, closed when the test ends. */
export function createNotifyWorld(t: TestContext, options: WorldOptions): NotifyWorld {
  const log = createRecordingLog();
  const clock = createManualClock();
  const toSecret = (text: string | undefined) => (text === undefined ? undefined : new Secret(text));
  const { mail } = options;
  const settings: NotifySettings = {
    webhook: { url: toSecret(options.webhook?.url), secret: toSecret(options.webhook?.secret) },
    mail: {
      to: mail === undefined ? [] : ['admin@example.com'],
      from: 'sidecar@example.com',
      server: '127.0.0.1',
      port: undefined,
      security: 'none',
      username: undefined,
      ...mail,
      password: toSecret(mail?.password),
    },
  };
  const notifier = createNotifier(settings, { log, clock, host: 'mail01', timeoutMs: options.timeoutMs ?? 5_000 });
  t.after(() => notifier.close());
  return {
    notifier,
    log,
    clock,
    async passPause() {
      for (let turn = 0; clock.pending().length === 0; turn += 1) {
        if (turn > 500) throw new Error('no delivery pauses');
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      const pause = clock.pending()[0] ?? 0;
      await clock.advance(pause);
      return pause;
    },
  };
}
