import {
  type Account,
  blankAccount,
  blankDomain,
  blankServer,
  type CompanyData,
} from '../../sidecar/simulator/company/model.ts';

const domain = 'office.invalid';

/** Whom the sidecar logs in as: in a domain of its own, so that no edit can shut it out. */
export const administrator: Account = {
  ...blankAccount,
  address: `admin@${domain}`,
  displayName: 'Administrator',
  password: 'admin-secret',
  admin: 'administrator',
};

/** A generated company as a server can tell it: with an administrator, and without the separator of lists within their items. */
export function toServable(company: Pick<CompanyData, 'domains' | 'accounts'>): CompanyData {
  const home = { ...blankDomain, name: domain, publicFolders: false };
  const tell = (text: string) => text.replaceAll(';', '~');
  const accounts = company.accounts.map((account) => ({
    ...account,
    address: tell(account.address),
    aliases: account.aliases.map(tell),
    members: account.members.map(tell),
  }));
  return { server: blankServer, domains: [...company.domains, home], accounts: [...accounts, administrator] };
}
