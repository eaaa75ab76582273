import { messageOf } from '../errors.ts';
import type { Accounts } from '../ports/accounts.ts';
import type { AppPasswords } from '../ports/app-passwords.ts';
import type { AuditLog } from '../ports/audit-log.ts';
import type { Authenticator } from '../ports/authenticator.ts';
import type { Clock } from '../ports/clock.ts';
import type { FailureCounters } from '../ports/failure-counters.ts';
import type { Log } from '../ports/log.ts';
import type { LoginUser, UserDirectory } from '../ports/user-directory.ts';
import { type Attempt, createAttempt, type Decision } from './attempt.ts';
import { createReporter } from './audit.ts';
import { type CanaryAccount, createCanary } from './canary.ts';
import { type Counted, createCounters } from './counters.ts';
import { createEvidence } from './evidence.ts';
import { createFingerprinter } from './fingerprints.ts';
import { createKnownBad, knownBadColumns } from './known-bad.ts';
import { createLanes } from './lanes.ts';
import { toLoginState } from './login-state.ts';
import { createMemories } from './memories.ts';
import type { LoginOutcome, LoginRecord, LoginRequest, LoginService, RefusalReason } from './outcome.ts';
import { createOwnRefusals } from './own-refusals.ts';
import { type LoginPolicy, toLimits } from './policy.ts';
import { createQuestionNamer } from './question.ts';
import { createQuestions } from './questions.ts';
import { createRelease } from './release.ts';
import { createSecondFactors } from './second-factor.ts';
import { defaultLoginSettings, type LoginSettings } from './settings.ts';
import { createSteps } from './steps.ts';
import { createTicks } from './ticks.ts';

export type { LoginState } from './login-state.ts';
export type { Login, LoginOutcome, LoginRecord, LoginRequest, LoginService, RefusalReason } from './outcome.ts';

export interface LoginPorts {
  /** The published directory; undefined while nothing was ever committed. */
  readonly directory: () => UserDirectory | undefined;
  readonly authenticator: Authenticator;
  readonly clock: Clock;
  readonly log: Log;
  /** A domain of the mail server, for the made-up names of questions about nobody. */
  readonly domain?: () => string | undefined;
  /** IceWarp's own login policy; undefined while it could not be read. */
  readonly policy?: () => LoginPolicy | undefined;
  /** Our administrator's own login, asked about to see whether IceWarp is well. Without it fewer logins can be told. */
  readonly canary?: CanaryAccount;
  /** Accounts that came or changed after the last synchronisation; without it they wait for the next one. */
  readonly accounts?: Accounts;
  /** Reads anew whether IceWarp's policy blocks a user's account. Bounds its own rate; without it a block is left to IceWarp. */
  readonly isStillBlocked?: (user: LoginUser) => Promise<boolean>;
  /** Failures shared with other processes and kept over a restart. */
  readonly failures?: FailureCounters;
  /** Passwords that we made ourselves, beside the accounts' own. */
  readonly appPasswords?: AppPasswords;
  readonly audit?: AuditLog;
  /** Hears of every login once, when its caller gets the outcome. */
  readonly onOutcome?: (record: LoginRecord) => void;
}

/**
 * The login, the same for every facade: canonical name, memories, the state of the account and the counters that guard the question to
 * the mail server, the question itself, and the rule by which the answer leaves. Names that are nobody's go the whole way, so that
 * refusals look alike and an outage tells nobody which names exist.
 */
