import type { LoginPolicy } from '../core/login/policy.ts';
import { printable } from './http-api.ts';
import { propertyNames, type Reader, toPropertiesOf } from './reader.ts';

const names = {
  isEnabled: 'C_Accounts_Policies_Login_Enable',
  attempts: 'C_Accounts_Policies_Login_Attempts',
  blockMinutes: 'C_Accounts_Policies_Login_BlockPeriod',
  mode: 'C_Accounts_Policies_Login_Block',
} as const;

/** Values of `C_Accounts_Policies_Login_Block` by their numbers. */
const modes: readonly LoginPolicy['mode'][] = ['delay', 'block', 'strict_block'];
const minuteMs = 60_000;

/**
 * IceWarp's login policy; undefined when it is not readable (a domain administrator may not) or makes no sense: half a policy
 * is none to build a limit upon. Rejects as any call does.
 */
export async function readLoginPolicy(
  { session, log }: Pick<Reader, 'session' | 'log'>,
  signal?: AbortSignal,
): Promise<LoginPolicy | undefined> {
  const command = 'getserverproperties';
  const envelope = await session.call(command, propertyNames('serverpropertylist', Object.values(names)), { signal });
  if (envelope.type === 'error') {
    log.debug('IceWarp does not tell its login policy', { uid: printable(envelope.uid) });
    return undefined;
  }
  const properties = toPropertiesOf(envelope, command, 'the server');
  const text = (name: string) => properties.text(name)?.trim();
  const isEnabled = toSwitch(text(names.isEnabled));
  if (isEnabled === undefined) return undefined;
  const attempts = toNumber(text(names.attempts), 1);
  const blockMinutes = toNumber(text(names.blockMinutes), 0);
  const mode = modes[toNumber(text(names.mode), 0) ?? -1];
  if (attempts === undefined || blockMinutes === undefined || mode === undefined) return undefined;
  return { isEnabled, attempts, blockPeriodMs: blockMinutes * minuteMs, mode };
}

function toSwitch(text: string | undefined): boolean | undefined {
  if (text === '1') return true;
  return text === '0' ? false : undefined;
}

function toNumber(text: string | undefined, least: number): number | undefined {
  const number = /^\d{1,6}$/.test(text ?? '') ? Number(text) : undefined;
  return number !== undefined && number >= least ? number : undefined;
}
