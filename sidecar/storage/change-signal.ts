import type { ChangeSignal } from '../core/ports/change-signal.ts';
import type { Database } from './database.ts';
import type { Listening } from './dialect.ts';
import { readGeneration } from './directory-reader.ts';

/** How often the generation is looked at where commits cannot be heard of, or not now: one row by its key. */
const lookMs = 500;
/** How often it is looked at all the same where they can. */
const doubtMs = 15_000;

/**
 * Hears of commits from PostgreSQL, looks at the generation on SQLite. Commits made before `subscribe` has resolved may go untold: subscribe
 * first, then load. `subscribe` rejects with `upstream_unavailable` when the database does not answer.
 */
export function createChangeSignal(database: Database): ChangeSignal {
  return {
    async subscribe(onChange, onFault) {
      let told = await database.run(() => readGeneration(database));
      let stopped = false;
      let faulty = false;
      let timer: NodeJS.Timeout | undefined;
      let looking: Promise<void> | undefined;
      let lookAgain = false;
      let listening: Listening | undefined;

      const report = (error: unknown) => {
        if (faulty || stopped) return;
        faulty = true;
        onFault(error);
      };
      const lookOnce = async () => {
        try {
          const generation = await database.run(() => readGeneration(database));
          faulty = false;
          if (stopped || generation === told) return;
          told = generation;
          onChange(generation);
        } catch (error) {
          report(error);
        }
      };
      const lookUntilQuiet = async () => {
        do {
          lookAgain = false;
          await lookOnce();
        } while (lookAgain && !stopped);
        looking = undefined;
        clearTimeout(timer);
        if (!stopped) timer = setTimeout(look, listening?.isConnected() === true ? doubtMs : lookMs);
      };
      const look = () => {
        if (stopped) return;
        // What was committed after the look now under way began would be missed.
        if (looking !== undefined) lookAgain = true;
        else looking = lookUntilQuiet();
      };

      listening = database.dialect.listen?.({
        onNotice: look,
        onFault(error) {
          report(error);
          look();
        },
      });
      look();
      return async () => {
        stopped = true;
        clearTimeout(timer);
        await Promise.all([looking, listening?.stop()]);
      };
    },
  };
}
