import { decodeControls } from './controls/request-controls.ts';
import type { OperationContext, OperationEnd } from './operation.ts';
import { bind } from './operations/bind.ts';
import { compare } from './operations/compare.ts';
import { extended } from './operations/extended.ts';
import { search } from './operations/search.ts';
import { refuseWrite } from './operations/write.ts';
import { decodeBind, decodeCompare, decodeExtended, type Envelope, RequestTag } from './requests.ts';
import { decodeSearch } from './search-request.ts';
import { anonymous } from './session.ts';

/**
 * Decodes and runs the request of an envelope. Undefined as the end means that no response is wanted. Throws, or rejects with,
 * ProtocolFault for broken encoding, and whatever an operation fails with.
 */
export function runOperation(
  context: OperationContext,
  { tag, operation, controls }: Envelope,
): OperationEnd | undefined | Promise<OperationEnd | undefined> {
  // RFC 4513 §4: a bind ends the identity before it, even when it fails for its controls.
  if (tag === RequestTag.bind) context.session.identity = anonymous;
  const { limits } = context.server;
  const wanted = decodeControls(controls, tag, limits);
  switch (tag) {
    case RequestTag.bind:
      return bind(context, decodeBind(operation));
    case RequestTag.search:
      return search(context, decodeSearch(operation, limits), wanted);
    case RequestTag.compare:
      return compare(context, decodeCompare(operation), wanted);
    case RequestTag.extended:
      return extended(context, decodeExtended(operation));
    case RequestTag.add:
    case RequestTag.modify:
    case RequestTag.delete:
    case RequestTag.modifyDn:
      return refuseWrite();
    case RequestTag.unbind:
    case RequestTag.abandon:
      return undefined;
  }
}
