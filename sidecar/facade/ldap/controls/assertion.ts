import type { Filter } from '../../../directory/filter.ts';
import { BerReader } from '../ber-reader.ts';
import { malformedControl } from '../errors.ts';
import { decodeFilter } from '../filter-decoder.ts';
import type { LdapLimits } from '../limits.ts';
import { OperationError, ResultCode } from '../result-codes.ts';

/** RFC 4528. */
export const assertionOid = '1.3.6.1.1.12';

/** Decodes the control's value (RFC 4528 §3): a filter. */
export function decodeAssertion(value: Uint8Array | undefined, limits: LdapLimits): Filter {
  if (value === undefined) throw malformedControl('with an assertion');
  const reader = new BerReader(value);
  const filter = decodeFilter(reader, limits);
  if (!reader.atEnd) throw malformedControl('with an assertion');
  return filter;
}

/** Ends an operation whose assertion does not hold for the entry it is about (RFC 4528 §4). */
export function requireAssertion(holds: boolean): void {
  if (!holds) throw new OperationError(ResultCode.assertionFailed, 'the assertion does not hold');
}
