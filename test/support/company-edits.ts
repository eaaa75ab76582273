import fc, { type Arbitrary } from 'fast-check';
import type { Account, CompanyData } from '../../sidecar/simulator/company/model.ts';
import {
  arbitraryAddress,
  arbitraryAliases,
  arbitraryGroup,
  arbitraryMember,
  arbitraryUser,
  domainKeyOf,
  homesOf,
  keyOf,
} from './company-accounts.ts';

/** One thing that happens to a company. Accounts and domains are named as they stand in it. */
export type CompanyEdit =
  | { readonly kind: 'add'; readonly account: Account }
  | { readonly kind: 'remove'; readonly address: string }
  /** Groups go on listing the old address. */
  | { readonly kind: 'rename'; readonly address: string; readonly to: string; readonly keepsOldAsAlias: boolean }
  | { readonly kind: 'change'; readonly address: string; readonly patch: Partial<Account> }
  | { readonly kind: 'add_member' | 'remove_member'; readonly address: string; readonly member: string }
  | { readonly kind: 'disable_logins'; readonly domain: string; readonly disabled: boolean };

/** An edit that fits a company: what it names is there, what it adds is not. */
export function arbitraryEdit(company: CompanyData): Arbitrary<CompanyEdit> {
  const homes = homesOf(company);
  const addresses = company.accounts.map((account) => account.address);
  const taken = new Set(addresses.map(keyOf));
  const free = arbitraryAddress(homes).map((address) => makeFree(address, taken));
  const domainEdit = fc
    .tuple(fc.constantFrom(...company.domains.map((domain) => domain.name)), fc.boolean())
    .map(([domain, disabled]): CompanyEdit => ({ kind: 'disable_logins', domain, disabled }));
  const addition = fc
    .tuple(free, fc.boolean())
    .chain(([address, isGroup]) =>
      isGroup ? arbitraryGroup(address, [...addresses, address], homes) : arbitraryUser(address, homes),
    )
    .map((account): CompanyEdit => ({ kind: 'add', account }));
  if (company.accounts.length === 0) return fc.oneof(addition, domainEdit);

  const chosen = fc.constantFrom(...company.accounts);
  const address = chosen.map((account) => account.address);
  const removal = address.map((each): CompanyEdit => ({ kind: 'remove', address: each }));
  const renaming = fc
    .tuple(address, free, fc.boolean())
    .map(([each, to, keepsOldAsAlias]): CompanyEdit => ({ kind: 'rename', address: each, to, keepsOldAsAlias }));
  const change = chosen
    .chain((account) => fc.tuple(fc.constant(account.address), arbitraryPatch(account, homes)))
    .map(([each, patch]): CompanyEdit => ({ kind: 'change', address: each, patch }));
  const groups = company.accounts.filter((account) => account.type === 'group' || account.type === 'mailing_list');
  const memberEdits = groups.map((group) => arbitraryMemberEdit(group, addresses, homes));
  return fc.oneof(addition, removal, renaming, change, domainEdit, ...memberEdits);
}

/** Edits one after the other, each of which fits the company that those before it leave. */
export function arbitraryEdits(company: CompanyData, maxLength: number): Arbitrary<readonly CompanyEdit[]> {
  if (maxLength === 0) return fc.constant([]);
  const more = arbitraryEdit(company).chain((edit) =>
    arbitraryEdits(applyEdit(company, edit), maxLength - 1).map((rest) => [edit, ...rest]),
  );
  return fc.oneof({ weight: 1, arbitrary: fc.constant([]) }, { weight: maxLength, arbitrary: more });
}

/** The company after an edit. */
export function applyEdit(company: CompanyData, edit: CompanyEdit): CompanyData {
  const onAccount = (address: string, change: (account: Account) => Account): CompanyData => ({
    ...company,
    accounts: company.accounts.map((account) => (account.address === address ? change(account) : account)),
  });
  switch (edit.kind) {
    case 'add':
      return { ...company, accounts: [...company.accounts, edit.account] };
    case 'remove':
      return { ...company, accounts: company.accounts.filter((account) => account.address !== edit.address) };
    case 'rename':
      return onAccount(edit.address, (account) => ({
        ...account,
        address: edit.to,
        aliases: edit.keepsOldAsAlias ? [...account.aliases, edit.address] : account.aliases,
      }));
    case 'change':
      return onAccount(edit.address, (account) => ({ ...account, ...edit.patch }));
    case 'add_member':
      return onAccount(edit.address, (group) => ({ ...group, members: [...group.members, edit.member] }));
    case 'remove_member':
      return onAccount(edit.address, (group) => ({
        ...group,
        members: group.members.filter((member) => member !== edit.member),
      }));
    case 'disable_logins':
      return {
        ...company,
        domains: company.domains.map((domain) =>
          domainKeyOf(domain.name) === domainKeyOf(edit.domain) ? { ...domain, loginDisabled: edit.disabled } : domain,
        ),
      };
  }
}

/** Other texts, aliases or state for an account; never another address. */
function arbitraryPatch(account: Account, homes: readonly string[]): Arbitrary<Partial<Account>> {
  const other = arbitraryUser(account.address, homes);
  return fc.oneof(
    arbitraryAliases(homes).map((aliases) => ({ aliases })),
    other.map(({ state, blocked, validTill }) => ({ state, blocked, validTill })),
    other.map(({ displayName, givenName, surname, card }) => ({ displayName, givenName, surname, card })),
  );
}

function arbitraryMemberEdit(
  group: Account,
  addresses: readonly string[],
  homes: readonly string[],
): Arbitrary<CompanyEdit> {
  const { address, members } = group;
  const adding = arbitraryMember(addresses, homes).map(
    (member): CompanyEdit => ({ kind: 'add_member', address, member }),
  );
  if (members.length === 0) return adding;
  const removing = fc
    .constantFrom(...members)
    .map((member): CompanyEdit => ({ kind: 'remove_member', address, member }));
  return fc.oneof(adding, removing);
}

function makeFree(address: string, taken: ReadonlySet<string>): string {
  let free = address;
  for (let number = 2; taken.has(keyOf(free)); number++) free = address.replace(/(?=@[^@]*$)/, `.${number}`);
  return free;
}
