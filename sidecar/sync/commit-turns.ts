/** Lets those who plan against the stored directory and then commit do so one after the other, within one thread. */
export interface CommitTurns {
  /** Resolves when it is the caller's turn, with what ends the turn; to be called once. */
  take(): Promise<() => void>;
}

export function createCommitTurns(): CommitTurns {
  let last: Promise<void> = Promise.resolve();
  return {
    async take() {
      const before = last;
      const turn = Promise.withResolvers<void>();
      last = turn.promise;
      await before;
      return turn.resolve;
    },
  };
}