export function createLogin(ports: LoginPorts, settings: LoginSettings = defaultLoginSettings): LoginService {
  const { clock, log, authenticator } = ports;
  const startedAt = clock.now();
  const ticks = createTicks(clock);
  const fingerprint = createFingerprinter();
  const limits = () => toLimits(ports.policy?.(), settings.limits);
  const evidence = createEvidence(clock);
  const counters = createCounters({
    ...{ clock, ticks, log, limits, fingerprint },
    shared: ports.failures,
    maxAccounts: settings.knownBad.pairs,
    extraColumns: knownBadColumns,
    onCleared: (account) => forgetRefusals(account),
  });
  const maxInARow = () => limits().failuresInARow;
  const knownBad = createKnownBad(counters.accounts, ticks, settings.knownBad, maxInARow);
  const memories = createMemories(knownBad, ticks, settings);
  const own = createOwnRefusals({ ticks, counters, evidence, limits });
  const canary = createCanary({ authenticator, clock, log, evidence, account: ports.canary });
  const release = createRelease({ clock, evidence, canary, counters, own, limits });
  const secondFactors = createSecondFactors();
  const lanes = createLanes(clock, settings.lanes);
  const steps = createSteps({
    ...{ clock, memories, secondFactors, release },
    directory: ports.directory,
    ask: createQuestions({ authenticator, clock, log, counters, memories, evidence, lanes }),
    isStillBlocked: ports.isStillBlocked,
    accounts: ports.accounts,
    appPasswords: ports.appPasswords,
  });
  const nameQuestion = createQuestionNamer(ports.domain ?? (() => undefined));
  const report = createReporter(ports);

  async function login(request: LoginRequest): Promise<LoginOutcome> {
    const began = clock.now().getTime();
    const directory = ports.directory();
    let known: string | undefined;
    const decision = await decide().catch((error: unknown): Decision => {
      log.error('a login failed by a fault of this program', { error: messageOf(error) });
      return { outcome: unavailable('an internal fault; see the log'), decidedBy: 'ourselves' };
    });
    report(request, known, decision, began);
    return decision.outcome;

    async function decide(): Promise<Decision> {
      if (request.password.reveal() === '') return { outcome: refused('empty_password'), decidedBy: 'ourselves' };
      if (directory === undefined) {
        const message = 'no directory was published yet; the first sync must succeed';
        return { outcome: unavailable(message), decidedBy: 'ourselves' };
      }
      const attempt = createAttempt(request, directory, { clock, fingerprint, nameQuestion, secondFactors });
      if (attempt.match.kind === 'found') {
        known = attempt.match.user.login;
        ports.accounts?.refresh(attempt.match.user.passwordOf);
      }
      const decision = await takeSteps(attempt);
      if (decision.outcome.kind === 'accepted') known = decision.outcome.user.login;
      return decision;
    }
  }

  async function takeSteps(attempt: Attempt): Promise<Decision> {
    for (const step of steps) {
      const decision = await step(attempt);
      if (decision !== undefined) return decision;
    }
    throw new TypeError('no step decided about a login');
  }

  function forgetRefusals(account: Counted['print']): void {
    memories.knownBad.forget(account);
    own.forget(account);
  }

  /** The account whose password it is. */
  function find(name: string): { readonly account: Counted; readonly user: LoginUser | undefined } {
    const match = ports.directory()?.findByName(name);
    const user = match?.kind === 'found' ? match.user : undefined;
    const key: string = user?.passwordOf ?? name;
    return { user, account: { key, print: fingerprint('account', key) } };
  }

  return Object.assign(login, {
    unlock(name: string, actor = 'command line') {
      const { account } = find(name);
      counters.clear(account);
      forgetRefusals(account.print);
      ports.audit?.write({ kind: 'act', at: clock.now(), actor, act: 'unlock', target: name });
    },
    accountChanged(name: string) {
      const { account } = find(name);
      forgetRefusals(account.print);
      memories.forgetAccepted(account.print);
    },
    stateOf(name: string) {
      const { account, user } = find(name);
      const isBlocked = user?.isBlocked === true;
      return toLoginState(account.print, { counters, memories, limits: limits(), startedAt, isBlocked });
    },
    close: () => counters.close(),
  });
}

function refused(reason: RefusalReason): LoginOutcome {
  return { kind: 'refused', reason };
}

function unavailable(message: string): LoginOutcome {
  return { kind: 'could_not_tell', reason: 'unavailable', message };
}
