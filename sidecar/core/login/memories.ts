import type { PasswordAnswer } from '../ports/authenticator.ts';
import { AcceptedMemory } from './accepted-memory.ts';
import type { Fingerprint } from './fingerprints.ts';
import type { KnownBad } from './known-bad.ts';
import type { LoginSettings } from './settings.ts';
import type { Subject } from './subject.ts';
import type { Ticks } from './ticks.ts';

/** What a question had to do with, besides its subject. */
export interface AskedWith {
  /** Of the known-bad memory when the question was sent. */
  readonly epoch: number;
  readonly hadCode: boolean;
  /** Somebody who asked had to be answered before the end. */
  readonly wasLate: boolean;
}

/** Everything a process remembers of passwords: as HMACs under its own random key, in memory, bounded. */
export interface Memories {
  readonly knownBad: KnownBad;
  readonly justAccepted: AcceptedMemory;
  readonly recentSuccess: AcceptedMemory;
  readonly outage: AcceptedMemory;
  /** Takes in what IceWarp itself answered. Nothing else ever enters. */
  learn(subject: Subject, answer: PasswordAnswer, asked: AskedWith): void;
  /** Drops what lets the account in. */
  forgetAccepted(account: Fingerprint): void;
}

export function createMemories(knownBad: KnownBad, ticks: Ticks, settings: LoginSettings): Memories {
  const create = (seconds: number, isOnce = false) => new AcceptedMemory({ ticks, keepMs: seconds * 1000, isOnce });
  const justAccepted = create(settings.justAcceptedSeconds, true);
  const recentSuccess = create(settings.recentSuccessSeconds);
  const outage = create(settings.outageHours * 3600);
  const accepted = [justAccepted, recentSuccess, outage];
  const forgetAccepted = (account: Fingerprint) => {
    for (const memory of accepted) memory.forget(account);
  };

  return {
    knownBad,
    justAccepted,
    recentSuccess,
    outage,
    forgetAccepted,
    learn(subject, answer, { epoch, hadCode, wasLate }) {
      if (answer.kind === 'refused') {
        knownBad.remember(subject, epoch);
        for (const memory of accepted) memory.forgetPair(subject);
      } else if (answer.kind === 'account_disabled') {
        forgetAccepted(subject.account.print);
      } else if (answer.kind === 'accepted' || (answer.kind === 'second_factor_required' && !hadCode)) {
        knownBad.noteAccepted(subject);
        for (const memory of accepted) memory.forgetOther(subject);
        if (wasLate) justAccepted.remember(subject, answer);
        recentSuccess.remember(subject, answer);
        // A code is good for one moment: hours later it must not let anybody in.
        if (!hadCode) outage.remember(subject, answer);
      }
    },
  };
}
