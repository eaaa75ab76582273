import {
  loadMappingInForce,
  type MappingFiles,
  type MappingInForce,
  type MappingReading,
} from './application/mapping-in-force.ts';
import { formatFault } from './config/mapping-faults.ts';
import { type InspectedMapping, inspectMappingFiles, inspectMappingTexts } from './config/mapping-files.ts';
import type { Log } from './core/ports/log.ts';
import type { MappingStore } from './core/ports/mapping-store.ts';
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
}

/** Loads the mapping in force, and tells in the log what there is to say, once for as long as it stays the same. */
export function createMappingLoader(folder: MappingFolder, store: MappingStore, log: Log): MappingLoader {
  const files = openMappingFiles(folder);
  let told = '';
  let wasBroken = false;
  let hash: string | undefined;
  return {
    async load({ keep }) {
      const loaded = await loadMappingInForce({ files, store, clock: systemClock }, { keep });
      const { state, warnings } = loaded;
      const news = JSON.stringify([warnings, state.faults, state.faultCount]);
      if (news !== told) {
        for (const warning of warnings) log.warn(warning);
        if (state.faultCount > 0) {
          const { faults, faultCount, since } = state;
          log.error('the mapping files are broken: the last good ones stay in force', { faults, faultCount, since });
        } else if (wasBroken) log.info('the mapping files are sound again', { mapping: state.hash });
        wasBroken = state.faultCount > 0;
      }
      told = news;
      if (hash !== undefined && hash !== state.hash) log.info('the mapping has changed', { mapping: state.hash });
      hash = state.hash;
      return loaded;
    },
  };
}
