import type { Accounts } from '../../core/ports/accounts.ts';

/** `undecided`: it could not be told, or not in time. */
export type LookUpAnswer = 'there' | 'not_there' | 'undecided';

/** Asks whether an address that no entry bears is an account's all the same. Never rejects. */
export type AskAccount = (address: string) => Promise<LookUpAnswer>;

/** How long a search waits for one. */
const longestWaitMs = 1000;

/** Puts the questions of searches to the accounts, for a second at most each. */
export function createAskAccount(accounts: Pick<Accounts, 'lookUp'>): AskAccount {
  return async (address) => {
    const late = Promise.withResolvers<'undecided'>();
    const timer = setTimeout(() => late.resolve('undecided'), longestWaitMs);
    const answer = accounts.lookUp(address).catch((): LookUpAnswer => 'undecided');
    try {
      return await Promise.race([answer, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  };
}
