import type { PartHealth } from './health.ts';
import type { IcewarpCall } from './metrics.ts';

/** Logins: a wrong password is answered late on purpose and with an error uid, which says nothing about the server's state. */
const loginCommand = 'getauthtoken';
const slowMs = 5000;

/** Judges IceWarp by the calls that are made anyway; it asks nothing itself. */
export interface IcewarpHealth {
  observe(call: IcewarpCall): void;
  /** `up`, `slow` (answers take over 5 s), `rejecting` (it refuses our account), `down` (no answer), `not asked yet`. */
  check(): PartHealth;
}

export function createIcewarpHealth(now: () => Date = () => new Date()): IcewarpHealth {
  let state: 'up' | 'slow' | 'rejecting' | 'down' | 'not asked yet' = 'not asked yet';
  let since: Date | null = null;
  let lastAnswer: Date | null = null;
  return {
    observe(call) {
      const next = judge(call, state);
      if (next !== state) since = now();
      state = next;
      if (state !== 'down') lastAnswer = now();
    },
    check: () => ({ status: state === 'up' ? 'ok' : 'degraded', state, since, lastAnswer }),
  };
}

type State = 'up' | 'slow' | 'rejecting' | 'down' | 'not asked yet';

function judge({ command, outcome, uid, durationMs }: IcewarpCall, before: State): State {
  if (outcome === 'error' && uid === undefined) return 'down';
  const isLogin = command.toLowerCase() === loginCommand;
  if (isLogin) return before === 'down' || before === 'not asked yet' ? 'up' : before;
  if (command.toLowerCase() === 'authenticate' && outcome === 'error') return 'rejecting';
  // Other commands are answered on an old session even when a new one would be refused: only a login of ours clears that.
  if (before === 'rejecting' && outcome === 'error') return before;
  return durationMs > slowMs ? 'slow' : 'up';
}
