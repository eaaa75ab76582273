import { idOfMadeSecret } from '../made-secret.ts';
import type { AppPasswords } from '../ports/app-passwords.ts';
import { findObstacle } from './account-state.ts';
import type { Attempt, Decision } from './attempt.ts';
import { type Release, refusalOf } from './release.ts';

export interface AppPasswordStepParts {
  readonly appPasswords: AppPasswords;
  readonly release: Release;
}

/**
 * The step for passwords in the form of an app password. IceWarp is never asked about one: what has that form and is none (any more) is
 * refused as a wrong password is, so that a client with a removed one costs its user nothing. A block of IceWarp's does not end app
 * passwords: it is about guesses of another password.
 */
export function createAppPasswordStep({ appPasswords, release }: AppPasswordStepParts) {
  return async (attempt: Attempt): Promise<Decision | undefined> => {
    const { request, match } = attempt;
    if (idOfMadeSecret(request.password) === undefined) return undefined;
    const password = appPasswords.find(request.password);
    if (match.kind !== 'found') return await release.refuse(attempt, refusalOf(attempt));
    const { user } = match;
    if (password?.userId !== user.id) return await release.refuse(attempt, 'wrong_app_password');
    if (request.facade !== 'ldap' || !password.isFor(request.listener, request.clientAddress)) {
      return { ...(await release.refuse(attempt, 'app_password_not_for_here')), appPassword: password.id };
    }
    const obstacle = findObstacle(user, request.require);
    if (obstacle !== undefined) return { ...(await release.refuse(attempt, obstacle)), appPassword: password.id };
    appPasswords.noteUse(password.id);
    return { outcome: { kind: 'accepted', user }, decidedBy: 'app_password', appPassword: password.id };
  };
}
