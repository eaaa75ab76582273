import {
  loadMappingInForce,
  type MappingFiles,
  type MappingInForce,
  type MappingReading,
} from './application/mapping-in-force.ts';
import { formatFault } from './config/mapping-faults.ts';
import { type InspectedMapping, inspectMappingFiles, inspectMappingTexts } from './config/mapping-files.ts';
import type { Log } from './core/ports/log.ts';
import type { KeptMapping, MappingStore } from './core/ports/mapping-store.ts';
import { systemClock } from './host/system-clock.ts';

export interface MappingFolder {
  readonly directory: string;
  readonly timeZone: string;
}

/** The mapping files of a folder. */
export function openMappingFiles({ directory, timeZone }: MappingFolder): MappingFiles {
  return {
    read: () => toReading(inspectMappingFiles(directory, { timeZone })),
    parse: (files) => toReading(inspectMappingTexts(files, { timeZone })),
  };
}

function toReading(inspected: InspectedMapping): MappingReading {
  return inspected.isSound ? inspected : { isSound: false, faults: inspected.faults.map(formatFault) };
}

export interface MappingLoader {
  /** Rejects as `loadMappingInForce` does. */
  load(options: { readonly keep: boolean }): Promise<MappingInForce>;
  /** Keeps a mapping that was `pending`, now that users have what it says. Rejects as the store does. */
  keep(pending: KeptMapping): Promise<void>;
}

/** What was found when the log was last told: plain data. */
export type MappingTold = Pick<MappingInForce, 'state' | 'warnings'>;

/**
 * Loads the mapping in force, and tells in the log what there is to say, once for as long as it stays the same. `told` is what an
 * earlier loader found last.
 */
export function createMappingLoader(
  folder: MappingFolder,
  store: MappingStore,
  log: Log,
  told?: MappingTold,
): MappingLoader {
  const files = openMappingFiles(folder);
  let last = told;
  const tell = ({ state, warnings }: MappingTold) => {
    const { hash, faults, faultCount, since } = state;
    if (last === undefined || toNews(last) !== toNews({ state, warnings })) {
      for (const warning of warnings) log.warn(warning);
      if (faultCount > 0) {
        log.error('the mapping files are broken: the last good ones stay in force', { faults, faultCount, since });
      } else if (last !== undefined && last.state.faultCount > 0) {
        log.info('the mapping files are sound again', { mapping: hash });
      }
    }
    if (last !== undefined && last.state.hash !== hash) log.info('the mapping has changed', { mapping: hash });
    last = { state, warnings };
  };
  return {
    async load({ keep }) {
      const loaded = await loadMappingInForce({ files, store, clock: systemClock }, { keep });
      tell(loaded);
      return loaded;
    },
    keep: (pending) => store.keep(pending),
  };
}

function toNews({ state, warnings }: MappingTold): string {
  return JSON.stringify([warnings, state.faults, state.faultCount]);
}
