import { randomUUID } from 'node:crypto';
import type { AuditLog } from '../ports/audit-log.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Decision } from './attempt.ts';
import type { LoginRecord, LoginRequest } from './outcome.ts';
import type { QuestionEnd } from './questions.ts';

const maxNameLength = 400;

export interface ReporterPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly audit?: AuditLog | undefined;
  readonly onOutcome?: ((record: LoginRecord) => void) | undefined;
}

/** Tells the log and the audit of a login, and of the end of a question whose caller was answered before. */
export type Reporter = (
  request: LoginRequest,
  login: string | undefined,
  decision: Decision,
  startedAt: number,
) => void;

export function createReporter({ clock, log, audit, onOutcome }: ReporterPorts): Reporter {
  const since = (startedAt: number) => clock.now().getTime() - startedAt;
  return (request, login, { outcome, decidedBy, cause, lane, appPassword, unfinished }, startedAt) => {
    const { password: _, secondFactor: __, ...rest } = request;
    onOutcome?.({ request: rest, login, outcome, decidedBy, cause, lane, durationMs: since(startedAt) });
    const id = randomUUID();
    const { facade, listener, clientAddress } = request;
    const name = request.name.slice(0, maxNameLength);
    audit?.write({
      kind: 'login',
      id,
      at: clock.now(),
      ...{ facade, listener, clientAddress, name, login, decidedBy, lane, appPassword },
      outcome: outcome.kind,
      reason: cause ?? (outcome.kind === 'accepted' ? undefined : outcome.reason),
      presumed: outcome.kind === 'refused' && outcome.presumed === true,
      durationMs: since(startedAt),
    });
    void unfinished?.end.then((end) => {
      const result = resultOf(end);
      const durationMs = since(startedAt);
      audit?.write({ kind: 'login_end', id, at: clock.now(), login, result, durationMs });
      log.info('a password check ended after its caller had been answered', {
        ...{ facade, clientAddress, name, result, durationMs },
        ...(end.kind === 'failed' ? { reason: end.message } : {}),
      });
    });
  };
}

function resultOf(end: QuestionEnd): string {
  return end.kind === 'answered' ? end.answer.kind : end.kind;
}
