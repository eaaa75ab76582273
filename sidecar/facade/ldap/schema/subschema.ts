import { DomainError } from '../../../core/errors.ts';
import { normaliseDn } from '../../../directory/dn.ts';
import { subschemaDn } from '../../../directory/entries.ts';
import { describeSchema } from './definitions.ts';
import { createFixedEntry, type FixedEntry } from './fixed-entry.ts';

const longestSpelling = 256;
let entry: FixedEntry | undefined;

/** The subschema subentry (RFC 4512 §4.2), which everybody may read. Made when it is first asked for. */
export function subschemaEntry(): FixedEntry {
  entry ??= createFixedEntry(
    subschemaDn,
    [
      ['objectClass', ['top', 'subentry', 'subschema']],
      ['cn', ['subschema']],
      ['structuralObjectClass', ['subentry']],
      ['entryDN', [subschemaDn]],
      ['subschemaSubentry', [subschemaDn]],
      ['hasSubordinates', ['FALSE']],
      ['numSubordinates', ['0']],
      ['subtreeSpecification', ['{ }']],
      ...Object.entries(describeSchema()).map(([name, texts]) => [name, texts] as [string, readonly string[]]),
    ],
    'user',
  );
  return entry;
}

/** Whether a DN, in any spelling, names the subschema. False for what is no DN. */
export function isSubschemaDn(dn: string): boolean {
  // A name of one part: most DNs are told from it without being read.
  if (dn.length > longestSpelling || dn.includes(',')) return false;
  try {
    return normaliseDn(dn) === subschemaDn;
  } catch (error) {
    if (error instanceof DomainError) return false;
    throw error;
  }
}
