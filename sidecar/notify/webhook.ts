import { Agent } from 'undici';
import type { Clock } from '../core/ports/clock.ts';
import type { Secret } from '../core/secret.ts';
import { type Channel, DeliveryFailure } from './channel.ts';
import { describeFailure } from './failure-words.ts';
import type { Notice } from './notice.ts';
import { toWebhookBody } from './webhook-body.ts';
import { signBody } from './webhook-signature.ts';

export interface WebhookTarget {
  /** http or https. */
  readonly url: Secret;
  readonly secret: Secret | undefined;
}

/** Answers that say "not now" rather than "no" (RFC 9110 §15.5.9, RFC 8470 §5.2, RFC 6585 §4). */
const passingStatuses: ReadonlySet<number> = new Set([408, 425, 429]);

/**
 * Posts notices as JSON. Certificates are checked; redirects are not followed, since they would carry the notice to somewhere else;
 * of the answer, only the status is read.
 */
export function createWebhook(
  target: WebhookTarget,
  { clock, timeoutMs }: { readonly clock: Clock; readonly timeoutMs: number },
): Channel {
  const url = new URL(target.url.reveal());
  const agent = new Agent({ connect: { timeout: timeoutMs }, maxHeaderSize: 16_384 });

  async function post(notice: Notice, signal: AbortSignal): Promise<number> {
    const body = toWebhookBody(notice);
    const response = await agent.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'icewarp-sidecar',
        ...(target.secret === undefined ? {} : signBody(target.secret, body, clock.now())),
      },
      body,
      signal,
      // Notices are rare: a connection kept open would be a dead one.
      reset: true,
      // The deadline covers the whole call; these only keep undici's own defaults from ending it earlier.
      headersTimeout: timeoutMs + 5_000,
      bodyTimeout: timeoutMs + 5_000,
    });
    response.body.on('error', () => {}).destroy();
    return response.statusCode;
  }

  return {
    name: `webhook at ${url.host}`,
    async send(notice, signal) {
      const deadline = AbortSignal.timeout(timeoutMs);
      let status: number;
      try {
        status = await post(notice, AbortSignal.any([signal, deadline]));
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        const why = deadline.aborted ? `no answer within ${timeoutMs / 1000} s` : describeFailure(error);
        throw new DeliveryFailure(why, false);
      }
      if (status < 200 || status > 299) throw toStatusFailure(status);
    },
    async close() {
      await agent.destroy();
    },
  };
}

function toStatusFailure(status: number): DeliveryFailure {
  if (status >= 300 && status < 400) {
    const remedy = 'write the address it leads to into notify.webhook.url';
    return new DeliveryFailure(`HTTP status ${status}, a redirect, which is not followed; ${remedy}`, true);
  }
  const isFinal = status < 500 && !passingStatuses.has(status);
  const remedy = isFinal ? '; check notify.webhook.url, and the key the receiver expects' : '';
  return new DeliveryFailure(`HTTP status ${status}${remedy}`, isFinal);
}
