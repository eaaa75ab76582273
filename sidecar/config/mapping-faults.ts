import { DomainError } from '../core/errors.ts';
import type { Faults } from './faults.ts';
import type { Place } from './raw.ts';

/** Faults printed in one message; the rest is counted. */
const shownFaults = 50;

/** One thing that is wrong with the mapping files. */
export interface MappingFault {
  /** `mappings/staff.yaml:3:8`; undefined when it is about a file or the folder as a whole. */
  readonly at: Place | undefined;
  /** What is wrong and what to do. */
  readonly message: string;
}

export interface MappingFaults extends Faults {
  list(): readonly MappingFault[];
}

/** Gathers everything that is wrong with the mapping files: each line begins with file, line and column. */
export function createMappingFaults(noun = 'mapping files'): MappingFaults {
  const faults: MappingFault[] = [];
  return {
    add(subject, at, message) {
      // The reader of YAML names a key in the subject.
      const isGeneral = subject === 'mapping' || subject === 'settings file';
      faults.push({ at, message: isGeneral ? message : `${JSON.stringify(subject)} ${message}` });
    },
    get count() {
      return faults.length;
    },
    list: () => [...faults],
    throwIfAny() {
      if (faults.length === 0) return;
      const hidden = faults.length - shownFaults;
      const shown = faults.slice(0, shownFaults).map((fault) => `\n  ${formatFault(fault)}`);
      const heading = `${faults.length} ${faults.length === 1 ? 'fault' : 'faults'} in the ${noun}:`;
      throw new DomainError('invalid_input', heading + shown.join('') + (hidden > 0 ? `\n  and ${hidden} more` : ''));
    },
  };
}

/** One line for people, place first. */
export function formatFault({ at, message }: MappingFault): string {
  return at === undefined ? message : `${at}: ${message}`;
}
