import type { ServerSettings } from '../company/model.ts';
import { type Property, toStringProperty } from './values.ts';

/** Whether users log in with their whole address. */
export const loginSettings = 'C_Accounts_Policies_Login_LoginSettings';

/** What a fresh server has. Attempts and minutes are the example of the vendor's page, not a known default. */
const defaults: readonly (readonly [name: string, value: string])[] = [
  ['C_Version', '14.3.0.3'],
  ['C_Niceversion', '14.3.0'],
  ['C_Accounts_Policies_Login_Enable', '1'],
  ['C_Accounts_Policies_Login_Attempts', '5'],
  ['C_Accounts_Policies_Login_BlockPeriod', '10'],
  ['C_Accounts_Policies_Login_Block', '0'],
  [loginSettings, '0'],
  ['C_Accounts_Policies_Login_ConvertChars', '0'],
  ['C_Accounts_Policies_Login_IPRestriction', '0'],
  ['C_Accounts_Policies_Login_Bypass_2f', ''],
  ['C_Accounts_Policies_SuperUser', '0'],
  ['C_Accounts_Policies_Pass_DisableAccessToAllIfDisabled', '0'],
  ['C_Accounts_Policies_Auth_DisablePlain', '0'],
  ['C_Accounts_Policies_Auth_Schemes', ''],
  ['C_System_Services_Control_MaxInConn', '256'],
];

const defaultValues: ReadonlyMap<string, string> = new Map(
  defaults.map(([name, value]) => [name.toLowerCase(), value]),
);

/** A setting by its name in any case: the company's own value, else the default; undefined when there is none. */
export function readServerSetting(name: string, server: ServerSettings): string | undefined {
  const key = name.toLowerCase();
  for (const own of Object.keys(server.settings)) if (own.toLowerCase() === key) return server.settings[own];
  return defaultValues.get(key);
}

/** The same as a property: version numbers are read only. */
export function readServerProperty(name: string, server: ServerSettings): Property | undefined {
  const value = readServerSetting(name, server);
  return value === undefined ? undefined : toStringProperty(value, /version$/i.test(name) ? 1 : 2);
}
