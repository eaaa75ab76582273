import { DomainError } from '../core/errors.ts';
import { createArchiveFinder, opensArchive } from '../core/mapping/archives.ts';
import { createExplainer, type RightTrace } from '../core/mapping/explain.ts';
import { compareText } from '../core/mapping/judge.ts';
import { ownArchivePrivileges } from '../core/mapping/privileges.ts';
import type { Mapping } from '../core/mapping/rules.ts';
import type { Directory, UserState } from '../core/model.ts';
import { parseAddress } from '../core/names.ts';
import { findUser } from './find-user.ts';

/** Somebody who may do something in the archive, and by what. */
export interface ArchiveHolder {
  readonly login: string;
  readonly state: UserState;
  readonly isOwner: boolean;
  readonly rights: readonly RightTrace[];
}

/** Who may read, write or delete in one archive, and why. */
export interface ArchiveExplanation {
  /** Login of the owner, or the address asked for when nobody in the directory bears it. */
  readonly archive: string;
  readonly isKnown: boolean;
  /** By login. */
  readonly holders: readonly ArchiveHolder[];
}

/**
 * Answers for the archive of a user (address, alias, unique local part or UUID), or of an address that nobody bears any
 * more. Denied rights are left out. Throws `not_found` for what is neither, `conflict` for an ambiguous name.
 */
export function explainArchive(directory: Directory, mapping: Mapping, name: string, now: Date): ArchiveExplanation {
  const archive = createArchiveFinder(directory).archiveOf(addressOf(directory, name));
  const explainer = createExplainer(directory, mapping, now);
  const holders = [...directory.users.values()].flatMap((user): ArchiveHolder | [] => {
    const isOwner = user === archive.owner;
    const rights = explainer.explainRights(
      user,
      ({ kind, name: right, deniedBy }) =>
        kind === 'privilege' &&
        deniedBy.length === 0 &&
        (opensArchive(right, archive) || (isOwner && ownArchivePrivileges.some((own) => own === right))),
    );
    return rights.length === 0 ? [] : { login: user.login, state: user.state, isOwner, rights };
  });
  return {
    archive: archive.owner?.login ?? [...archive.addresses].join(),
    isKnown: archive.owner !== undefined,
    holders: holders.sort((a, b) => compareText(a.login, b.login)),
  };
}

function addressOf(directory: Directory, name: string): string {
  try {
    return findUser(directory, name).login;
  } catch (error) {
    const address = parseAddress(name);
    // A leaver's archive outlives the account.
    if (address !== undefined && error instanceof DomainError && error.code === 'not_found') return address;
    throw error;
  }
}
