import { bool, int, message, text, tlv } from './ber.ts';

/** Requests as octets. */
export const bindRequest = (
  id: number,
  name: string | Uint8Array,
  password: string | Uint8Array,
  version = 3,
): Buffer => message(id, tlv(0x60, int(version), text(name), text(password, 0x80)));

export const saslBindRequest = (id: number, mechanism: string, credentials?: string | Uint8Array): Buffer =>
  message(
    id,
    tlv(0x60, int(3), text(''), tlv(0xa3, text(mechanism), ...(credentials === undefined ? [] : [text(credentials)]))),
  );

export const unbindRequest = (id: number): Buffer => message(id, tlv(0x42));

export const present = (attribute: string): Buffer => text(attribute, 0x87);
export const equal = (attribute: string, value: string): Buffer => tlv(0xa3, text(attribute), text(value));
export const and = (...filters: readonly Buffer[]): Buffer => tlv(0xa0, ...filters);
export const or = (...filters: readonly Buffer[]): Buffer => tlv(0xa1, ...filters);
export const not = (filter: Buffer): Buffer => tlv(0xa2, filter);

export interface SearchParts {
  readonly base?: string;
  readonly scope?: number;
  readonly deref?: number;
  readonly sizeLimit?: number;
  readonly timeLimit?: number;
  readonly typesOnly?: boolean;
  readonly filter?: Buffer;
  readonly attributes?: readonly string[];
  readonly controls?: readonly Buffer[];
}

export function searchRequest(id: number, parts: SearchParts = {}): Buffer {
  const operation = tlv(
    0x63,
    text(parts.base ?? 'o=icewarp'),
    int(parts.scope ?? 2, 0x0a),
    int(parts.deref ?? 0, 0x0a),
    int(parts.sizeLimit ?? 0),
    int(parts.timeLimit ?? 0),
    bool(parts.typesOnly ?? false),
    parts.filter ?? present('objectClass'),
    tlv(0x30, ...(parts.attributes ?? []).map((name) => text(name))),
  );
  return parts.controls === undefined ? message(id, operation) : message(id, operation, tlv(0xa0, ...parts.controls));
}

export const control = (oid: string, isCritical: boolean, value?: Buffer): Buffer =>
  tlv(0x30, text(oid), ...(isCritical ? [bool(true)] : []), ...(value === undefined ? [] : [text(value)]));

export const pagedControl = (size: number, cookie: Uint8Array = new Uint8Array(), isCritical = true): Buffer =>
  control('1.2.840.113556.1.4.319', isCritical, tlv(0x30, int(size), text(cookie)));

export interface SortKey {
  readonly attribute: string;
  readonly rule?: string;
  readonly reverse?: boolean;
}

export const sortControl = (keys: readonly SortKey[], isCritical = true): Buffer =>
  control(
    '1.2.840.113556.1.4.473',
    isCritical,
    tlv(
      0x30,
      ...keys.map(({ attribute, rule, reverse }) =>
        tlv(
          0x30,
          text(attribute),
          ...(rule === undefined ? [] : [text(rule, 0x80)]),
          ...(reverse === undefined ? [] : [tlv(0x81, Buffer.from([reverse ? 0xff : 0]))]),
        ),
      ),
    ),
  );

export const assertionControl = (filter: Buffer, isCritical = true): Buffer =>
  control('1.3.6.1.1.12', isCritical, filter);

export const compareRequest = (
  id: number,
  dn: string,
  attribute: string,
  value: string,
  controls?: readonly Buffer[],
): Buffer => {
  const operation = tlv(0x6e, text(dn), tlv(0x30, text(attribute), text(value)));
  return controls === undefined ? message(id, operation) : message(id, operation, tlv(0xa0, ...controls));
};

export const extendedRequest = (id: number, oid: string, value?: string): Buffer =>
  message(id, tlv(0x77, text(oid, 0x80), ...(value === undefined ? [] : [text(value, 0x81)])));

export const whoAmIRequest = (id: number): Buffer => extendedRequest(id, '1.3.6.1.4.1.4203.1.11.3');

export const startTlsRequest = (id: number): Buffer => extendedRequest(id, '1.3.6.1.4.1.1466.20037');

export const abandonRequest = (id: number, abandoned: number): Buffer => message(id, int(abandoned, 0x50));
