import { subschemaDn } from '../../../directory/entries.ts';
import { startTlsOid } from '../requests.ts';
import { saslMechanisms } from '../sasl.ts';
import { createFixedEntry, type FixedEntry } from './fixed-entry.ts';

/** All operational attributes by `+` (RFC 3673), `@class` (RFC 4529), empty AND and OR (RFC 4526). */
const supportedFeatures = ['1.3.6.1.4.1.4203.1.5.1', '1.3.6.1.4.1.4203.1.5.2', '1.3.6.1.4.1.4203.1.5.3'];

export interface RootDseFacts {
  readonly baseDn: string;
  readonly vendorVersion: string;
  readonly extensions: readonly string[];
  readonly controls: readonly string[];
}

/** What a connection is, as far as the root DSE shows it. */
export interface ConnectionFacts {
  readonly offersStartTls: boolean;
  /** Whether a password may come this way. */
  readonly isConfidential: boolean;
  /** Of the client's certificate, if it showed one that holds. */
  readonly certificateSubject: string | undefined;
}

/** The root DSE as a connection sees it. */
export type RootDses = (connection: ConnectionFacts) => FixedEntry;

export function createRootDses(facts: RootDseFacts): RootDses {
  const made = new Map<string, FixedEntry>();
  return (connection) => {
    const mechanisms = saslMechanisms(connection);
    const key = `${connection.offersStartTls} ${mechanisms}`;
    const known = made.get(key);
    if (known !== undefined) return known;
    const entry = createRootDse(facts, connection.offersStartTls, mechanisms);
    made.set(key, entry);
    return entry;
  };
}

/**
 * The root DSE (RFC 4512 §5.1): what this server is and can do. Unlike RFC 4512 has it, a request that names no attributes gets
 * all of them, for clients that look for the base DN often name none.
 */
function createRootDse(facts: RootDseFacts, offersStartTls: boolean, mechanisms: readonly string[]): FixedEntry {
  return createFixedEntry(
    '',
    [
      ['objectClass', ['top']],
      ['namingContexts', [facts.baseDn]],
      ['defaultNamingContext', [facts.baseDn]],
      ['subschemaSubentry', [subschemaDn]],
      // LDAPv2 binds are taken too, but RFC 1777's character set is not spoken.
      ['supportedLDAPVersion', ['3']],
      ['supportedExtension', [...facts.extensions, ...(offersStartTls ? [startTlsOid] : [])]],
      ['supportedControl', facts.controls],
      ['supportedFeatures', supportedFeatures],
      ...(mechanisms.length === 0 ? [] : [['supportedSASLMechanisms', mechanisms] as const]),
      ['vendorName', ['IceWarp identity sidecar']],
      ['vendorVersion', [facts.vendorVersion]],
    ],
    'all',
  );
}
