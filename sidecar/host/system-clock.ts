import type { Clock } from '../core/ports/clock.ts';

/** The machine's own time. A sleeping clock does not keep the process alive. */
export const systemClock: Clock = {
  now: () => new Date(),
  // By hand: the sleep of Node rejects with an error of its own making, which costs its stack and hides the signal's reason.
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const wake = () => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(wake, ms).unref();
      signal?.addEventListener('abort', giveUp, { once: true });
    }),
};
