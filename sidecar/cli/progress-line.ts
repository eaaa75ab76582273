import type { OnProgress } from '../sync/progress.ts';
import { createRemainingTime } from '../sync/remaining-time.ts';
import type { CliContext } from './context.ts';

/**
 * One line on the terminal that tells how far a run is and how long it will take; nothing where no person looks. `nowMs`: a
 * steady clock in milliseconds.
 */
export function createProgressLine(
  context: CliContext,
  nowMs: () => number = () => performance.now(),
): { readonly show: OnProgress; clear(): void } {
  const remainingTime = createRemainingTime();
  let shown = false;
  return {
    show(progress) {
      if (!context.isTerminal) return;
      shown = true;
      const { phase, done, total } = progress;
      const seconds = remainingTime(progress, nowMs());
      const share = total > 0 ? ` ${done} of ${total} (${Math.floor((done * 100) / total)} %)` : '';
      const left = seconds === undefined ? '' : `, ${describeSeconds(seconds)} left`;
      context.stderr.write(`\r\u001b[K${phase}${share}${left} …`);
    },
    clear() {
      if (shown) context.stderr.write('\r\u001b[K');
      shown = false;
    },
  };
}

function describeSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3600
    ? `${Math.floor(seconds / 60)} min ${seconds % 60} s`
    : `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}
