import type { Filter } from '../../directory/filter.ts';
import type { Scope } from '../../directory/snapshot.ts';
import { type BerReader, Tag } from './ber-reader.ts';
import { decodeFilter } from './filter-decoder.ts';
import type { LdapLimits } from './limits.ts';
import { RequestTag } from './requests.ts';
import { OperationError, ResultCode } from './result-codes.ts';

export interface SearchRequest {
  readonly base: string;
  readonly scope: Scope;
  /** Entries at most; 0 = the client sets no limit. */
  readonly sizeLimit: number;
  /** Seconds at most; 0 = the client sets no limit. */
  readonly timeLimitSeconds: number;
  readonly typesOnly: boolean;
  readonly filter: Filter;
  readonly attributes: readonly string[];
  /** The request as it came, valid until the operation first waits. */
  readonly octets: Uint8Array;
}

/** RFC 4511 §4.5.1.2; the fourth is of draft-sermersheim-ldap-subordinate-scope. */
const scopes: readonly Scope[] = ['base', 'one', 'sub', 'subordinate'];
const maxDeref = 3;

/**
 * Decodes a search (RFC 4511 §4.5.1). Throws ProtocolFault for broken encoding and OperationError for what is well encoded but
 * cannot be done. There are no aliases here, so derefAliases is only checked.
 */
export function decodeSearch(operation: BerReader, limits: LdapLimits): SearchRequest {
  const request = operation.enter(RequestTag.search);
  const octets = request.remaining();
  const base = request.readText();
  const scope = scopes[request.readUnsigned(Tag.enumerated)];
  const deref = request.readUnsigned(Tag.enumerated);
  const sizeLimit = request.readUnsigned();
  const timeLimitSeconds = request.readUnsigned();
  const typesOnly = request.readBoolean();
  if (scope === undefined) throw new OperationError(ResultCode.protocolError, 'the scope is unknown');
  if (deref > maxDeref) throw new OperationError(ResultCode.protocolError, 'derefAliases is unknown');
  const filter = decodeFilter(request, limits);
  const attributes = decodeAttributes(request.enter(Tag.sequence), limits.attributes);
  return { base, scope, sizeLimit, timeLimitSeconds, typesOnly, filter, attributes, octets };
}

function decodeAttributes(list: BerReader, maxCount: number): readonly string[] {
  const attributes: string[] = [];
  while (!list.atEnd) {
    if (attributes.length === maxCount) {
      throw new OperationError(ResultCode.unwillingToPerform, `a search may name ${maxCount} attributes`);
    }
    attributes.push(list.readText());
  }
  return attributes;
}
