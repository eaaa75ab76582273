import type { AdminKind } from '../ports/directory-source.ts';

/** Names of rights; sorted in no way. */
export interface RightNames {
  readonly privileges: readonly string[];
  readonly roles: readonly string[];
}

/** Whom an expectation is about. */
export type ExpectationSubject =
  /** Somebody in the directory: address, alias, unique local part or UUID. */
  | { readonly kind: 'user'; readonly name: string }
  /** Somebody made up, new, whom these groups list and no others. Canonical addresses; the groups need not exist. */
  | {
      readonly kind: 'stated';
      readonly groups: readonly string[];
      /** Primary address; undefined: one in a domain that no rule names. */
      readonly address: string | undefined;
      readonly admin: AdminKind;
      readonly comment: string;
    };

/** What an administrator expects a mapping to do for one person: a test of the mapping. */
export interface Expectation {
  readonly name: string;
  readonly subject: ExpectationSubject;
  /** When; undefined: now. */
  readonly at: Date | undefined;
  /** All of these are held. */
  readonly expect: RightNames;
  /** None of these is held; `ReadArchive:*` stands for any `ReadArchive:…`. */
  readonly forbid: RightNames;
}
