import type { LdapProfileName } from '../../../core/ldap-profiles.ts';
import type { DerivedAttribute } from '../../../directory/shape.ts';
import type { ResultCode } from '../result-codes.ts';
import type { NumericIds } from './numeric-ids.ts';

/** What an installation adds to a profile. */
export interface ProfileFacts {
  readonly numericIds: NumericIds;
  /** `%u` stands for the user's name. */
  readonly homeDirectory: string;
  readonly loginShell: string;
}

/** How one product wants a directory to look: what its connections are shown, and which codes they never get. */
export interface LdapProfile {
  readonly name: LdapProfileName;
  /** The product, as its vendor writes it. */
  readonly product: string;
  /** Attributes that are made for it, or made otherwise. */
  readonly derive?: (facts: ProfileFacts) => readonly DerivedAttribute[];
  /** Stored attributes that it is not shown. */
  readonly hidden?: readonly string[];
  /** Result codes that it takes for something else, and those it gets in their place. */
  readonly replacedCodes?: ReadonlyMap<ResultCode, ResultCode>;
}
