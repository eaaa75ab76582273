/** How far a run is. `total` is 0 while it is not known. */
export interface SyncProgress {
  readonly phase: 'listing' | 'reading' | 'planning' | 'committing' | 'publishing';
  readonly done: number;
  readonly total: number;
}

export type OnProgress = (progress: SyncProgress) => void;

/** Entries between two messages: often enough for a person, seldom enough not to cost anything. */
const step = 100;

/** Counts the entries of one phase and tells about every hundredth and the last. */
export function createStepCounter(phase: SyncProgress['phase'], total: number, onProgress: OnProgress): () => void {
  let done = 0;
  return () => {
    done += 1;
    if (done % step === 0 || done === total) onProgress({ phase, done, total });
  };
}
