import { type LoginPolicy, toLimits } from '../../core/login/policy.ts';
import type { LoginSettings } from '../../core/login/settings.ts';
import { type Finds, fail, ok, warn } from './finding.ts';
import type { Check } from './run-checks.ts';

export interface LockoutPorts {
  /** Whether our account could log in; a second refused login would count. */
  readonly mayAsk: () => boolean;
  /** As IceWarp tells it; undefined when it does not. */
  readonly readPolicy: (signal: AbortSignal | undefined) => Promise<LoginPolicy | undefined>;
  readonly limits: LoginSettings['limits'];
}

/** Whether wrong passwords that come through this service can make IceWarp lock an account, or this machine out. Tries no password. */
export function checkLockout({ mayAsk, readPolicy, limits }: LockoutPorts): Check {
  return {
    name: 'lockout',
    remedy: 'give the account in icewarp.username the right to read the server’s settings',
    async run(find, signal) {
      if (!mayAsk()) {
        find(warn('the login policy of IceWarp was not read', 'mend the way to IceWarp first'));
        return;
      }
      judge(await readPolicy(signal), limits, find);
    },
  };
}

function judge(policy: LoginPolicy | undefined, limits: LoginSettings['limits'], find: Finds): void {
  const { accountFailures, windowMs } = toLimits(policy, limits);
  const own = `IceWarp is asked about at most ${accountFailures} wrong passwords of an account in ${toMinutes(windowMs)}`;
  if (policy === undefined) {
    const remedy =
      'let a server administrator’s account read it, or set login.limits.accountFailures at least 2 below IceWarp’s own limit';
    find(warn(`IceWarp does not tell its login policy; ${own}`, remedy));
  } else if (!policy.isEnabled) {
    find(ok('IceWarp’s login policy is off: it locks nobody for wrong passwords'));
  } else if (policy.attempts <= accountFailures) {
    const remedy = 'raise the number of attempts in IceWarp’s login policy to 3 or more';
    find(fail(`IceWarp acts after ${policy.attempts} failed login; ${own}, so one can lock an account`, remedy));
  } else {
    const acts = policy.mode === 'delay' ? 'delays logins' : 'blocks the account';
    const after = `after ${policy.attempts} failed logins for ${toMinutes(policy.blockPeriodMs)}`;
    const spare = policy.attempts - accountFailures;
    const text = `IceWarp ${acts} ${after}; ${own}`;
    if (spare >= 2 || policy.mode === 'delay') find(ok(text));
    else find(warn(text, 'raise the attempts in IceWarp’s login policy: web mail and phones count there too'));
  }
  const bypass =
    'whether this machine’s address is on the bypass list of IceWarp’s intrusion prevention cannot be read; it should be, for other people’s wrong passwords come from it';
  find(ok(bypass));
}

function toMinutes(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  return minutes === 1 ? '1 minute' : `${minutes} minutes`;
}
