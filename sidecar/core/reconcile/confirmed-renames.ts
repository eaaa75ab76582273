import { DomainError } from '../errors.ts';
import type { User } from '../model.ts';
import { parseAddress } from '../names.ts';
import type { SyncPolicy } from './plan.ts';
import type { RenameQuestion, SettledRename } from './rename-question.ts';

/**
 * What an administrator confirmed, by new address. It may come after the new account got an entry of its own: that one is given
 * up then. Throws `invalid_input` naming the address that cannot be meant.
 */
export function settleConfirmed(question: RenameQuestion): ReadonlyMap<string, SettledRename> {
  const settled = new Map<string, SettledRename>();
  const { renames } = question.terms.confirmed;
  if (renames.size === 0) return settled;
  const vanished = new Map<string, User>(question.vanished.map((user) => [user.login, user]));
  const present = new Map<string, (typeof question.present)[number]>(
    question.present.map((each) => [each.login, each]),
  );
  const sources = new Set<string>();
  for (const [oldText, newText] of renames) {
    const fail = (why: string): never => {
      throw new DomainError('invalid_input', `--rename ${oldText}=${newText}: ${why}; nothing was changed`);
    };
    const from = vanished.get(parseAddress(oldText) ?? '');
    if (from === undefined) {
      return fail(
        question.isListed(parseAddress(oldText) ?? '')
          ? `${oldText} is still an account in IceWarp`
          : `no synchronised user is stored under ${oldText}: give the address it had`,
      );
    }
    const to = present.get(parseAddress(newText) ?? '');
    if (to === undefined) {
      return fail(
        question.isListed(parseAddress(newText) ?? '')
          ? `the account ${newText} is left out (filter, guest or manual user of that name)`
          : `${newText} is no account in IceWarp`,
      );
    }
    const replaced = to.stored;
    if (replaced !== undefined && !cameAfter(from, replaced, question.terms.policy)) {
      return fail(`${newText} was a user of its own before ${oldText} vanished: these are two people`);
    }
    if (settled.has(to.login)) return fail(`${newText} is given twice as a new address`);
    if (sources.has(from.login)) return fail(`${oldText} is given twice as an old address`);
    sources.add(from.login);
    settled.set(to.login, { from, replaced });
  }
  return settled;
}

// Under `keep` nobody notes when an account vanished: the last change of the entry is the nearest there is.
function cameAfter(from: User, replaced: User, policy: SyncPolicy): boolean {
  if (from.missingSince !== undefined) return replaced.createdAt >= from.missingSince;
  return policy.missingUsers === 'keep' && replaced.createdAt > from.modifiedAt;
}
