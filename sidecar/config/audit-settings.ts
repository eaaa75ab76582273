import { optionalSetting, setting } from './setting.ts';
import { path, wholeNumber, yesOrNo } from './setting-types.ts';

/** Settings of the audit log. */
export const auditSettingTree = {
  file: optionalSetting(path, 'File that every login and administrative act is written to, as a line of JSON each.'),
  stdout: setting(yesOrNo, 'false', 'Write the same lines to standard output.'),
  maxSizeMb: setting(wholeNumber(1, 10_000), '100', 'A new audit file is begun when the present one is larger.'),
  maxAgeDays: setting(wholeNumber(1, 3_650), '30', 'A new audit file is begun when the present one is older.'),
  keepDays: setting(
    wholeNumber(0, 36_500),
    '0',
    'Audit files that were put aside longer ago are removed; 0 keeps them all.',
  ),
} as const;
