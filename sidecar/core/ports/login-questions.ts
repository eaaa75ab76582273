/** What one running service answers. */
export interface LoginAnswer {
  /** Names the service: host and process. */
  readonly process: string;
  readonly answer: string;
}

/** How another program on the same database asks running services what they have in memory about an account. */
export interface LoginQuestions {
  /**
   * Asks every running service about a name, waits for `waitMs` and gives the answers that came, by process; none when no service runs.
   * Rejects with `upstream_unavailable` when the database does not answer.
   */
  ask(name: string, waitMs: number): Promise<readonly LoginAnswer[]>;
  /** Answers from now on, each question once. Returns what ends it. A question that cannot be answered is logged. */
  serve(respond: (name: string) => string): () => Promise<void>;
}
