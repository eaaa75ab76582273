import fc, { type Arbitrary } from 'fast-check';
import { blankDomain, blankServer, type CompanyData, type Domain } from '../../sidecar/simulator/company/model.ts';
import { arbitraryAddress, arbitraryGroup, arbitraryUser, domainKeyOf, homesOf, keyOf } from './company-accounts.ts';
import { arbitraryDomainName, arbitraryText } from './company-texts.ts';

export { applyEdit, arbitraryEdit, arbitraryEdits, type CompanyEdit } from './company-edits.ts';

/** Most accounts of a company; small, so that a failure can be read. */
export interface CompanyLimits {
  readonly users?: number;
  readonly groups?: number;
}

/**
 * A company that a simulated server accepts, made without regard to what is usual: texts of any script and length, names
 * that differ in case only, shared aliases, groups within groups and in circles, whole domains and nobody as members.
 */
export function arbitraryCompany({ users = 12, groups = 5 }: CompanyLimits = {}): Arbitrary<CompanyData> {
  return arbitraryDomains.chain((domains) => {
    const homes = homesOf({ domains });
    const addresses = fc.uniqueArray(arbitraryAddress(homes), { maxLength: users + groups, selector: keyOf });
    return fc.tuple(addresses, fc.nat(groups)).chain(([all, groupCount]) => {
      const accounts = all.map((address, index) =>
        index < groupCount ? arbitraryGroup(address, all, homes) : arbitraryUser(address, homes),
      );
      return fc.tuple(...accounts).map((each): CompanyData => ({ server: blankServer, domains, accounts: each }));
    });
  });
}

/** One to four domains, the first one with accounts; others may be aliases of it. */
const arbitraryDomains: Arbitrary<readonly Domain[]> = fc
  .uniqueArray(arbitraryDomainName, { minLength: 1, maxLength: 4, selector: domainKeyOf })
  .chain(([first = 'example.com', ...others]) =>
    fc.tuple(arbitraryDomain(first), ...others.map((name) => arbitraryDomain(name, first))),
  );

function arbitraryDomain(name: string, target?: string): Arbitrary<Domain> {
  const shape = fc.record({
    description: arbitraryText,
    loginDisabled: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
    publicFolders: fc.boolean(),
    aliases: fc.array(fc.constantFrom('other.test', 'ANOTHER.test'), { maxLength: 1 }),
    isAlias: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true)),
  });
  return shape.map(({ isAlias, ...fields }) =>
    isAlias && target !== undefined
      ? { ...blankDomain, name, type: 'alias', target, description: fields.description }
      : { ...blankDomain, ...fields, name },
  );
}
