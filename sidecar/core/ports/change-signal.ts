/** Tells that somebody (another process, another replica) has committed. */
export interface ChangeSignal {
  /**
   * Calls `onChange` with the stored generation within two seconds of each commit by anybody, once for several in a row; `onFault` when
   * it cannot be told for now (it goes on trying). Gives what ends it.
   */
  subscribe(onChange: (generation: number) => void, onFault: (error: unknown) => void): Promise<() => Promise<void>>;
}
