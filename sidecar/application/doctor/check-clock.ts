import type { Clock } from '../../core/ports/clock.ts';
import { fail, ok, warn } from './finding.ts';
import type { Check } from './run-checks.ts';

/** A clock on another machine, as its HTTP server showed it. Whole seconds: RFC 9110 §5.6.7. */
export type ReadServerClock = (signal: AbortSignal | undefined) => Promise<Date | undefined>;

const secondMs = 1000;
const warnFromSeconds = 30;
const failFromSeconds = 300;

/** This machine's clock against IceWarp's. */
export function checkClock({ read, clock }: { readonly read: ReadServerClock; readonly clock: Clock }): Check {
  return {
    name: 'clock',
    remedy: 'check that IceWarp can be reached',
    async run(find, signal) {
      const askedAt = clock.now().getTime();
      const theirs = await read(signal);
      const answeredAt = clock.now().getTime();
      if (theirs === undefined) {
        find(warn('IceWarp’s web server does not tell its time', 'compare the clocks of both machines by hand'));
        return;
      }
      const [earliest, latest] = [theirs.getTime(), theirs.getTime() + secondMs];
      const skewMs = answeredAt < earliest ? earliest - answeredAt : Math.max(0, askedAt - latest);
      const seconds = Math.round(skewMs / secondMs);
      if (seconds === 0) {
        find(ok('this machine’s clock agrees with IceWarp’s'));
        return;
      }
      const text = `this machine’s clock is ${seconds} s ${answeredAt < earliest ? 'behind' : 'ahead of'} IceWarp’s`;
      const remedy =
        'let both machines take their time from the same server (NTP): certificates, codes of a second factor and timed grants depend on it';
      if (seconds >= failFromSeconds) find(fail(text, remedy));
      else if (seconds >= warnFromSeconds) find(warn(text, remedy));
      else find(ok(text));
    },
  };
}
