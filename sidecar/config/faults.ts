import { DomainError } from '../core/errors.ts';
import type { Place } from './raw.ts';

/** Faults printed in one message; the rest is counted. */
const shownFaults = 50;

/** Gathers everything that is wrong with a configuration, so that it is reported at once. */
export interface Faults {
  /** `subject` is a setting, a variable or a file; the message says what is wrong and what to do, and quotes no secret. */
  add(subject: string, at: Place | undefined, message: string): void;
  readonly count: number;
  /** Throws `invalid_input` with every fault, one a line, when there is any. */
  throwIfAny(): void;
}

export function createFaults(): Faults {
  const lines: string[] = [];
  return {
    add(subject, at, message) {
      lines.push(at === undefined || at === subject ? `${subject}: ${message}` : `${subject} (${at}): ${message}`);
    },
    get count() {
      return lines.length;
    },
    throwIfAny() {
      if (lines.length === 0) return;
      const hidden = lines.length - shownFaults;
      const shown = lines.slice(0, shownFaults).map((line) => `\n  ${line}`);
      const heading = lines.length === 1 ? '1 fault in the settings:' : `${lines.length} faults in the settings:`;
      throw new DomainError('invalid_input', heading + shown.join('') + (hidden > 0 ? `\n  and ${hidden} more` : ''));
    },
  };
}

/** A value for a message: quoted, control characters escaped, cut to a readable length. Never for secrets. */
export function quote(text: string): string {
  const cut = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return JSON.stringify(cut).replace(
    /[\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
