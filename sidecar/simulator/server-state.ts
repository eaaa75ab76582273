import type { ServerClock } from './clock.ts';
import type { Company } from './company/company.ts';
import type { IntrusionPrevention } from './login/intrusion-prevention.ts';
import type { LoginLedger } from './login/ledger.ts';
import type { LoginStatistics } from './login/statistics.ts';
import type { Sessions } from './sessions.ts';
import type { Tarpit } from './tarpit.ts';

/** What a running server holds; commands and the control endpoint act on it. */
export interface ServerState {
  readonly clock: ServerClock;
  readonly company: Company;
  readonly sessions: Sessions;
  readonly tarpit: Tarpit;
  readonly ledger: LoginLedger;
  readonly intrusionPrevention: IntrusionPrevention;
  readonly loginStatistics: LoginStatistics;
}
