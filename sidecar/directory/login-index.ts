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

/**
 * Finds users for a login in the block's own indexes. Those know matching rules, by which different addresses may be equal
 * (`ﬁ` and `fi`); a login's name must be one of the user's own to the letter.
 */
export class LoginIndex implements UserDirectory {
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
    if (name === '' || name.length > maxNameLength) return { kind: 'unknown' };
    const isAddress = name.includes('@');
    const [id, ...more] = this.#findExact(isAddress ? 'mail' : 'sAMAccountName', name);
    if (more.length > 0) return { kind: 'ambiguous' };
    if (id !== undefined) return { kind: 'found', user: this.#userAt(id) };
    return !isAddress && this.#isSharedShortName(name) ? { kind: 'ambiguous' } : { kind: 'unknown' };
  }

  findById(id: string): LoginUser | undefined {
    const entry = this.findEntryById(id);
    return entry === undefined ? undefined : this.#userAt(entry);
  }

  /** The entry of the user with a UUID. */
  findEntryById(uuid: string): number | undefined {
    return this.#usersWith('entryUUID', uuid)[0];
  }

  #findExact(attribute: AttributeName, value: string): number[] {
    const { id: type } = attributeNamed(attribute);
    return this.#usersWith(attribute, value).filter((id) => this.#index.records.valuesOf(id, type).includes(value));
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

  #isSharedShortName(name: string): boolean {
    return openValueTable(this.#block, 'sharedShortNames').find(toByteString(foldText(name))) !== -1;
  }

  #userAt(id: number): LoginUser {
    this.#grantsOf ??= openGrants(this.#block);
    const login = this.#valueOf(id, 'uid') as LoginName;
    const grants = this.#grantsOf(id - this.#firstUser);
    return { id: this.#valueOf(id, 'entryUUID'), login, ...grants, passwordOf: grants.passwordOf ?? login };
  }

  #valueOf(id: number, attribute: AttributeName): string {
    return this.#index.records.valuesOf(id, attributeNamed(attribute).id)[0] ?? '';
  }
}
