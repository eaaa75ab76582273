import type { OnProgress } from '../sync/progress.ts';
import type { CliContext } from './context.ts';

/** One line on the terminal that tells how far a run is; nothing where no person looks. */
export function createProgressLine(context: CliContext): { readonly show: OnProgress; clear(): void } {
  let shown = false;
  return {
    show({ phase, done, total }) {
      if (!context.isTerminal) return;
      shown = true;
      context.stderr.write(`\r\u001b[K${phase}${total > 0 ? ` ${done} of ${total}` : ''} …`);
    },
    clear() {
      if (shown) context.stderr.write('\r\u001b[K');
      shown = false;
    },
  };
}
