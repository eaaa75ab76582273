import { randomUUID } from 'node:crypto';
import type { AuditLog } from './core/ports/audit-log.ts';
import type { Log } from './core/ports/log.ts';
import type { ServiceRefusal } from './facade/ldap/operation.ts';
import type { Metrics } from './observe/metrics.ts';

export interface ServiceRefusalPorts {
  readonly audit: AuditLog | undefined;
  readonly metrics: Pick<Metrics, 'recordServiceRefusal'>;
  readonly log: Log;
}

const reasons = { wrong: 'wrong_password', limited: 'address_limit', busy: 'busy' } as const;

/** Counts each login of a service account that was not accepted, and writes it to log and audit. */
export function createServiceRefusalReport({ audit, metrics, log }: ServiceRefusalPorts) {
  return ({ name, listener, clientAddress, reason, durationMs }: ServiceRefusal): void => {
    metrics.recordServiceRefusal(name, reason);
    const outcome = reason === 'busy' ? 'could_not_tell' : 'refused';
    const told = { facade: 'ldap', listener, clientAddress, name, outcome, reason: reasons[reason] } as const;
    log.info('login of a service account', { ...told, durationMs: Math.round(durationMs) });
    audit?.write({
      kind: 'login',
      id: randomUUID(),
      at: new Date(),
      ...told,
      login: undefined,
      presumed: false,
      decidedBy: 'service_account',
      lane: undefined,
      durationMs: Math.round(durationMs),
    });
  };
}
