import { Session } from 'node:inspector/promises';

/**
 * Lets V8 free everything that nobody refers to, and give the pages back: of this thread only, in some tenths of a second. By itself
 * it waits until the heap has grown by half, which after a large plan is more than the directory takes; an idle thread allocates
 * nothing and would not collect for hours, and shared memory stays until every thread has collected.
 */
export async function collectGarbage(): Promise<void> {
  const session = new Session();
  try {
    session.connect();
    await session.post('HeapProfiler.collectGarbage');
    session.disconnect();
  } catch {
    // Without it everything works all the same, in more memory.
  }
}
