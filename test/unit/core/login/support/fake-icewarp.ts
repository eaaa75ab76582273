import { DomainError } from '../../../../../sidecar/core/errors.ts';
import type { LoginName } from '../../../../../sidecar/core/names.ts';
import type { Authenticator, PasswordAnswer } from '../../../../../sidecar/core/ports/authenticator.ts';
import type { Clock } from '../../../../../sidecar/core/ports/clock.ts';

export type PolicyMode = 'off' | 'delay' | 'block' | 'strict_block';

export interface FakeIcewarpOptions {
  readonly mode?: PolicyMode;
  /** Failures after which an account is blocked. */
  readonly attempts?: number;
  readonly blockMs?: number;
  readonly holdMs?: number;
}

interface Account {
  password: string;
  failures: number;
  blockedUntil: number;
  /** The next right password does not count. */
  isSpoilt: boolean;
  spoiltUntil: number;
}

export interface FakeIcewarp extends Authenticator {
  /** `down` fails at once, `slow` takes 5 s for everything, `half-dead` answers nobody. */
  health: 'up' | 'slow' | 'half-dead' | 'down';
  readonly questions: string[];
  /** Accounts that the policy blocked. */
  readonly blocked: string[];
  setPassword(name: string, password: string): void;
  /** Somebody fails by another way in: web mail, IMAP. */
  failElsewhere(name: string): void;
  underWay: number;
}

/** A mail server with IceWarp's login policy: it answers right passwords in 5 ms and holds wrong ones back. */
export function createFakeIcewarp(
  clock: Clock,
  passwords: Readonly<Record<string, string>>,
  { mode = 'delay', attempts = 5, blockMs = 600_000, holdMs = 25_000 }: FakeIcewarpOptions = {},
): FakeIcewarp {
  const fresh = (password: string): Account => ({
    password,
    failures: 0,
    blockedUntil: 0,
    isSpoilt: false,
    spoiltUntil: 0,
  });
  const accounts = new Map(Object.entries(passwords).map(([name, password]) => [name, fresh(password)]));
  const now = () => clock.now().getTime();

  function fail(name: string, account: Account): void {
    account.failures += 1;
    account.isSpoilt ||= mode === 'delay';
    account.spoiltUntil = now() + blockMs;
    if (
      (mode === 'block' || mode === 'strict_block') &&
      account.failures >= attempts &&
      account.blockedUntil <= now()
    ) {
      account.blockedUntil = now() + blockMs;
      account.isSpoilt = mode === 'block';
      account.spoiltUntil = Number.POSITIVE_INFINITY;
      icewarp.blocked.push(name);
    }
  }

  function judge(name: string, password: string): { readonly answer: PasswordAnswer; readonly waitMs: number } {
    const refused = { answer: { kind: 'refused' }, waitMs: mode === 'off' ? 5 : holdMs } as const;
    const account = accounts.get(name);
    if (account === undefined) return refused;
    if (account.blockedUntil > now()) return refused;
    if (account.password !== password) {
      fail(name, account);
      return refused;
    }
    const isSpoilt = account.isSpoilt && now() < account.spoiltUntil;
    account.isSpoilt = false;
    if (mode === 'block' && isSpoilt) return refused;
    account.failures = 0;
    return { answer: { kind: 'accepted' }, waitMs: isSpoilt ? holdMs : 5 };
  }

  const icewarp: FakeIcewarp = {
    health: 'up',
    questions: [],
    blocked: [],
    underWay: 0,
    setPassword: (name, password) => void accounts.set(name, fresh(password)),
    failElsewhere(name) {
      const account = accounts.get(name);
      if (account !== undefined) fail(name, account);
    },
    async checkPassword(login: LoginName, password, _code, signal) {
      icewarp.questions.push(login);
      if (icewarp.health === 'down') throw new DomainError('upstream_unavailable', 'IceWarp does not answer');
      icewarp.underWay += 1;
      try {
        if (icewarp.health === 'half-dead') {
          await clock.sleep(90_000, signal);
          throw new DomainError('upstream_unavailable', 'no complete answer within 90 s');
        }
        const { answer, waitMs } = judge(login, password.reveal());
        await clock.sleep(icewarp.health === 'slow' ? Math.max(5000, waitMs) : waitMs, signal);
        return answer;
      } finally {
        icewarp.underWay -= 1;
      }
    },
  };
  return icewarp;
}
