import { Tag } from '../ber-reader.ts';
import { encodeElement, encodeText } from '../ber-writer.ts';
import { ResponseTag } from '../responses.ts';
import type { SearchRequest } from '../search-request.ts';
import { matchesFixedEntry } from './fixed-entry-filter.ts';

/** RFC 3673: `+` asks for all operational attributes. RFC 4526: empty AND and OR. */
const supportedFeatures = ['1.3.6.1.4.1.4203.1.5.1', '1.3.6.1.4.1.4203.1.5.3'];

export interface RootDseFacts {
  readonly baseDn: string;
  readonly vendorVersion: string;
  readonly extensions: readonly string[];
  readonly controls: readonly string[];
}

export interface RootDse {
  /** The protocolOp of the SearchResultEntry; undefined when the filter is not TRUE for the root DSE. */
  read(request: Pick<SearchRequest, 'filter' | 'attributes' | 'typesOnly'>): Buffer | undefined;
}

/**
 * The root DSE (RFC 4512 §5.1): what this server is and can do. Unlike RFC 4512 has it, a request that names no attributes gets
 * all of them, for clients that look for the base DN often name none.
 */
export function createRootDse(facts: RootDseFacts): RootDse {
  const attributes: readonly (readonly [string, readonly string[]])[] = [
    ['objectClass', ['top']],
    ['namingContexts', [facts.baseDn]],
    ['defaultNamingContext', [facts.baseDn]],
    // LDAPv2 binds are taken too, but RFC 1777's character set is not spoken.
    ['supportedLDAPVersion', ['3']],
    ['supportedExtension', facts.extensions],
    ['supportedControl', facts.controls],
    ['supportedFeatures', supportedFeatures],
    ['vendorName', ['IceWarp identity sidecar']],
    ['vendorVersion', [facts.vendorVersion]],
  ];
  return {
    read({ filter, attributes: asked, typesOnly }) {
      if (!matchesFixedEntry(filter, attributes)) return undefined;
      const names = new Set(asked.map((name) => name.toLowerCase()));
      const isAll = names.size === 0 || names.has('*') || names.has('+');
      const chosen = attributes.filter(([name]) => isAll || names.has(name.toLowerCase()));
      const encoded = chosen.map(([name, values]) =>
        encodeElement(
          Tag.sequence,
          encodeText(Tag.octetString, name),
          encodeElement(0x31, ...(typesOnly ? [] : values.map((value) => encodeText(Tag.octetString, value)))),
        ),
      );
      return encodeElement(
        ResponseTag.searchEntry,
        encodeText(Tag.octetString, ''),
        encodeElement(Tag.sequence, ...encoded),
      );
    },
  };
}
