import type { AttributeType } from './attributes.ts';
import type { FilterItem } from './filter.ts';
import { matchPieces } from './match-pieces.ts';
import { findMatchingRule, isExtensibleRule } from './matching-rules.ts';
import { fromIntegerKey } from './number-values.ts';
import { prepareExactText } from './string-preparation.ts';
import { matchAtLeast, matchAtMost } from './value-matches.ts';
import { decodeAssertion, toAssertionKey, toFragmentKey, toKey } from './values.ts';

/**
 * An item of a filter as a test of an attribute's values, for values that stand in no index. Undefined when the item is Undefined for
 * every entry. `dnAttributes` of an extensible match is not looked at.
 */
export function createItemTest(
  item: FilterItem,
  { syntax, ordered }: Pick<AttributeType, 'syntax' | 'ordered'>,
): ((values: readonly string[]) => boolean) | undefined {
  if (item.kind === 'present') return (values) => values.length > 0;
  const matches = item.kind === 'substring' ? testPieces(item) : testValue(item);
  return matches && ((values) => values.some(matches));

  function testPieces(part: Extract<FilterItem, { kind: 'substring' }>): ((value: string) => boolean) | undefined {
    const nothing = new Uint8Array();
    const initial = toFragmentKey(syntax, part.initial ?? nothing, 'initial');
    const any = part.any.map((piece) => toFragmentKey(syntax, piece, 'any'));
    const final = toFragmentKey(syntax, part.final ?? nothing, 'final');
    if (initial === undefined || final === undefined || !any.every((piece) => piece !== undefined)) return undefined;
    if (initial + any.join('') + final === '') return () => true;
    return byKey(matchPieces({ initial, any, final }, ordered).matches);
  }

  function testValue(part: Exclude<FilterItem, { kind: 'substring' | 'present' }>) {
    const rule = part.kind === 'extensible' && part.rule !== undefined ? findMatchingRule(part.rule) : undefined;
    if (part.kind === 'extensible' && part.rule !== undefined) {
      if (rule === undefined || !isExtensibleRule(rule) || !rule.syntaxes.includes(syntax)) return undefined;
    }
    const isOrder = part.kind === 'greaterOrEqual' || part.kind === 'lessOrEqual';
    const key = isOrder && !ordered ? undefined : toAssertionKey(syntax, part.value);
    if (key === undefined) return undefined;
    if (part.kind === 'greaterOrEqual') return byKey(matchAtLeast(key).matches);
    if (part.kind === 'lessOrEqual') return byKey(matchAtMost(key).matches);
    if (rule?.kind === 'exact') {
      const wanted = prepareExactText(decodeAssertion(part.value) ?? '');
      return (value: string) => prepareExactText(value) === wanted;
    }
    if (rule?.kind === 'all-bits' || rule?.kind === 'any-bits') {
      const mask = fromIntegerKey(key);
      return byKey((own) => {
        const bits = fromIntegerKey(own) & mask;
        return rule.kind === 'all-bits' ? bits === mask : bits !== 0n;
      });
    }
    return byKey((own) => own === key);
  }

  function byKey(matches: (key: string) => boolean): (value: string) => boolean {
    return (value) => {
      const key = toKey(syntax, value);
      return key !== undefined && matches(key);
    };
  }
}
