import type { LoginName } from '../names.ts';
import type { UserMatch } from '../ports/user-directory.ts';
import type { Secret } from '../secret.ts';
import type { CanonicalName } from './canonical-name.ts';
import type { Counted } from './counters.ts';
import type { Fingerprint, Fingerprinter } from './fingerprints.ts';

/** Whose password it is about and which one: what the counters and memories go by. */
export interface Subject {
  /** Under which name IceWarp is asked. */
  readonly askedAs: LoginName;
  readonly account: Counted;
  /** Account, password and code. */
  readonly pair: Fingerprint;
  /** Changes with the account's own state; 0 = says nothing about the account. */
  readonly stateMark: number;
}

/** Names that are nobody's are counted one by one too, though many of them are asked for under one made-up name. */
export function toSubject(
  name: { readonly typed: string; readonly canonical: CanonicalName; readonly match: UserMatch },
  askedAs: LoginName,
  secrets: { readonly password: Secret; readonly code: Secret | undefined },
  fingerprint: Fingerprinter,
): Subject {
  const key = name.canonical.kind === 'impossible' ? `impossible ${name.typed.slice(0, 400)}` : askedAs;
  return {
    askedAs,
    account: { key, print: fingerprint('account', key) },
    pair: fingerprint('pair', key, secrets.password.reveal(), secrets.code?.reveal() ?? ''),
    stateMark: stateMarkOf(name.match, fingerprint),
  };
}

/** A manual user's state is not that of the account whose password it borrows. */
function stateMarkOf(match: UserMatch, fingerprint: Fingerprinter): number {
  if (match.kind !== 'found') return 1;
  const { id, login, passwordOf, state, passwordCheck } = match.user;
  if (login !== passwordOf) return 0;
  return (fingerprint('state', id, state, passwordCheck ?? '')[0] ?? 0) || 1;
}
