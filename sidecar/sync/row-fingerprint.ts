import { hash } from 'node:crypto';
import type { SourceDomain, SourceRow } from '../core/ports/directory-source.ts';

/** Raised when the same row has to count as changed: after an update that reads more of an account. */
const version = 1;

/**
 * Fingerprint of an account's row in the list, and of what of its domain touches the account (other names, logins off): when
 * it differs, something of the account has changed. Aliases and expiry are not in the row, so the reverse does not hold.
 */
export function fingerprintRow(domain: SourceDomain, row: SourceRow): string {
  const fields = Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([version, domain.name, [...domain.aliases].sort(), domain.loginDisabled, fields]);
  return hash('sha256', text, 'base64url').slice(0, 16);
}
