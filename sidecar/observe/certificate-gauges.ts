import { Gauge, type Registry } from 'prom-client';

/** A certificate that is shown to clients. */
export interface CertificateState {
  /** Of the settings, that name it: `ldap.tls`. */
  readonly section: string;
  readonly file: string;
  readonly expiresAt: Date;
  /** What is wrong with its files as they are now, while an older one stays in force. */
  readonly fault: string | undefined;
}

const dayMs = 86_400_000;

/** Whole days until a certificate ends; 0 on its last day, less when it has ended. */
export function daysLeftOf({ expiresAt }: Pick<CertificateState, 'expiresAt'>, now: Date): number {
  return Math.floor((expiresAt.getTime() - now.getTime()) / dayMs);
}

/** Adds gauges that ask for the certificates when they are read. */
export function addCertificateGauges(
  registry: Registry,
  prefix: string,
  states: () => readonly CertificateState[],
  now: () => Date,
): void {
  const gauge = (name: string, help: string, value: (state: CertificateState) => number) =>
    new Gauge({
      name: prefix + name,
      help,
      labelNames: ['section'],
      registers: [registry],
      collect() {
        this.reset();
        for (const state of states()) this.set({ section: state.section }, value(state));
      },
    });
  gauge('certificate_days_left', 'Days until a certificate of this service ends; below 0 it has ended.', (state) =>
    daysLeftOf(state, now()),
  );
  gauge(
    'certificate_refused',
    '1 while new files of a certificate cannot be used and an older one is in force.',
    ({ fault }) => (fault === undefined ? 0 : 1),
  );
}
