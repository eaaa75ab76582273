import type { CliContext } from './context.ts';

/** Resolves when Ctrl-C or SIGTERM came, and keeps the process alive until then. */
export function untilStopped({ signal }: CliContext): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const keepAlive = setInterval(() => {}, 2 ** 30);
    signal.addEventListener('abort', () => {
      clearInterval(keepAlive);
      resolve();
    });
  });
}
