import { DomainError } from '../core/errors.ts';
import type { Faults } from './faults.ts';

/** Faults printed in one message; the rest is counted. */
const shownFaults = 50;

/** Gathers everything that is wrong with the mapping files: each line begins with file, line and column. */
export function createMappingFaults(): Faults {
  const lines: string[] = [];
  return {
    add(_subject, at, message) {
      lines.push(at === undefined ? message : `${at}: ${message}`);
    },
    get count() {
      return lines.length;
    },
    throwIfAny() {
      if (lines.length === 0) return;
      const hidden = lines.length - shownFaults;
      const shown = lines.slice(0, shownFaults).map((line) => `\n  ${line}`);
      const heading = `${lines.length} ${lines.length === 1 ? 'fault' : 'faults'} in the mapping files:`;
      throw new DomainError('invalid_input', heading + shown.join('') + (hidden > 0 ? `\n  and ${hidden} more` : ''));
    },
  };
}
