import type { LoginName } from '../core/names.ts';
import type { LoginUser, UserDirectory, UserMatch } from '../core/ports/user-directory.ts';
import { type AttributeName, attributeNamed } from './attributes.ts';
import { type DirectoryIndex, openValueTable } from './directory-index.ts';
import { type Grants, openGrants } from './grants.ts';
import { IdList } from './id-sets.ts';
import type { SnapshotBlock } from './layout.ts';
import { foldText, toByteString } from './string-preparation.ts';
import { toKey } from './values.ts';

const maxNameLength = 320;

/** What {@link matchName} asks. */
export interface NamedUsers {
  /** Users with exactly this address or short name. */
  findNamed(name: string): readonly number[];
  isSharedShortName(name: string): boolean;
  userAt(id: number): LoginUser;
}

/** {@link UserDirectory.findByName} over users by entry id. */
export function matchName(name: string, users: NamedUsers): UserMatch {
  if (name === '' || name.length > maxNameLength) return { kind: 'unknown' };
  const [id, ...more] = users.findNamed(name);
  if (more.length > 0) return { kind: 'ambiguous' };
  if (id !== undefined) return { kind: 'found', user: users.userAt(id) };
  return !isAddress(name) && users.isSharedShortName(name) ? { kind: 'ambiguous' } : { kind: 'unknown' };
}

/**
 * Finds users for a login in the block's own indexes. Those know matching rules, by which different addresses may be equal
 * (`ﬁ` and `fi`); a login's name must be one of the user's own to the letter.
 */
export class LoginIndex implements UserDirectory, NamedUsers {
  readonly #index: DirectoryIndex;
  readonly #firstUser: number;
  readonly #endOfUsers: number;
  readonly #block: SnapshotBlock;
  #grantsOf: ((place: number) => Grants) | undefined;

  constructor(block: SnapshotBlock, index: DirectoryIndex) {
    this.#block = block;
    this.#index = index;
    this.#firstUser = block.header.firstUser;
    this.#endOfUsers = block.header.firstUser + block.header.counts.users;
  }

  findByName(name: string): UserMatch {
    return matchName(name, this);
  }

  findById(id: string): LoginUser | undefined {
    const entry = this.findEntryById(id);
    return entry === undefined ? undefined : this.userAt(entry);
  }

  /** The entry of the user with a UUID. */
  findEntryById(uuid: string): number | undefined {
    return this.#usersWith('entryUUID', uuid)[0];
  }

  findNamed(name: string): readonly number[] {
    const attribute = isAddress(name) ? 'mail' : 'sAMAccountName';
    const { id: type } = attributeNamed(attribute);
    return this.#usersWith(attribute, name).filter((id) => this.#index.records.valuesOf(id, type).includes(name));
  }

  isSharedShortName(name: string): boolean {
    return openValueTable(this.#block, 'sharedShortNames').find(toShortNameKey(name)) !== -1;
  }

  userAt(id: number): LoginUser {
    this.#grantsOf ??= openGrants(this.#block);
    const login = this.#valueOf(id, 'uid') as LoginName;
    const grants = this.#grantsOf(id - this.#firstUser);
    return { id: this.#valueOf(id, 'entryUUID'), login, ...grants, passwordOf: grants.passwordOf ?? login };
  }

  #usersWith(attribute: AttributeName, value: string): number[] {
    const type = attributeNamed(attribute);
    const key = toKey(type.syntax, value);
    if (key === undefined) return [];
    const { table, postings } = this.#index.attribute(type);
    const found = new IdList();
    postings.setOf(table.find(key)).collect(this.#firstUser, this.#endOfUsers, found);
    return [...found.view()];
  }

  #valueOf(id: number, attribute: AttributeName): string {
    return this.#index.records.valuesOf(id, attributeNamed(attribute).id)[0] ?? '';
  }
}

/** Key in the tables of short names. */
export function toShortNameKey(name: string): string {
  return toByteString(foldText(name));
}

function isAddress(name: string): boolean {
  return name.includes('@');
}
