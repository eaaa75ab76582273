import type { Filter } from '../../directory/filter.ts';
import { type BerReader, Tag } from './ber-reader.ts';
import type { LdapLimits } from './limits.ts';
import { OperationError, ResultCode } from './result-codes.ts';

/** Tags of the filter choices (RFC 4511 §4.5.1.7). */
const FilterTag = {
  and: 0xa0,
  or: 0xa1,
  not: 0xa2,
  equal: 0xa3,
  substring: 0xa4,
  greaterOrEqual: 0xa5,
  lessOrEqual: 0xa6,
  present: 0x87,
  approx: 0xa8,
  extensible: 0xa9,
} as const;

interface Budget {
  parts: number;
  readonly limits: LdapLimits;
}

/**
 * Decodes the filter that comes next. Throws ProtocolFault for broken encoding, OperationError for an unknown choice and for a
 * filter beyond the limits. Values are views of the message.
 */
export function decodeFilter(reader: BerReader, limits: LdapLimits): Filter {
  return decodePart(reader, 1, { parts: 0, limits });
}

function decodePart(reader: BerReader, depth: number, budget: Budget): Filter {
  budget.parts += 1;
  if (budget.parts > budget.limits.filterParts) throw tooLarge(`${budget.limits.filterParts} parts`);
  if (depth > budget.limits.filterDepth) throw tooLarge(`${budget.limits.filterDepth} levels`);
  const tag = reader.peekTag();
  switch (tag) {
    case FilterTag.and:
      return { kind: 'and', filters: decodeSet(reader.enter(tag), depth, budget) };
    case FilterTag.or:
      return { kind: 'or', filters: decodeSet(reader.enter(tag), depth, budget) };
    case FilterTag.not:
      return { kind: 'not', filter: decodePart(reader.enter(tag), depth + 1, budget) };
    case FilterTag.equal:
      return { kind: 'equal', ...decodeAssertion(reader.enter(tag)) };
    case FilterTag.greaterOrEqual:
      return { kind: 'greaterOrEqual', ...decodeAssertion(reader.enter(tag)) };
    case FilterTag.lessOrEqual:
      return { kind: 'lessOrEqual', ...decodeAssertion(reader.enter(tag)) };
    case FilterTag.approx:
      return { kind: 'approx', ...decodeAssertion(reader.enter(tag)) };
    case FilterTag.present:
      return { kind: 'present', attribute: reader.readText(tag) };
    case FilterTag.substring:
      return decodeSubstring(reader.enter(tag), budget);
    case FilterTag.extensible:
      return decodeExtensible(reader.enter(tag));
    default:
      // Passing over it tells broken encoding from a choice that we do not know.
      reader.skip();
      throw malformed('a part of the filter is of an unknown kind');
  }
}

function decodeSet(set: BerReader, depth: number, budget: Budget): readonly Filter[] {
  // An empty AND is TRUE and an empty OR is FALSE (RFC 4526 §2).
  const filters: Filter[] = [];
  while (!set.atEnd) filters.push(decodePart(set, depth + 1, budget));
  return filters;
}

function decodeAssertion(assertion: BerReader): { readonly attribute: string; readonly value: Uint8Array } {
  return { attribute: assertion.readText(), value: assertion.readContent(Tag.octetString) };
}

function decodeSubstring(substring: BerReader, budget: Budget): Filter {
  const attribute = substring.readText();
  const pieces = substring.enter(Tag.sequence);
  let initial: Uint8Array | undefined;
  const any: Uint8Array[] = [];
  let final: Uint8Array | undefined;
  if (pieces.atEnd) throw malformed('a substring filter has no substring');
  for (let first = true; !pieces.atEnd; first = false) {
    budget.parts += 1;
    if (budget.parts > budget.limits.filterParts) throw tooLarge(`${budget.limits.filterParts} parts`);
    if (final !== undefined) throw malformed('a substring follows the final one');
    const tag = pieces.peekTag();
    if (tag === 0x80 && first) initial = pieces.readContent(tag);
    else if (tag === 0x81) any.push(pieces.readContent(tag));
    else if (tag === 0x82) final = pieces.readContent(tag);
    else throw malformed('the substrings are out of order');
  }
  return { kind: 'substring', attribute, initial, any, final };
}

function decodeExtensible(assertion: BerReader): Filter {
  const rule = assertion.peekTag() === 0x81 ? assertion.readText(0x81) : undefined;
  const attribute = assertion.peekTag() === 0x82 ? assertion.readText(0x82) : undefined;
  const value = assertion.readContent(0x83);
  const dnAttributes = assertion.peekTag() === 0x84 ? assertion.readBoolean(0x84) : false;
  if (rule === undefined && attribute === undefined)
    throw malformed('an extensible match has neither attribute nor rule');
  return { kind: 'extensible', attribute, rule, value, dnAttributes };
}

function malformed(message: string): OperationError {
  return new OperationError(ResultCode.protocolError, message);
}

function tooLarge(bound: string): OperationError {
  return new OperationError(ResultCode.unwillingToPerform, `a filter may have ${bound}`);
}
