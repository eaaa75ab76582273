import { subschemaDn } from '../../../directory/entries.ts';
import { createFixedEntry, type FixedEntry } from './fixed-entry.ts';

/** All operational attributes by `+` (RFC 3673), `@class` (RFC 4529), empty AND and OR (RFC 4526). */
const supportedFeatures = ['1.3.6.1.4.1.4203.1.5.1', '1.3.6.1.4.1.4203.1.5.2', '1.3.6.1.4.1.4203.1.5.3'];

export interface RootDseFacts {
  readonly baseDn: string;
  readonly vendorVersion: string;
  readonly extensions: readonly string[];
  readonly controls: readonly string[];
}

export type RootDse = FixedEntry;

/**
 * The root DSE (RFC 4512 §5.1): what this server is and can do. Unlike RFC 4512 has it, a request that names no attributes gets
 * all of them, for clients that look for the base DN often name none.
 */
export function createRootDse(facts: RootDseFacts): RootDse {
  return createFixedEntry(
    '',
    [
      ['objectClass', ['top']],
      ['namingContexts', [facts.baseDn]],
      ['defaultNamingContext', [facts.baseDn]],
      ['subschemaSubentry', [subschemaDn]],
      // LDAPv2 binds are taken too, but RFC 1777's character set is not spoken.
      ['supportedLDAPVersion', ['3']],
      ['supportedExtension', facts.extensions],
      ['supportedControl', facts.controls],
      ['supportedFeatures', supportedFeatures],
      ['vendorName', ['IceWarp identity sidecar']],
      ['vendorVersion', [facts.vendorVersion]],
    ],
    'all',
  );
}
