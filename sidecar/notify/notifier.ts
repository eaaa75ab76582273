import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';
import type { Notifier } from '../core/ports/notifier.ts';
import type { Channel } from './channel.ts';
import { createDelivery } from './delivery.ts';
import { createMail } from './mail.ts';
import { toNotice } from './notice.ts';
import type { NotifySettings } from './settings.ts';
import { createWebhook } from './webhook.ts';

export interface NotifierParts {
  readonly log: Log;
  readonly clock: Clock;
  /** The machine's name as notices tell it; its own when left out. */
  readonly host?: string;
  /** For one try by one channel; 10 s for a webhook and 30 s for mail when left out. */
  readonly timeoutMs?: number;
}

/** A notifier that holds connections and plans tries. */
export interface OpenNotifier extends Notifier {
  /** Breaks off what is under way, within a moment; later events go nowhere. */
  close(): Promise<void>;
}

/** Tells events by webhook, by mail, by both or by none, as the settings have it. A failing channel does not hold up the other. */
export function createNotifier(settings: NotifySettings, parts: NotifierParts): OpenNotifier {
  const { log, clock } = parts;
  const closing = new AbortController();
  const channels = createChannels(settings, parts);
  const deliveries = channels.map((channel) => createDelivery(channel, { log, clock, signal: closing.signal }));
  return {
    async notify(event) {
      if (deliveries.length === 0) return;
      try {
        const notice = toNotice(event, randomUUID(), parts.host ?? hostname());
        await Promise.all(deliveries.map((delivery) => delivery.deliver(notice)));
      } catch (error) {
        log.error('a notice could not be made', { event: event.kind, error });
      }
    },
    async close() {
      closing.abort(new Error('the sidecar is stopping'));
      await Promise.allSettled(channels.map((channel) => channel.close()));
    },
  };
}

function createChannels({ webhook, mail }: NotifySettings, parts: NotifierParts): readonly Channel[] {
  const { log, clock, timeoutMs } = parts;
  const channels: Channel[] = [];
  if (webhook.url !== undefined) {
    channels.push(
      createWebhook({ url: webhook.url, secret: webhook.secret }, { clock, timeoutMs: timeoutMs ?? 10_000 }),
    );
  }
  const { to, from, server, username, password } = mail;
  if (to.length > 0 && from !== undefined && server !== undefined) {
    const login = username === undefined || password === undefined ? undefined : { username, password };
    const { port, security } = mail;
    channels.push(createMail({ to, from, server, port, security, login }, { log, timeoutMs: timeoutMs ?? 30_000 }));
  }
  return channels;
}
