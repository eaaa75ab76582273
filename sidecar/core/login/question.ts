import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { type LoginName, parseLoginName } from '../names.ts';
import type { UserMatch } from '../ports/user-directory.ts';
import type { CanonicalName } from './canonical-name.ts';

/** Under which name to ask the mail server about a password. */
export type QuestionNamer = (canonical: CanonicalName, match: UserMatch) => LoginName;

/**
 * Names that are nobody's go to the mail server like everybody's, so that the time of an answer tells nothing. An address is asked
 * for as it is. Anything else (an unknown or ambiguous local part, nonsense) is asked for under a made-up name that no account
 * bears: completing it with a domain could count a failure against an innocent account.
 *
 * `domain` gives the domain of made-up names, best one that the mail server holds; without one, `invalid` (RFC 2606 §2).
 */
export function createQuestionNamer(domain: () => string | undefined): QuestionNamer {
  const key = createSecretKey(randomBytes(32));
  return (canonical, match) => {
    if (match.kind === 'found') return match.user.passwordOf;
    if (canonical.kind === 'address') return canonical.name as LoginName;
    const madeUp = createHmac('sha256', key)
      .update(canonical.kind === 'local' ? canonical.name : '')
      .digest('hex')
      .slice(0, 24);
    return parseLoginName(`nobody-${madeUp}@${domain() ?? ''}`) ?? (`nobody-${madeUp}@invalid` as LoginName);
  };
}
