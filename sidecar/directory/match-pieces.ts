import type { ValueMatch } from './value-matches.ts';
import { keyBoundary, type ValueTable } from './value-table.ts';

export interface Pieces {
  /** '' stands for a piece not given; not all may be ''. */
  readonly initial: string;
  readonly any: readonly string[];
  readonly final: string;
}

/** What to read to find the values with all pieces. */
type Plan =
  | { readonly kind: 'range'; readonly cost: number; readonly from: number; readonly to: number }
  | { readonly kind: 'blocks'; readonly cost: number; readonly blocks: Uint32Array }
  | { readonly kind: 'all'; readonly cost: number };

/** Values read one by one in the time that a block, or a value in a scan of all, takes. */
const blockCost = 4;
const scannedValueCost = 1 / 8;

/** Values that contain the pieces in their order, none overlapping. `isSorted`: the table is. */
export function matchPieces({ initial, any, final }: Pieces, isSorted: boolean): ValueMatch {
  const matches = (value: string) => {
    if (!value.startsWith(initial)) return false;
    let at = initial.length;
    for (const piece of any) {
      const place = value.indexOf(piece, at);
      if (place === -1) return false;
      at = place + piece.length;
    }
    return value.length - final.length >= at && value.endsWith(final);
  };
  const needles = [initial && keyBoundary + initial, ...any, final && final + keyBoundary]
    .filter((piece) => piece !== '')
    .map((piece) => Buffer.from(piece, 'latin1'));
  const longest = needles.reduce((one, other) => (other.length > one.length ? other : one));
  const makePlan = (table: ValueTable): Plan => {
    const all: Plan = { kind: 'all', cost: Math.ceil(table.count * scannedValueCost) };
    if (isSorted && initial !== '') {
      const from = table.lowerBound(initial);
      // Greater than all that begin with the piece: no octet of a key is as high as the boundary.
      const to = table.lowerBound(initial + keyBoundary);
      const range: Plan = { kind: 'range', cost: to - from, from, to };
      // With one piece the range is the answer, and nothing of it is read.
      if (needles.length === 1 || range.cost <= blockCost) return range;
      const other = planBlocks(table) ?? all;
      return range.cost < other.cost ? range : other;
    }
    return planBlocks(table) ?? all;
  };
  const planBlocks = (table: ValueTable): Plan | undefined => {
    const blocks = table.blocksWith(needles);
    return blocks && { kind: 'blocks', cost: blocks.length * blockCost, blocks };
  };
  const plans = new Map<ValueTable, Plan>();
  const planOf = (table: ValueTable) => {
    const plan = plans.get(table) ?? makePlan(table);
    plans.set(table, plan);
    return plan;
  };
  return {
    matches,
    cost: (table) => planOf(table).cost,
    visit(table, found) {
      const plan = planOf(table);
      // With one piece the scan's finding is the answer.
      const check = needles.length === 1 ? found : (value: number) => matches(table.keyAt(value)) && found(value);
      if (plan.kind === 'blocks') table.scanBlocks(longest, plan.blocks, check);
      else if (plan.kind === 'all') table.scan(longest, check);
      else for (let value = plan.from; value < plan.to; value++) check(value);
    },
  };
}
