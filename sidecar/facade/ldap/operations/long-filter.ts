import type { Filter } from '../../../directory/filter.ts';

/** What may be gone through in one go: a handful of milliseconds, were each part one that looks at all values. */
const fewParts = 16;

/** Whether a filter has so many parts that others should get their turn while it is gone through. */
export function isLongFilter(filter: Filter): boolean {
  return countParts(filter, fewParts) > fewParts;
}

/** Counts parts, and stops beyond `enough`. */
function countParts(filter: Filter, enough: number): number {
  if (filter.kind === 'not') return 1 + countParts(filter.filter, enough);
  if (!('filters' in filter)) return 1;
  let count = 1;
  for (const part of filter.filters) {
    if (count > enough) break;
    count += countParts(part, enough);
  }
  return count;
}
