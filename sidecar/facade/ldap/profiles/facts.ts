import type { NumberRange } from '../../../core/numeric-ids.ts';
import { createNumericIds } from './numeric-ids.ts';
import type { ProfileFacts } from './profile.ts';

/** What an administrator says about users on Unix hosts: plain data. */
export interface PosixSettings {
  readonly range: NumberRange;
  /** `%u` stands for the user's name. */
  readonly homeDirectory: string;
  readonly loginShell: string;
}

/** Numbers that systemd's and Debian's tables leave free. */
export const usualPosixSettings: PosixSettings = {
  range: { first: 1_900_000_000, last: 2_099_999_999 },
  homeDirectory: '/home/%u',
  loginShell: '/bin/bash',
};

export function createProfileFacts({ range, homeDirectory, loginShell }: PosixSettings): ProfileFacts {
  return { numericIds: createNumericIds(range), homeDirectory, loginShell };
}
