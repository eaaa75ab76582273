import { quoteText, type Warnings } from './warnings.ts';

/** Names that several accounts or groups bear: which of them is meant cannot be told. */
export interface Contradictions {
  /** Tells of a name with both spellings. */
  add(name: string, first: string, second: string): void;
  names(): ReadonlySet<string>;
}

export function createContradictions(warnings: Warnings): Contradictions {
  const names = new Set<string>();
  return {
    add(name, first, second) {
      names.add(name);
      warnings.add(
        `${name} is the address of two accounts, listed as ${quoteText(first)} and ${quoteText(second)}: neither is read, ` +
          'what is stored stays; rename one in IceWarp',
      );
    },
    names: () => names,
  };
}
