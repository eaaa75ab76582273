import { DomainError } from '../core/errors.ts';
import type { User } from '../core/model.ts';
import type { DirectoryChange, RunRecord } from '../core/ports/directory-store.ts';
import type { KeptMapping } from '../core/ports/mapping-store.ts';
import type { ParkedAccount } from '../core/ports/parked-accounts.ts';

/**
 * Checks before anything is written that every value can be stored and read back unchanged on any database product. Throws
 * `invalid_input`, naming the entry: NUL and unpaired surrogates (PostgreSQL refuses the one, UTF-8 has no form of the other), dates
 * that are none or lie outside the years 1–9999, an id that occurs twice, a privilege or role given twice.
 */
export function checkChange(change: DirectoryChange): void {
  for (const [kind, part] of [['user', change.users] as const, ['group', change.groups] as const]) {
    const seen = new Set<string>(part.removedIds);
    for (const entry of part.saved) {
      const name = `${kind} ${JSON.stringify('login' in entry ? entry.login : entry.name)} (${entry.id})`;
      if (seen.has(entry.id)) throw refused(name, 'is saved twice, or saved and removed at once');
      seen.add(entry.id);
      checkValues(name, entry);
      if ('login' in entry) checkGrants(name, entry);
    }
  }
}

/** {@link checkChange} for the record of a run. */
export function checkRun(run: RunRecord): void {
  checkValues(`sync run ${run.id}`, run);
}

/** {@link checkChange} for an account that is left alone. */
export function checkParked(account: ParkedAccount): void {
  checkValues(`parked account ${JSON.stringify(account.address)}`, account);
}

/** {@link checkChange} for the files of a mapping. */
export function checkMapping(mapping: KeptMapping): void {
  checkValues('mapping in force', { hash: mapping.hash, since: mapping.since });
  for (const file of mapping.files) checkValues(`mapping file ${JSON.stringify(file.name)}`, file);
}

function checkGrants(name: string, { privileges, roles }: User): void {
  for (const [property, names] of [['privileges', privileges] as const, ['roles', roles] as const]) {
    if (new Set(names).size < names.length) throw refused(name, `holds an entry twice in ${property}`);
  }
}

function checkValues(name: string, entry: object, within = ''): void {
  for (const [property, value] of Object.entries(entry)) {
    for (const item of Array.isArray(value) ? value : [value]) checkValue(name, within + property, item);
  }
}

function checkValue(name: string, property: string, value: unknown): void {
  if (typeof value === 'string') {
    if (value.includes('\0')) throw refused(name, `has a NUL character in ${property}`);
    if (!value.isWellFormed()) throw refused(name, `has half a surrogate pair in ${property}`);
  } else if (value instanceof Date) {
    const year = value.getUTCFullYear();
    if (!(year >= 1 && year <= 9999)) throw refused(name, `has an impossible date in ${property}`);
  } else if (typeof value === 'object' && value !== null) {
    checkValues(name, value, `${property}.`);
  }
}

function refused(name: string, fault: string): DomainError {
  return new DomainError('invalid_input', `${name} ${fault}; nothing was stored. Correct it where it comes from`);
}
