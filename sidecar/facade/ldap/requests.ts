import { BerReader, Tag } from './ber-reader.ts';
import { ProtocolFault } from './result-codes.ts';

/** Tags of the requests (RFC 4511 §4.2 to §4.13). */
export const RequestTag = {
  bind: 0x60,
  unbind: 0x42,
  search: 0x63,
  modify: 0x66,
  add: 0x68,
  delete: 0x4a,
  modifyDn: 0x6c,
  compare: 0x6e,
  abandon: 0x50,
  extended: 0x77,
} as const;

export type RequestTag = (typeof RequestTag)[keyof typeof RequestTag];

/** RFC 4511 §4.14. */
export const startTlsOid = '1.3.6.1.4.1.1466.20037';

const requestTags: ReadonlySet<number> = new Set(Object.values(RequestTag));
const controlsTag = 0xa0;

/** An LDAPMessage opened: what it is, its operation and its controls still as they came. */
export interface Envelope {
  readonly messageId: number;
  readonly tag: RequestTag;
  /** The whole message; the other readers refer to it. */
  readonly bytes: Uint8Array;
  /** At the protocolOp. */
  readonly operation: BerReader;
  /** Inside the controls; undefined when there are none. */
  readonly controls: BerReader | undefined;
}

export type Authentication =
  | { readonly kind: 'simple'; readonly password: Uint8Array }
  /** `credentials`: undefined when the client sent none, which is not the same as empty ones. */
  | { readonly kind: 'sasl'; readonly mechanism: string; readonly credentials: Uint8Array | undefined }
  | { readonly kind: 'unknown' };

export interface BindRequest {
  readonly version: number;
  /** The name as sent: a DN, or whatever the client calls the user. */
  readonly name: string;
  readonly authentication: Authentication;
}

export interface CompareRequest {
  readonly dn: string;
  readonly attribute: string;
  readonly value: Uint8Array;
}

export interface ExtendedRequest {
  readonly oid: string;
  readonly value: Uint8Array | undefined;
}

/** Opens an LDAPMessage (RFC 4511 §4.1.1). Throws ProtocolFault for what is none. */
export function openEnvelope(bytes: Uint8Array): Envelope {
  const message = new BerReader(bytes).enter(Tag.sequence);
  const messageId = message.readUnsigned();
  if (messageId === 0) throw new ProtocolFault('message id 0 belongs to the server');
  const tag = message.peekTag();
  if (!isRequestTag(tag)) throw new ProtocolFault('the operation is no request');
  const before = message.position;
  message.skip();
  const operation = message.slice(before);
  let controls: BerReader | undefined;
  // §4: trailing elements with tags we do not know are passed over.
  while (!message.atEnd) {
    if (message.peekTag() === controlsTag && controls === undefined) controls = message.enter(controlsTag);
    else message.skip();
  }
  return { messageId, tag, bytes, operation, controls };
}

/** RFC 4511 §4.2. */
export function decodeBind(operation: BerReader): BindRequest {
  const request = operation.enter(RequestTag.bind);
  const version = request.readUnsigned();
  const name = request.readText();
  return { version, name, authentication: decodeAuthentication(request) };
}

/** RFC 4511 §4.10. */
export function decodeCompare(operation: BerReader): CompareRequest {
  const request = operation.enter(RequestTag.compare);
  const dn = request.readText();
  const assertion = request.enter(Tag.sequence);
  return { dn, attribute: assertion.readText(), value: assertion.readContent(Tag.octetString) };
}

/** RFC 4511 §4.12. */
export function decodeExtended(operation: BerReader): ExtendedRequest {
  const request = operation.enter(RequestTag.extended);
  const oid = request.readText(0x80);
  return { oid, value: request.peekTag() === 0x81 ? request.readContent(0x81) : undefined };
}

/** Whether a request is one for StartTLS. Takes nothing from the envelope. */
export function isStartTls({ tag, bytes }: Envelope): boolean {
  return tag === RequestTag.extended && decodeExtended(openEnvelope(bytes).operation).oid === startTlsOid;
}

/** RFC 4511 §4.11: the id of the operation to abandon. */
export function decodeAbandon(operation: BerReader): number {
  return operation.readUnsigned(RequestTag.abandon);
}

function decodeAuthentication(request: BerReader): Authentication {
  switch (request.peekTag()) {
    case 0x80:
      return { kind: 'simple', password: request.readContent(0x80) };
    case 0xa3:
      return decodeSasl(request.enter(0xa3));
    default:
      request.skip();
      return { kind: 'unknown' };
  }
}

function decodeSasl(sasl: BerReader): Authentication {
  const mechanism = sasl.readText();
  const credentials = sasl.peekTag() === Tag.octetString ? sasl.readContent(Tag.octetString) : undefined;
  return { kind: 'sasl', mechanism, credentials };
}

function isRequestTag(tag: number | undefined): tag is RequestTag {
  return tag !== undefined && requestTags.has(tag);
}
