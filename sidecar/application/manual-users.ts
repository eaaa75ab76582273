import { DomainError } from '../core/errors.ts';
import {
  requireDisplayName,
  requireFreeAddresses,
  requireLink,
  requireLoginName,
  requireManual,
} from '../core/manual-users/checks.ts';
import type { Directory, User } from '../core/model.ts';
import { noFacts } from '../core/model.ts';
import { localPartOf, parseAddress } from '../core/names.ts';
import { findUser } from './find-user.ts';
import { changeUser, type ManualUserPorts, type ManualUserResult, withRights } from './manual-users-commit.ts';

export type { ManualUserPorts, ManualUserResult } from './manual-users-commit.ts';

/** In the place of the server that a synchronised user came from. */
const manualSourceId = 'manual';

export interface NewManualUser {
  /** The primary address; the DN and the login name. */
  readonly login: string;
  /** The IceWarp account whose password it is. */
  readonly icewarp: string;
  /** The local part when left out. */
  readonly name?: string | undefined;
  /** Further addresses. */
  readonly mail?: readonly string[] | undefined;
}

/** What is left out stays. */
export interface ManualUserEdit {
  readonly name?: string | undefined;
  /** In the place of all further addresses. */
  readonly mail?: readonly string[] | undefined;
}

/**
 * Makes a user that no synchronisation touches. Rejects with `invalid_input` for what is no address or name, with `conflict`
 * when an address is somebody's already, and as `DirectoryStore.commit` does.
 */
export function addManualUser(ports: ManualUserPorts, request: NewManualUser): Promise<ManualUserResult> {
  return changeUser(ports, (directory, now) => {
    const login = requireLoginName(request.login);
    const addresses = requireFreeAddresses(directory, login, request.mail ?? [], undefined);
    const link = requireLink(directory, request.icewarp);
    const user: User = {
      id: ports.newId(),
      sourceId: manualSourceId,
      origin: 'manual',
      login,
      passwordOf: link.passwordOf,
      displayName: request.name === undefined ? localPartOf(login) : requireDisplayName(request.name),
      ...{ givenName: '', surname: '', description: '', telephoneNumber: '' },
      addresses,
      ...{ state: 'enabled', missingSince: undefined, facts: noFacts, memberships: [], privileges: [], roles: [] },
      ...{ createdAt: now, modifiedAt: now },
    };
    return { before: undefined, after: withRights(ports, directory, user, now), warnings: link.warnings };
  });
}

/** Changes name or addresses, and gives the rights anew. Rejects as {@link addManualUser}, and with `not_found`. */
export function editManualUser(
  ports: ManualUserPorts,
  name: string,
  { name: displayName, mail }: ManualUserEdit,
): Promise<ManualUserResult> {
  return changeUser(ports, (directory, now) => {
    if (displayName === undefined && mail === undefined) {
      throw new DomainError('invalid_input', 'nothing is to be changed; give --name, --mail or --no-mail');
    }
    const before = findManualUser(directory, name);
    const addresses = mail && requireFreeAddresses(directory, before.login, mail, before);
    const edited: User = {
      ...before,
      displayName: displayName === undefined ? before.displayName : requireDisplayName(displayName),
      addresses: addresses ?? before.addresses,
    };
    return { before, after: withRights(ports, directory, edited, now), warnings: [] };
  });
}

/** Removes a manual user at once. Rejects with `not_found`, and with `conflict` for a synchronised user. */
export function removeManualUser(ports: ManualUserPorts, name: string): Promise<ManualUserResult> {
  return changeUser(ports, (directory) => {
    return { before: findManualUser(directory, name), after: undefined, warnings: [] };
  });
}

/** Links a manual user to another account, whose password is its from then on. Rejects as {@link addManualUser}. */
export function linkManualUser(ports: ManualUserPorts, name: string, icewarp: string): Promise<ManualUserResult> {
  return changeUser(ports, (directory, now) => {
    const before = findManualUser(directory, name);
    const { passwordOf, warnings } = requireLink(directory, icewarp);
    const linked: User = { ...before, passwordOf, state: 'enabled', missingSince: undefined };
    return { before, after: withRights(ports, directory, linked, now), warnings };
  });
}

/** Takes a manual user's link away: the entry stays, disabled, until it is linked again. Rejects as {@link removeManualUser}. */
export function unlinkManualUser(ports: ManualUserPorts, name: string): Promise<ManualUserResult> {
  return changeUser(ports, (directory, now) => {
    const before = findManualUser(directory, name);
    const { passwordOf: _, ...rest } = before;
    return {
      before,
      after: withRights(ports, directory, { ...rest, state: 'disabled', missingSince: undefined }, now),
      warnings: [],
    };
  });
}

/**
 * Hands a manual user over to synchronisation, under the same entryUUID and DN: the next run takes it for the IceWarp account of its
 * login. Rejects as {@link removeManualUser}, and with `conflict` when it is not clear which server it would come from.
 */
export function adoptManualUser(ports: ManualUserPorts, name: string): Promise<ManualUserResult> {
  return changeUser(ports, (directory, now) => {
    const before = findManualUser(directory, name);
    const address = parseAddress(name);
    if (address !== undefined && address !== before.login) {
      throw new DomainError(
        'invalid_input',
        `${address} is a further address of the manual user ${before.login}: take it away (users edit ${before.login} --mail …), and the next synchronisation serves the account of that address`,
      );
    }
    const { passwordOf: _, ...rest } = before;
    const adopted: User = {
      ...{ ...rest, origin: 'synchronised', sourceId: findSource(directory) },
      ...{ state: 'enabled', missingSince: undefined },
    };
    const warning = `the next synchronisation takes ${before.login} over; if IceWarp has no such account, it is then treated as missing`;
    return { before, after: withRights(ports, directory, adopted, now), warnings: [warning] };
  });
}

function findManualUser(directory: Directory, name: string): User {
  const user = findUser(directory, name);
  requireManual(user);
  return user;
}

function findSource(directory: Directory): string {
  const sources = new Set<string>();
  for (const { origin, sourceId } of directory.users.values()) if (origin === 'synchronised') sources.add(sourceId);
  const [source, ...others] = sources;
  if (source !== undefined && others.length === 0) return source;
  throw new DomainError(
    'conflict',
    source === undefined
      ? 'nobody is synchronised, so that it cannot be told which server would have the account: run `sync` first'
      : `users of several servers are synchronised (${[...sources].join(', ')}): it cannot be told which one has the account`,
  );
}
