import {
  type Field,
  type FieldTable,
  flagField,
  listField,
  numberField,
  recordField,
  textField,
} from '../company/fields.ts';
import type { IntrusionPreventionSettings } from '../login/intrusion-prevention.ts';
import { isSourceRange } from '../login/sources.ts';
import { parseWith } from './control-fields.ts';

/** The clock is moved on by ten years at most at one time, a period lasts a year at most. */
const maxAdvanceMs = 10 * 366 * 86_400_000;
const maxPeriodMs = 366 * 86_400_000;

/** `{ "advanceMs": 600000 }`. Throws {@link CompanyError}. */
export function parseAdvance(value: unknown): number {
  const table = { advanceMs: numberField(0, maxAdvanceMs) };
  return parseWith(recordField(table, { advanceMs: 0 }, ['advanceMs']), value, 'clock').advanceMs;
}

interface LoginInput {
  readonly name: string;
  readonly password: string;
  readonly source: string | undefined;
}

const address: Field<string> = (value, path, faults) => {
  if (typeof value === 'string' && isSourceRange(value) && !value.includes('/')) return value;
  faults.add(path, 'must be an IP address');
  return undefined;
};
const range: Field<string> = (value, path, faults) => {
  if (typeof value === 'string' && isSourceRange(value)) return value;
  faults.add(path, 'must be an IP address or a network');
  return undefined;
};

const loginTable: FieldTable<LoginInput> = { name: textField(), password: textField(), source: address };
const blankLogin: LoginInput = { name: '', password: '', source: undefined };

/** `{ "name": …, "password": …, "source": "192.0.2.7" }`. Throws {@link CompanyError}. */
export function parseLogin(value: unknown): LoginInput {
  return parseWith(recordField(loginTable, blankLogin, ['name', 'password']), value, 'login');
}

const preventionTable: FieldTable<IntrusionPreventionSettings> = {
  enabled: flagField,
  failures: numberField(1, 1_000),
  windowMs: numberField(1, maxPeriodMs),
  blockMs: numberField(1, maxPeriodMs),
  bypass: listField(range, 1_000),
};

/** Settings of intrusion prevention; what is not stated stays. Throws {@link CompanyError}. */
export function parseIntrusionPrevention(
  value: unknown,
  base: IntrusionPreventionSettings,
): IntrusionPreventionSettings {
  return parseWith(recordField(preventionTable, base), value, 'intrusion prevention');
}
