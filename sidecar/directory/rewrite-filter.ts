import { attributeTypes, findAttribute, orderedSyntaxes } from './attributes.ts';
import { isDnMatchDefined } from './dn-parts-match.ts';
import { type ExtensibleItem, type FilterItem, type PlannedFilter, undefinedFilter } from './filter.ts';
import { createItemTest } from './item-test.ts';
import { findMatchingRule, isExtensibleRule } from './matching-rules.ts';
import { findUnservedAttribute } from './unserved-attributes.ts';

/**
 * A filter with another one in the place of each item. Items come with one attribute each: an extensible match of all attributes, or
 * of the parts of DNs as well, is told apart before.
 */
export function rewriteFilter(
  filter: PlannedFilter,
  rewriteItem: (item: FilterItem & { readonly attribute: string }) => PlannedFilter,
): PlannedFilter {
  switch (filter.kind) {
    case 'not': {
      const inner = rewriteFilter(filter.filter, rewriteItem);
      return inner === filter.filter ? filter : { kind: 'not', filter: inner };
    }
    case 'and':
    case 'or': {
      const filters = filter.filters.map((part) => rewriteFilter(part, rewriteItem));
      return filters.every((part, place) => part === filter.filters[place]) ? filter : { kind: filter.kind, filters };
    }
    case 'entries':
    case 'dn-parts':
    case 'undefined':
      return filter;
    case 'extensible': {
      const { attribute } = filter;
      if (attribute !== undefined && !filter.dnAttributes) return rewriteItem({ ...filter, attribute });
      return unite(tellApart(filter).map((part) => (part.kind === 'dn-parts' ? part : rewriteItem(part))));
    }
    default:
      return rewriteItem(filter);
  }
}

type OneItem = ExtensibleItem & { readonly attribute: string };

/** The parts of such a match that are not Undefined: it is TRUE where one of them is, and Undefined only when there is none. */
function tellApart(item: ExtensibleItem): readonly (OneItem | Extract<PlannedFilter, { kind: 'dn-parts' }>)[] {
  if (item.attribute === undefined && item.rule === undefined) return [];
  const rule = item.rule === undefined ? undefined : findMatchingRule(item.rule);
  if (item.rule !== undefined && (rule === undefined || !isExtensibleRule(rule))) return [];
  const names = item.attribute === undefined ? attributeTypes.map(({ name }) => name) : [item.attribute];
  const parts = names.map((attribute): OneItem => ({ ...item, attribute, dnAttributes: false })).filter(isDefined);
  return item.dnAttributes && isDnMatchDefined(item, rule) ? [...parts, { kind: 'dn-parts', item }] : parts;
}

function isDefined(item: OneItem): boolean {
  const type = findAttribute(item.attribute) ?? findUnservedAttribute(item.attribute);
  const syntax = type?.syntax;
  return syntax !== undefined && createItemTest(item, { syntax, ordered: orderedSyntaxes.has(syntax) }) !== undefined;
}

function unite(parts: readonly PlannedFilter[]): PlannedFilter {
  const filters = parts.filter((part) => part !== undefinedFilter);
  return filters.length === 0 ? undefinedFilter : { kind: 'or', filters };
}
