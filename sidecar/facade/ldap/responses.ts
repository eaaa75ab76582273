import { Tag } from './ber-reader.ts';
import { encodeElement, encodeText, encodeUnsigned } from './ber-writer.ts';
import { RequestTag } from './requests.ts';
import type { LdapResult } from './result-codes.ts';

/** Tags of the responses (RFC 4511 §4.2 to §4.12). */
export const ResponseTag = {
  bind: 0x61,
  searchEntry: 0x64,
  searchDone: 0x65,
  modify: 0x67,
  add: 0x69,
  delete: 0x6b,
  modifyDn: 0x6d,
  compare: 0x6f,
  extended: 0x78,
} as const;

export type ResponseTag = (typeof ResponseTag)[keyof typeof ResponseTag];

const controlsTag = 0xa0;
const noticeOfDisconnectionOid = '1.3.6.1.4.1.1466.20036';

/** The tag of the response that ends a request; undefined for those that get none. */
export function responseTagFor(tag: RequestTag): ResponseTag | undefined {
  switch (tag) {
    case RequestTag.bind:
      return ResponseTag.bind;
    case RequestTag.search:
      return ResponseTag.searchDone;
    case RequestTag.modify:
      return ResponseTag.modify;
    case RequestTag.add:
      return ResponseTag.add;
    case RequestTag.delete:
      return ResponseTag.delete;
    case RequestTag.modifyDn:
      return ResponseTag.modifyDn;
    case RequestTag.compare:
      return ResponseTag.compare;
    case RequestTag.extended:
      return ResponseTag.extended;
    case RequestTag.unbind:
    case RequestTag.abandon:
      return undefined;
  }
}

/** A whole LDAPMessage with an LDAPResult (RFC 4511 §4.1.9). `controls` are encoded ones. */
export function encodeResult(
  messageId: number,
  tag: ResponseTag,
  result: LdapResult,
  ...controls: readonly Uint8Array[]
): Buffer {
  return encodeMessage(messageId, encodeElement(tag, ...resultParts(result)), controls);
}

/** A successful ExtendedResponse with a value (RFC 4511 §4.12). */
export function encodeExtendedResult(messageId: number, result: LdapResult, value: Uint8Array): Buffer {
  return encodeMessage(
    messageId,
    encodeElement(ResponseTag.extended, ...resultParts(result), encodeElement(0x8b, value)),
    [],
  );
}

/** An ExtendedResponse that names itself, without a value (RFC 4511 §4.12). */
export function encodeNamedResult(messageId: number, result: LdapResult, oid: string): Buffer {
  return encodeMessage(
    messageId,
    encodeElement(ResponseTag.extended, ...resultParts(result), encodeText(0x8a, oid)),
    [],
  );
}

/** RFC 4511 §4.4.1: the unsolicited notification before the server closes the session. */
export function encodeNoticeOfDisconnection(result: LdapResult): Buffer {
  return encodeNamedResult(0, result, noticeOfDisconnectionOid);
}

/** A whole LDAPMessage around a protocolOp that is already encoded. */
export function encodeMessage(messageId: number, operation: Uint8Array, controls: readonly Uint8Array[]): Buffer {
  const id = encodeUnsigned(Tag.integer, messageId);
  if (controls.length === 0) return encodeElement(Tag.sequence, id, operation);
  return encodeElement(Tag.sequence, id, operation, encodeElement(controlsTag, ...controls));
}

function resultParts(result: LdapResult): readonly Uint8Array[] {
  return [
    encodeUnsigned(Tag.enumerated, result.code),
    encodeText(Tag.octetString, result.matchedDn ?? ''),
    encodeText(Tag.octetString, result.message),
  ];
}
