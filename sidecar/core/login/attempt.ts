import type { Clock } from '../ports/clock.ts';
import type { UserDirectory, UserMatch } from '../ports/user-directory.ts';
import { findByCanonicalName, toCanonicalName } from './canonical-name.ts';
import type { Counted } from './counters.ts';
import type { Fingerprinter } from './fingerprints.ts';
import type { DecidedBy, LoginOutcome, LoginRecord, LoginRequest } from './outcome.ts';
import type { QuestionNamer } from './question.ts';
import type { Question } from './questions.ts';
import { type Credentials, type SecondFactors, toCredentials } from './second-factor.ts';
import { toCountedAddress } from './source-address.ts';
import { type Subject, toSubject } from './subject.ts';

/** One login on its way through the steps. */
export interface Attempt {
  readonly request: LoginRequest;
  readonly match: UserMatch;
  readonly subject: Subject;
  readonly credentials: Credentials;
  /** As failures count it, an application's too. */
  readonly address: string;
  /** Undefined for an application: no failures count against it. */
  readonly countedAddress: Counted | undefined;
  readonly startedAt: number;
  /** Milliseconds to the deadline; 0 or less when it has passed. */
  remainingMs(): number;
}

/** What became of it, and where that came from. */
export interface Decision {
  readonly outcome: LoginOutcome;
  readonly decidedBy: DecidedBy;
  readonly cause?: LoginRecord['cause'];
  readonly lane?: LoginRecord['lane'];
  /** The app password that was right, whatever came of it. */
  readonly appPassword?: string;
  /** The question that goes on without this caller. */
  readonly unfinished?: Question;
}

export interface AttemptParts {
  readonly clock: Clock;
  readonly fingerprint: Fingerprinter;
  readonly nameQuestion: QuestionNamer;
  readonly secondFactors: SecondFactors;
}

/** Brings the name into its one form, finds whom it means, and fixes what is counted and compared. */
export function createAttempt(request: LoginRequest, directory: UserDirectory, parts: AttemptParts): Attempt {
  const { clock, fingerprint } = parts;
  const startedAt = clock.now().getTime();
  const canonical = toCanonicalName(request.name);
  const match = findByCanonicalName(directory, canonical);
  const askedAs = parts.nameQuestion(canonical, match);
  const credentials = toCredentials(request, parts.secondFactors.isKnown(fingerprint('account', askedAs)));
  const address = toCountedAddress(request.sourceAddress ?? request.clientAddress);
  return {
    request,
    match,
    credentials,
    address,
    startedAt,
    subject: toSubject({ typed: request.name, canonical, match }, askedAs, credentials, fingerprint),
    countedAddress:
      request.applicationAddress === true ? undefined : { key: address, print: fingerprint('address', address) },
    remainingMs: () => startedAt + request.deadlineMs - clock.now().getTime(),
  };
}
