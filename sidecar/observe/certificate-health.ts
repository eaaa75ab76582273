import { type CertificateState, daysLeftOf } from './certificate-gauges.ts';
import type { PartHealth } from './health.ts';

const soonDays = 14;

/** Degraded while a certificate ends soon or has ended, or its new files cannot be used. */
export function toCertificateHealth(states: readonly CertificateState[], now: Date): PartHealth {
  const certificates = states.map((state) => {
    const { section, file, expiresAt, fault } = state;
    return { section, file, expiresAt, daysLeft: daysLeftOf(state, now), fault: fault ?? null };
  });
  const message = certificates.map(describe).find((text) => text !== undefined);
  return message === undefined ? { status: 'ok', certificates } : { status: 'degraded', message, certificates };
}

function describe(state: {
  readonly section: string;
  readonly daysLeft: number;
  readonly expiresAt: Date;
  readonly fault: string | null;
}): string | undefined {
  const { section, daysLeft, expiresAt, fault } = state;
  if (fault !== null) return `the new certificate cannot be used; the one before stays in force: ${fault}`;
  if (daysLeft < 0) return `the certificate of ${section} ended on ${expiresAt.toISOString()}: clients refuse it`;
  return daysLeft < soonDays ? `the certificate of ${section} ends on ${expiresAt.toISOString()}` : undefined;
}
