/** Lets a number of calls in at once; the others wait in order. */
export interface CallGate {
  /**
   * Resolves with the function that gives the place back. Rejects with the signal's reason when aborted while
   * waiting, and gives undefined at once when too many wait already.
   */
  enter(signal?: AbortSignal): Promise<(() => void) | undefined>;
}

export function createCallGate(limit: number, maxWaiting = Number.POSITIVE_INFINITY): CallGate {
  let inside = 0;
  const waiting = new Set<() => void>();

  function leaveOnce(): () => void {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      inside -= 1;
      const [next] = waiting;
      if (next === undefined) return;
      waiting.delete(next);
      next();
    };
  }

  return {
    async enter(signal) {
      signal?.throwIfAborted();
      if (inside < limit) {
        inside += 1;
        return leaveOnce();
      }
      if (waiting.size >= maxWaiting) return undefined;
      return await new Promise((resolve, reject) => {
        const admit = (): void => {
          signal?.removeEventListener('abort', giveUp);
          inside += 1;
          resolve(leaveOnce());
        };
        const giveUp = (): void => {
          waiting.delete(admit);
          reject(signal?.reason);
        };
        signal?.addEventListener('abort', giveUp, { once: true });
        waiting.add(admit);
      });
    },
  };
}
