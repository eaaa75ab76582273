import { createHash } from 'node:crypto';
import { DomainError } from '../core/errors.ts';
import type { Mapping } from '../core/mapping/rules.ts';
import { nextChangeAt } from '../core/mapping/times.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { KeptMapping, MappingStore, MappingText } from '../core/ports/mapping-store.ts';

/** What came of reading mapping files. */
export type MappingReading =
  | {
      readonly isSound: true;
      readonly mapping: Mapping;
      readonly files: readonly MappingText[];
      /** Why there are no files; not there where there are, or where it does not matter. */
      readonly absence?: { readonly directory: string; readonly isMissing: boolean } | undefined;
      readonly warnings: readonly string[];
    }
  | { readonly isSound: false; readonly faults: readonly string[] };

/** The files as they are now, and files that were read earlier. */
export interface MappingFiles {
  read(): MappingReading;
  parse(files: readonly MappingText[]): MappingReading;
}

/** For logs, health and metrics: plain data. */
export interface MappingState {
  /** Names the content that is in force, 12 hexadecimal digits. */
  readonly hash: string;
  readonly since: Date;
  readonly rules: number;
  /** When a rule next begins or ends by itself. */
  readonly nextChangeAt: Date | undefined;
  /** The first faults of the files as they are now; empty: they are what is in force. */
  readonly faults: readonly string[];
  readonly faultCount: number;
}

export interface MappingInForce {
  readonly mapping: Mapping;
  readonly state: MappingState;
  readonly warnings: readonly string[];
  /** To be kept once it is applied; until then what was in force before is not forgotten. */
  readonly pending: KeptMapping | undefined;
}

export interface MappingPorts {
  readonly files: MappingFiles;
  readonly store: MappingStore;
  readonly clock: Pick<Clock, 'now'>;
}

const shownFaults = 5;

/**
 * The mapping in force: that of the files where they are sound, and it is kept from then on unless `keep` is false; else the one
 * that was last kept. Where files were in force, a folder that is gone counts as broken, and one that is empty gives the defaults
 * in doubt: both are what a lost disk looks like. Rejects with `invalid_input` and the faults when there is neither, and as the store does.
 */
export async function loadMappingInForce(
  { files, store, clock }: MappingPorts,
  { keep }: { readonly keep: boolean },
): Promise<MappingInForce> {
  const read = files.read();
  const kept = await store.load();
  if (!read.isSound) return fallBack(files, kept, read.faults, clock.now());
  const { absence } = read;
  const hadFiles = kept !== undefined && kept.files.length > 0;
  if (hadFiles && absence?.isMissing === true)
    return fallBack(files, kept, [describeMissing(absence.directory)], clock.now());
  const hash = hashFiles(read.files);
  if (kept?.hash === hash) return toInForce(read, kept, [], clock.now());
  const fresh: KeptMapping = { files: read.files, hash, since: clock.now() };
  if (hadFiles && absence !== undefined) {
    const doubt = `there is no mapping file in ${absence.directory} any more, and the rules in force would end`;
    return { ...toInForce({ ...read, mapping: { ...read.mapping, doubt } }, fresh, [], clock.now()), pending: fresh };
  }
  if (keep) await store.keep(fresh);
  return toInForce(read, fresh, [], clock.now());
}

function fallBack(
  files: MappingFiles,
  kept: KeptMapping | undefined,
  faults: readonly string[],
  now: Date,
): MappingInForce {
  if (kept === undefined) throw refused('no sound mapping was ever in force to go on with', faults);
  const last = files.parse(kept.files);
  // A version of the program may know less than the one that kept it.
  if (!last.isSound) throw refused('the last mapping in force cannot be read any more', [...faults, ...last.faults]);
  return toInForce(last, kept, faults, now);
}

function toInForce(
  { mapping, warnings }: Extract<MappingReading, { isSound: true }>,
  { hash, since }: KeptMapping,
  faults: readonly string[],
  now: Date,
): MappingInForce {
  const state: MappingState = {
    hash,
    since,
    rules: mapping.rules.length,
    nextChangeAt: nextChangeAt(mapping, now),
    faults: faults.slice(0, shownFaults),
    faultCount: faults.length,
  };
  return { mapping, state, warnings, pending: undefined };
}

/** The fault of a folder that is gone though files of it were in force. */
export function describeMissing(directory: string): string {
  return `${directory} does not exist any more; restore it, or, to go back to the defaults, make it with a file that says "version: 1"`;
}

function refused(why: string, faults: readonly string[]): DomainError {
  const shown = faults.slice(0, shownFaults).map((fault) => `\n  ${fault}`);
  const hidden = faults.length - shown.length;
  return new DomainError(
    'invalid_input',
    `the mapping files are broken and ${why}; correct them (\`mappings check\` shows every fault):` +
      `${shown.join('')}${hidden > 0 ? `\n  and ${hidden} more` : ''}`,
  );
}

/** The name of the files' content. */
export function hashFiles(files: readonly MappingText[]): string {
  const hash = createHash('sha256');
  for (const { name, text } of files) hash.update(JSON.stringify([name, text]), 'utf8');
  return hash.digest('hex').slice(0, 12);
}
