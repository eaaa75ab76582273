import { type MappingFolder, openMappingFiles } from '../app-mapping.ts';
import { loadMappingInForce } from '../application/mapping-in-force.ts';
import type { Mapping } from '../core/mapping/rules.ts';
import type { MappingStore } from '../core/ports/mapping-store.ts';
import { systemClock } from '../host/system-clock.ts';
import { type CliContext, printNote } from './context.ts';

/** The mapping of the files, or the last good one where they are broken. Notes say where that is not what is served. */
export async function loadMapping(context: CliContext, folder: MappingFolder, store: MappingStore): Promise<Mapping> {
  const kept = await store.load();
  const ports = { files: openMappingFiles(folder), store, clock: systemClock };
  const { mapping, state, warnings } = await loadMappingInForce(ports, { keep: false });
  for (const warning of warnings) printNote(context, `warning: ${warning}`);
  if (state.faultCount > 0) {
    const since = state.since.toISOString();
    printNote(
      context,
      `warning: the mapping files are broken (see \`mappings check\`): this is about those in force since ${since}`,
    );
  } else if (kept !== undefined && kept.hash !== state.hash) {
    printNote(
      context,
      'warning: the mapping files were edited since a run or the service last read them: this is about the files',
    );
  }
  return mapping;
}
