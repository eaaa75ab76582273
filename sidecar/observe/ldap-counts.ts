/** Upper bounds of the durations of searches, in seconds; what takes longer is counted behind the last. */
export const searchDurationBounds: readonly number[] = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5];

/** What LDAP did in some time, as plain data that a thread can send. */
export interface LdapCountsBatch {
  /** Binds by result code. */
  readonly binds: readonly (readonly [code: number, count: number])[];
  readonly searches: readonly (readonly [code: number, count: number])[];
  /** Entries given by the searches. */
  readonly entries: number;
  /** Searches by duration: one count for each of {@link searchDurationBounds}, and one for longer ones. */
  readonly durations: readonly number[];
  readonly durationSeconds: number;
}

/** Counts in a thread that is busy with other things: adding costs next to nothing, and a batch says it all. */
export interface LdapCounts {
  addBind(code: number): void;
  addSearch(code: number, entries: number, durationMs: number): void;
  /** What was counted since the last call; undefined = nothing. */
  take(): LdapCountsBatch | undefined;
}

export function createLdapCounts(): LdapCounts {
  const binds = new Map<number, number>();
  const searches = new Map<number, number>();
  const durations = new Float64Array(searchDurationBounds.length + 1);
  let entries = 0;
  let durationSeconds = 0;
  const count = (counts: Map<number, number>, code: number) => void counts.set(code, (counts.get(code) ?? 0) + 1);
  return {
    addBind: (code) => count(binds, code),
    addSearch(code, found, durationMs) {
      count(searches, code);
      entries += found;
      // A clock that was set back must not break a search that only wanted to be counted.
      const seconds = Number.isFinite(durationMs) ? Math.max(0, durationMs) / 1000 : 0;
      durationSeconds += seconds;
      let bound = 0;
      while (bound < searchDurationBounds.length && seconds > (searchDurationBounds[bound] ?? 0)) bound += 1;
      durations[bound] = (durations[bound] ?? 0) + 1;
    },
    take() {
      if (binds.size === 0 && searches.size === 0) return undefined;
      const batch: LdapCountsBatch = {
        ...{ entries, durationSeconds },
        binds: [...binds],
        searches: [...searches],
        durations: [...durations],
      };
      binds.clear();
      searches.clear();
      durations.fill(0);
      entries = 0;
      durationSeconds = 0;
      return batch;
    },
  };
}
