import type { Clock } from './core/ports/clock.ts';
import type { NoticeEvent, Notifier } from './core/ports/notifier.ts';
import { type CertificateState, daysLeftOf } from './observe/certificate-gauges.ts';

/** Days before the end at which people are told; the last is the end itself. */
const steps = [14, 3, 0];
const lookMs = 60_000;

/** Decides what of the certificates is due to be told: each cause once. */
export function createCertificateNotices(): {
  observe(states: readonly CertificateState[], at: Date): readonly NoticeEvent[];
} {
  /** By section, what was told of it last. */
  const toldEnds = new Map<string, string>();
  const toldFaults = new Map<string, string>();
  return {
    observe: (states, at) =>
      states.flatMap((state) => {
        const { section, file, expiresAt, fault } = state;
        const events: NoticeEvent[] = [];
        const daysLeft = daysLeftOf(state, at);
        const step = steps.findLast((days) => (days === 0 ? daysLeft < 0 : daysLeft < days));
        const end = `${expiresAt.getTime()} ${step}`;
        if (step !== undefined && toldEnds.get(section) !== end) {
          toldEnds.set(section, end);
          events.push({ kind: 'certificate_ending', section, file, expiresAt, daysLeft, at });
        }
        if (fault === undefined) toldFaults.delete(section);
        else if (toldFaults.get(section) !== fault) {
          toldFaults.set(section, fault);
          events.push({ kind: 'certificate_refused', section, file, reason: fault, at });
        }
        return events;
      }),
  };
}

/** Looks at the certificates every minute and tells what is due, until stopped. */
export function watchCertificateNotices(
  states: () => readonly CertificateState[],
  { notifier, clock }: { readonly notifier: Notifier; readonly clock: Clock },
): { stop(): void } {
  const notices = createCertificateNotices();
  const look = () => {
    for (const event of notices.observe(states(), clock.now())) void notifier.notify(event);
  };
  look();
  const timer = setInterval(look, lookMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
