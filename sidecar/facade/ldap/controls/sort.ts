import type { SortFault, SortWish } from '../../../directory/sort.ts';
import { BerReader, Tag } from '../ber-reader.ts';
import { encodeElement, encodeText, encodeUnsigned } from '../ber-writer.ts';
import { malformedControl } from '../errors.ts';
import { ProtocolFault, ResultCode } from '../result-codes.ts';

/** RFC 2891. */
export const sortRequestOid = '1.2.840.113556.1.4.473';
const sortResponseOid = '1.2.840.113556.1.4.474';
const maxKeys = 16;

export interface SortRequest {
  /** The first one decides first. */
  readonly keys: readonly SortWish[];
  /** Whether an unsorted result is of no use. */
  readonly isCritical: boolean;
}

/** How sorting went, for the control of the answer. */
export interface SortEnd {
  readonly code: ResultCode;
  /** The attribute that it failed for. */
  readonly attribute?: string;
}

const faultCodes: Readonly<Record<SortFault, ResultCode>> = {
  'no-such-attribute': ResultCode.noSuchAttribute,
  'inappropriate-matching': ResultCode.inappropriateMatching,
};

/** Decodes the control's value (RFC 2891 §1.1). Throws OperationError for one that is malformed or names more than 16 keys. */
export function decodeSort(value: Uint8Array | undefined, isCritical: boolean): SortRequest {
  if (value === undefined) throw malformedControl('for sorting');
  const keys: SortWish[] = [];
  const list = new BerReader(value).enter(Tag.sequence);
  while (!list.atEnd) {
    if (keys.length === maxKeys) throw malformedControl('for sorting');
    const key = list.enter(Tag.sequence);
    const attribute = key.readText();
    const rule = key.peekTag() === 0x80 ? key.readText(0x80) : undefined;
    keys.push({ attribute, rule, reverse: key.peekTag() === 0x81 && key.readBoolean(0x81) });
    if (!key.atEnd) throw new ProtocolFault('a sort key has more parts than there are');
  }
  if (keys.length === 0) throw malformedControl('for sorting');
  return { keys, isCritical };
}

/** The end of sorting by a key that cannot be sorted by. */
export function toSortEnd(fault: SortFault, attribute: string): SortEnd {
  return { code: faultCodes[fault], attribute };
}

/** The control of an answer (RFC 2891 §1.2). */
export function encodeSortControl({ code, attribute }: SortEnd): Buffer {
  const value = encodeElement(
    Tag.sequence,
    encodeUnsigned(Tag.enumerated, code),
    ...(attribute === undefined ? [] : [encodeText(0x80, attribute)]),
  );
  return encodeElement(
    Tag.sequence,
    encodeText(Tag.octetString, sortResponseOid),
    encodeElement(Tag.octetString, value),
  );
}
