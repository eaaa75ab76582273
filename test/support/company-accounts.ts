import { domainToASCII } from 'node:url';
import fc, { type Arbitrary } from 'fast-check';
import {
  type Account,
  accountStates,
  authModes,
  blankAccount,
  type CompanyData,
  listAudiences,
} from '../../sidecar/simulator/company/model.ts';
import { arbitraryDay, arbitraryLocalPart, arbitraryText } from './company-texts.ts';

/** What names an account: no two accounts of a company have the same. */
export function keyOf(address: string): string {
  const at = address.lastIndexOf('@');
  return `${address.slice(0, at).normalize('NFC').toLowerCase()}@${domainKeyOf(address.slice(at + 1))}`;
}

/** What names a domain. */
export function domainKeyOf(name: string): string {
  return domainToASCII(name.normalize('NFC')) || name.toLowerCase();
}

/** Domains that hold accounts. */
export function homesOf(company: Pick<CompanyData, 'domains'>): string[] {
  return company.domains.filter((domain) => domain.type !== 'alias').map((domain) => domain.name);
}

/** An address in one of the domains; it may be taken. */
export function arbitraryAddress(homes: readonly string[]): Arbitrary<string> {
  return fc.tuple(arbitraryLocalPart, fc.constantFrom(...homes)).map(([local, home]) => `${local}@${home}`);
}

/** Local parts, addresses of any domain, patterns; some that somebody else has. */
export function arbitraryAliases(homes: readonly string[]): Arbitrary<readonly string[]> {
  const alias = fc.oneof(arbitraryLocalPart, arbitraryAddress([...homes, 'elsewhere.test']), fc.constant('[sales]'));
  return fc.array(alias, { maxLength: 3 });
}

/** A user with everything but the address, which is the caller's. */
export function arbitraryUser(address: string, homes: readonly string[]): Arbitrary<Account> {
  const rarely = fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });
  const some = fc.record(
    {
      displayName: arbitraryText,
      givenName: arbitraryText,
      surname: arbitraryText,
      aliases: arbitraryAliases(homes),
      state: fc.oneof({ weight: 3, arbitrary: fc.constant('enabled' as const) }, fc.constantFrom(...accountStates)),
      blocked: rarely,
      passwordExpired: rarely,
      guest: rarely,
      validTill: arbitraryDay,
      created: arbitraryDay,
      authMode: fc.oneof({ weight: 5, arbitrary: fc.constant('standard' as const) }, fc.constantFrom(...authModes)),
      comment: arbitraryText,
      phone: arbitraryText,
      card: fc.oneof(
        fc.constant(null),
        fc.dictionary(fc.constantFrom('firstname', 'lastname', 'fileas', 'department'), arbitraryText),
      ),
    },
    { requiredKeys: [] },
  );
  return some.map((fields) => ({ ...blankAccount, ...fields, address, password: `${address} secret` }));
}

/** One member: an account in its own spelling or another, a group, a whole domain, nobody at all. */
export function arbitraryMember(addresses: readonly string[], homes: readonly string[]): Arbitrary<string> {
  const known = addresses.length === 0 ? [] : [fc.constantFrom(...addresses)];
  return fc.oneof(
    ...known.map((arbitrary) => ({ weight: 6, arbitrary })),
    ...known.map((arbitrary) => ({ weight: 1, arbitrary: arbitrary.map((address) => address.toUpperCase()) })),
    { weight: 1, arbitrary: fc.constantFrom(...homes, 'unknown.test').map((home) => `[${home}]`) },
    { weight: 1, arbitrary: arbitraryAddress([...homes, 'elsewhere.test']) },
    { weight: 1, arbitrary: fc.constantFrom('no address', '[', '[]', '@', 'ليلى') },
  );
}

/** A group or mailing list; `addresses` are what there is, the group itself may be among them. */
export function arbitraryGroup(
  address: string,
  addresses: readonly string[],
  homes: readonly string[],
): Arbitrary<Account> {
  return fc
    .record({
      type: fc.oneof(
        { weight: 3, arbitrary: fc.constant('group' as const) },
        { weight: 1, arbitrary: fc.constant('mailing_list' as const) },
      ),
      displayName: arbitraryText,
      aliases: arbitraryAliases(homes),
      members: fc.array(arbitraryMember(addresses, homes), { maxLength: 8 }),
      audience: fc.constantFrom(...listAudiences),
    })
    .map((fields) => ({ ...blankAccount, ...fields, address }));
}
