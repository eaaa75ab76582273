import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | undefined;

/**
 * Collects garbage in this thread, now. For memory outside the heap that was let go of: an idle thread allocates nothing, so its
 * collector would not run for hours, and shared memory stays until every thread has collected.
 */
export function collectGarbage(): void {
  if (collect === undefined) {
    // Node gives the collector to programs by this flag only; contexts made afterwards have it.
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
}
