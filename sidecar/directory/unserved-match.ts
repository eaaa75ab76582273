import { orderedSyntaxes } from './attributes.ts';
import type { PlainItem } from './filter.ts';
import { findUnservedAttribute } from './unserved-attributes.ts';
import { toAssertionKey, toFragmentKey } from './values.ts';

/**
 * Whether an item on an attribute that no entry bears is FALSE for every entry: the schema has the attribute, and the assertion is one
 * of its syntax. Else the item is Undefined.
 */
export function isFalseEverywhere(item: PlainItem): boolean {
  const attribute = findUnservedAttribute(item.attribute);
  if (attribute === undefined || item.kind === 'present') return attribute !== undefined;
  const { syntax } = attribute;
  if (syntax === undefined) return false;
  if (item.kind === 'substring') {
    const pieces = [item.initial, ...item.any, item.final].filter((piece) => piece !== undefined);
    return pieces.every((piece) => toFragmentKey(syntax, piece, 'any') !== undefined);
  }
  const isOrder = item.kind === 'greaterOrEqual' || item.kind === 'lessOrEqual';
  if (isOrder && !orderedSyntaxes.has(syntax)) return false;
  return toAssertionKey(syntax, item.value) !== undefined;
}
