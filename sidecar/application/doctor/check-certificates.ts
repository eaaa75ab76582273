import { fail, ok, warn } from './finding.ts';
import type { Check } from './run-checks.ts';

/** One pair of certificate and key files. */
export interface CertificateFiles {
  readonly section: string;
  readonly file: string;
  /** Rejects with a `DomainError` that names file and remedy when a start would refuse them. */
  readonly expiresAt: () => Promise<Date>;
}

const dayMs = 86_400_000;
const soonDays = 14;

/** The certificate files as a start would read them. */
export function checkCertificates(certificates: readonly CertificateFiles[], now: () => Date): Check {
  return {
    name: 'certificates',
    remedy: 'write a certificate and its key, without a passphrase; a running service keeps the ones before',
    async run(find) {
      if (certificates.length === 0) find(ok('no listener has one'));
      for (const { section, file, expiresAt } of certificates) {
        let end: Date;
        try {
          end = await expiresAt();
        } catch (error) {
          if (!(error instanceof Error)) throw error;
          find(fail(error.message, this.remedy));
          continue;
        }
        const days = Math.floor((end.getTime() - now().getTime()) / dayMs);
        const text = `${section}: ${file}`;
        const remedy = 'renew it; the files are read anew without a restart';
        if (days < 0) find(fail(`${text} ended on ${end.toISOString()}`, remedy));
        else if (days < soonDays) find(warn(`${text} ends in ${days} days`, remedy));
        else find(ok(`${text} is valid for ${days} days`));
      }
    },
  };
}
