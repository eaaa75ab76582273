import type { Company } from './company/company.ts';
import type { Sessions } from './sessions.ts';
import type { Tarpit } from './tarpit.ts';

/** What a running server holds; commands and the control endpoint act on it. */
export interface ServerState {
  readonly company: Company;
  readonly sessions: Sessions;
  readonly tarpit: Tarpit;
}
