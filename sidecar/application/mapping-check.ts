import type { Mapping } from '../core/mapping/rules.ts';
import type { Directory } from '../core/model.ts';

/** A sound mapping and what it is checked against. */
export interface MappingCheck {
  readonly mapping: Mapping;
  /** Where each rule stands, by its name. */
  readonly places: ReadonlyMap<string, string>;
  readonly directory: Directory;
  readonly now: Date;
  /** Gives the candidate that a mistyped word most likely meant, if any is near. */
  readonly findNearest: (word: string, candidates: Iterable<string>) => string | undefined;
}

/** Something that a check of the mapping has to say. */
export interface Finding {
  /** Where the rule stands: `mappings/staff.yaml:3:8`; undefined when it is not about one rule. */
  readonly at: string | undefined;
  readonly message: string;
}
