import fc from 'fast-check';
import type { Filter } from '../../../sidecar/directory/filter.ts';
import { oracleAttributes } from './oracle.ts';
import { and, not, or, present } from './reading.ts';

const attribute = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...Object.keys(oracleAttributes), 'MAIL', 'ObjectClass', 'memberOf') },
  { weight: 2, arbitrary: fc.constantFrom('noSuchAttribute', 'cn;lang-en', '') },
);

/** Values of all entries, to take assertions from. */
export type Values = readonly string[];
/** A filter that still needs the values of a directory. */
export type FilterPlan = (values: Values) => Filter;

const constants = [
  'top',
  'computer',
  'noClass',
  'TRUE',
  '512',
  '513',
  '20260102030200.0Z',
  '20260102Z',
  ' ',
  '',
  'a',
  'Ä',
];

/** Values are mostly taken from the entries, whole or in another spelling. */
const value: fc.Arbitrary<(values: Values) => string> = fc
  .tuple(fc.nat(100_000), fc.nat(3))
  .map(([place, change]) => (values) => {
    const text = place % 5 === 0 ? constants[place % constants.length] : values[place % values.length];
    if (text === undefined) return '';
    if (change === 1) return text.replace(/[a-zäö]/g, (letter) => letter.toUpperCase());
    if (change === 2) return text.toLowerCase();
    return change === 3 ? ` ${text.replaceAll(',', ' , ')} ` : text;
  });

const piece: fc.Arbitrary<(values: Values) => Buffer> = fc
  .tuple(value, fc.nat(30), fc.nat(4))
  .map(([pick, start, length]) => (values) => {
    const characters = [...pick(values)];
    const at = start % (characters.length + 1);
    return Buffer.from(characters.slice(at, at + length).join(''));
  });

const item: fc.Arbitrary<FilterPlan> = fc.oneof(
  fc.tuple(fc.constantFrom('equal', 'equal', 'equal', 'approx', 'greaterOrEqual', 'lessOrEqual'), attribute, value).map(
    ([kind, name, pick]): FilterPlan =>
      (values) => ({ kind, attribute: name, value: Buffer.from(pick(values)) }),
  ),
  attribute.map(
    (name): FilterPlan =>
      () =>
        present(name),
  ),
  fc.tuple(attribute, fc.option(piece), fc.array(piece, { maxLength: 2 }), fc.option(piece)).map(
    ([name, initial, any, final]): FilterPlan =>
      (values) => {
        const parts = { initial: initial?.(values), any: any.map((part) => part(values)), final: final?.(values) };
        const isEmpty = [parts.initial, ...parts.any, parts.final].every((part) => (part?.length ?? 0) === 0);
        return isEmpty ? present(name) : { kind: 'substring', attribute: name, ...parts };
      },
  ),
);

/** Filters nested at most so deep. */
export function combineFilters(depth: number): fc.Arbitrary<FilterPlan> {
  if (depth === 0) return item;
  const child = combineFilters(depth - 1);
  const listed = fc.tuple(fc.boolean(), fc.array(child, { maxLength: 4 }));
  return fc.oneof(
    item,
    child.map(
      (plan): FilterPlan =>
        (values) =>
          not(plan(values)),
    ),
    listed.map(
      ([isAnd, plans]): FilterPlan =>
        (values) => {
          const filters = plans.map((plan) => plan(values));
          return isAnd ? and(...filters) : or(...filters);
        },
    ),
  );
}

export function showFilter(filter: Filter): string {
  return JSON.stringify(filter, (_, part) => (part?.type === 'Buffer' ? Buffer.from(part.data).toString() : part));
}
