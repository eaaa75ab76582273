import type { ServerState } from '../server-state.ts';
import { attemptLogin, type LoginOutcome } from './attempt.ts';

/** RFC 5737: an address for documentation, so nobody's here. */
const strangersAddress = '203.0.113.1';

/**
 * A login by IMAP or the web pages of the same server: other clients share failures and blocks with this interface. No
 * second factor is asked for, and intrusion prevention is the same. Whoever is blocked by it is refused as `source`.
 */
export function loginElsewhere(
  login: { readonly name: string; readonly password: string; readonly source?: string | undefined },
  state: ServerState,
): LoginOutcome {
  const { name, password, source = strangersAddress } = login;
  if (state.intrusionPrevention.cuts(source, state.clock.now())) {
    return { kind: 'refused', reason: 'source', holdMs: 0 };
  }
  return attemptLogin({ name, password, source, code: undefined, way: 'elsewhere' }, state);
}
