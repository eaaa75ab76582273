import { messageOf } from '../core/errors.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';
import { type Channel, DeliveryFailure } from './channel.ts';
import type { Notice } from './notice.ts';

/** Pauses between tries, in milliseconds. Together longer than a receiver's restart and than the usual greylisting of mail. */
const pausesMs: readonly number[] = [5_000, 30_000, 120_000, 600_000];

/** Most notices that wait for one channel. */
const maxWaiting = 50;

/** Delivers the notices of one channel, one after the other. */
export interface Delivery {
  /** Resolves when the notice was taken or given up; never rejects. */
  deliver(notice: Notice): Promise<void>;
}

export function createDelivery(
  channel: Channel,
  { log, clock, signal }: { readonly log: Log; readonly clock: Clock; readonly signal: AbortSignal },
): Delivery {
  let last: Promise<void> = Promise.resolve();
  let waiting = 0;

  /** What to do after a failed try: the pause in milliseconds, or undefined to give up. */
  const judge = (error: unknown, tries: number): number | undefined =>
    error instanceof DeliveryFailure && error.isFinal ? undefined : pausesMs[tries - 1];

  const deliverNow = async (notice: Notice): Promise<void> => {
    const what = { channel: channel.name, event: notice.event.kind, id: notice.id };
    for (let tries = 1; !signal.aborted; tries += 1) {
      try {
        await channel.send(notice, signal);
        log.info('notice delivered', { ...what, tries });
        return;
      } catch (error) {
        if (signal.aborted) break;
        const pauseMs = judge(error, tries);
        const why = messageOf(error);
        if (pauseMs === undefined) {
          log.error('a notice could not be delivered and is given up', { ...what, tries, why, notice: notice.lines });
          return;
        }
        log.warn('a notice could not be delivered and is tried again', { ...what, tries, why, pauseMs });
        // Rejects only when aborted, and then the loop ends.
        await clock.sleep(pauseMs, signal).catch(() => {});
      }
    }
    log.warn('a notice was not delivered: the sidecar is stopping', what);
  };

  return {
    deliver(notice) {
      if (waiting >= maxWaiting) {
        log.error('a notice is dropped: too many wait already', { channel: channel.name, notice: notice.lines });
        return Promise.resolve();
      }
      waiting += 1;
      last = last
        .then(() => deliverNow(notice))
        .finally(() => {
          waiting -= 1;
        });
      return last;
    },
  };
}
