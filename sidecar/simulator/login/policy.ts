import type { ServerSettings } from '../company/model.ts';
import { readServerSetting } from '../properties/server-properties.ts';
import { isSourceRange } from './sources.ts';

/** What a failure leads to. The position is the value of `C_Accounts_Policies_Login_Block`. */
const loginModes = ['delay', 'block', 'strict_block'] as const;
export type LoginMode = (typeof loginModes)[number];

/** The login policy in force. */
export interface LoginPolicy {
  readonly enabled: boolean;
  readonly mode: LoginMode;
  /** The failure in a row that blocks. */
  readonly attempts: number;
  readonly blockMs: number;
  /** Failures are forgotten when a whole block period has passed without another one. */
  readonly failuresExpire: boolean;
  /** Users log in with their whole address only. */
  readonly wholeAddress: boolean;
  /** `%` and `/` in a name stand for `@`. */
  readonly convertsCharacters: boolean;
  /** Accounts that list addresses are open to those only. */
  readonly restrictsSources: boolean;
  /** Where no second factor is asked for. */
  readonly secondFactorBypass: readonly string[];
}

const prefix = 'C_Accounts_Policies_Login_';
const flag = { pattern: /^[01]$/, wanted: '"0" or "1"' };

/** Values that the simulator can act upon, by name in lower case. */
const usable: ReadonlyMap<string, { readonly pattern: RegExp; readonly wanted: string }> = new Map(
  Object.entries({
    Enable: flag,
    Attempts: { pattern: /^[1-9]\d{0,5}$/, wanted: 'a number of failures from 1' },
    BlockPeriod: { pattern: /^\d{1,6}$/, wanted: 'a number of minutes' },
    Block: { pattern: /^[012]$/, wanted: '"0" (delay), "1" (block) or "2" (strict block)' },
    LoginSettings: flag,
    ConvertChars: flag,
    IPRestriction: flag,
  }).map(([name, rule]) => [(prefix + name).toLowerCase(), rule]),
);
const bypassName = `${prefix}Bypass_2f`;

/** What is wrong with the value of a setting; undefined = nothing, or the simulator does not act upon it. */
export function findSettingFault(name: string, value: string): string | undefined {
  const key = name.toLowerCase();
  if (key === bypassName.toLowerCase()) {
    return splitRanges(value).every(isSourceRange) ? undefined : 'must be IP addresses or networks, separated by ";"';
  }
  const rule = usable.get(key);
  return rule === undefined || rule.pattern.test(value) ? undefined : `must be ${rule.wanted}`;
}

/** The login policy that the settings of a server make. */
export function readLoginPolicy(server: ServerSettings): LoginPolicy {
  const read = (name: string) => readServerSetting(prefix + name, server) ?? '';
  return {
    enabled: read('Enable') === '1',
    mode: loginModes[Number(read('Block'))] ?? 'delay',
    attempts: Number(read('Attempts')),
    blockMs: Number(read('BlockPeriod')) * 60_000,
    failuresExpire: server.dialect.failuresExpire,
    wholeAddress: read('LoginSettings') === '1',
    convertsCharacters: read('ConvertChars') === '1',
    restrictsSources: read('IPRestriction') === '1',
    secondFactorBypass: splitRanges(read('Bypass_2f')),
  };
}

function splitRanges(text: string): string[] {
  return text.split(/[;,\s]+/).filter((range) => range !== '');
}
