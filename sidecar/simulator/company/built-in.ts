import { type Account, blankAccount, blankDomain, type Domain } from './model.ts';

/** The domain that the original keeps for itself and lists like any other. Clients have to leave it out by name. */
export const internalDomain: Domain = {
  ...blankDomain,
  name: '##internalservicedomain.icewarp.com##',
  description: 'Internal service domain',
  publicFolders: false,
};

/** Somebody in the internal domain, so that a client that does not leave it out is seen to fail. */
export const internalAccount: Account = {
  ...blankAccount,
  address: `service@${internalDomain.name}`,
  displayName: 'Internal service',
  // No password is right for it, the empty one included.
  state: 'disabled',
};

/** The group that every standard domain of the original has. */
export function createPublicFolders(domain: Domain): Account {
  return {
    ...blankAccount,
    address: `public-folders@${domain.name}`,
    type: 'group',
    displayName: 'Public Folders',
    members: [`[${domain.name}]`],
  };
}
