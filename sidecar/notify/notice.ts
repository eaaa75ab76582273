import type { CertificateEvent, NoticeEvent } from '../core/ports/notifier.ts';

/** An event in words, bounded in size and free of control characters, ready for any channel. */
export interface Notice {
  /** The same for every try, so that a receiver can tell a repetition. */
  readonly id: string;
  /** The machine that tells. */
  readonly host: string;
  readonly event: NoticeEvent;
  /** One line. */
  readonly subject: string;
  /** What happened, in lines. */
  readonly lines: readonly string[];
  /** What to do next, each with its reason. */
  readonly steps: readonly NextStep[];
}

export interface NextStep {
  /** `To see every change`. */
  readonly aim: string;
  /** Exactly as it is typed. */
  readonly command: string;
}

const maxReasons = 20;
const maxLineLength = 500;
const program = 'icewarp-sidecar';

/** Puts an event into words. `id`: a fresh one for each event. */
export function toNotice(event: NoticeEvent, id: string, host: string): Notice {
  const bounded = boundEvent(event);
  return { id, host: toLine(host), event: bounded, ...describeEvent(bounded) };
}

/** Text from elsewhere as one line of bounded length: control characters and line breaks of any kind become spaces. */
export function toLine(text: string, maxLength = maxLineLength): string {
  const line = text
    .slice(0, maxLength * 4)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  return line.length > maxLength ? `${line.slice(0, maxLength - 1).toWellFormed()}…` : line.toWellFormed();
}

function boundEvent(event: NoticeEvent): NoticeEvent {
  switch (event.kind) {
    case 'plan_held': {
      const rest = event.reasons.length - maxReasons;
      const reasons = event.reasons.slice(0, maxReasons).map((reason) => toLine(reason));
      return {
        ...event,
        // It becomes part of a command that people paste.
        plan: event.plan.replace(/[^\w-]/g, '').slice(0, 64),
        reasons: rest > 0 ? [...reasons, `and ${rest} more`] : reasons,
        summary: toLine(event.summary),
      };
    }
    case 'sync_failing':
      return { ...event, error: toLine(event.error) };
    case 'certificate_refused':
      return { ...event, file: toLine(event.file), reason: toLine(event.reason) };
    case 'certificate_ending':
      return { ...event, file: toLine(event.file) };
    case 'sync_recovered':
      return event;
  }
}

function describeEvent(event: NoticeEvent): Pick<Notice, 'subject' | 'lines' | 'steps'> {
  switch (event.kind) {
    case 'plan_held':
      return {
        subject: `IceWarp sidecar: a synchronisation waits for confirmation (plan ${event.plan})`,
        lines: [
          'A synchronisation has changes that an administrator must confirm. Nothing was changed, and until then no other change in IceWarp arrives either.',
          `What would change: ${event.summary}`,
          ...event.reasons.map((reason) => `Why it waits: ${reason}`),
          'When the changes are wrong, correct the accounts in IceWarp, or icewarp.domains and icewarp.groups; the next run plans anew.',
        ],
        steps: [
          { aim: 'To see every change', command: `${program} sync --dry-run --verbose` },
          { aim: 'To carry them out', command: `${program} sync --confirm ${event.plan}` },
        ],
      };
    case 'sync_failing':
      return {
        subject: `IceWarp sidecar: the synchronisation has failed ${event.failures} times in a row`,
        lines: [
          `${event.failures} synchronisations in a row have failed, the first at ${event.since.toISOString()}. The directory is served as it was before, and the sidecar goes on trying.`,
          `Last error: ${event.error}`,
        ],
        steps: [
          { aim: 'To find the cause', command: `${program} sync test-connection` },
          { aim: 'To try a whole run', command: `${program} sync --dry-run` },
        ],
      };
    case 'sync_recovered':
      return {
        subject: 'IceWarp sidecar: the synchronisation works again',
        lines: [
          `A synchronisation has succeeded after ${event.after} failed ${event.after === 1 ? 'run' : 'runs'}. There is nothing to do.`,
        ],
        steps: [],
      };
    case 'certificate_ending':
    case 'certificate_refused':
      return describeCertificate(event);
  }
}

function describeCertificate(event: CertificateEvent): Pick<Notice, 'subject' | 'lines' | 'steps'> {
  const { section, file } = event;
  if (event.kind === 'certificate_refused') {
    return {
      subject: `IceWarp sidecar: the new certificate of ${section} cannot be used`,
      lines: [`What is wrong: ${event.reason}`, 'The certificate before it stays in force.'],
      steps: [],
    };
  }
  const { daysLeft, expiresAt } = event;
  const left = daysLeft < 1 ? 'less than a day' : daysLeft === 1 ? '1 day' : `${daysLeft} days`;
  return {
    subject: `IceWarp sidecar: the certificate of ${section} ${daysLeft >= 0 ? `ends in ${left}` : 'has ended'}`,
    lines: [
      `The certificate in ${file} ${daysLeft >= 0 ? 'ends' : 'ended'} on ${expiresAt.toISOString()}. Clients that check it refuse to connect from then on.`,
      'Write a new one, and its key, in the place of the old files: they are read anew without a restart.',
    ],
    steps: [],
  };
}
