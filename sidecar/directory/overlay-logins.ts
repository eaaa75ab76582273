import type { LoginUser, UserDirectory, UserMatch } from '../core/ports/user-directory.ts';
import { openValueTable } from './directory-index.ts';
import type { SnapshotOverlay } from './layout.ts';
import { type LoginIndex, matchName, type NamedUsers, toShortNameKey } from './login-index.ts';
import type { OverlaidIds } from './overlaid-ids.ts';

/** Finds users for a login above and below; entries by their ids in the snapshot. */
export class OverlayLogins implements UserDirectory, NamedUsers {
  readonly #overlay: SnapshotOverlay;
  readonly #above: LoginIndex;
  readonly #below: LoginIndex;
  readonly #ids: OverlaidIds;

  constructor(overlay: SnapshotOverlay, above: LoginIndex, below: LoginIndex, ids: OverlaidIds) {
    this.#overlay = overlay;
    this.#above = above;
    this.#below = below;
    this.#ids = ids;
  }

  findByName(name: string): UserMatch {
    return matchName(name, this);
  }

  findById(id: string): LoginUser | undefined {
    const entry = this.findEntryById(id);
    return entry === undefined ? undefined : this.userAt(entry);
  }

  /** {@link LoginIndex.findEntryById} */
  findEntryById(uuid: string): number | undefined {
    const place = this.#above.findEntryById(uuid);
    if (place !== undefined) return this.#ids.idAt(place);
    const below = this.#below.findEntryById(uuid);
    return below === undefined || this.#ids.isHidden(below) ? undefined : below;
  }

  findNamed(name: string): readonly number[] {
    const below = this.#below.findNamed(name).filter((id) => !this.#ids.isHidden(id));
    return [...below, ...this.#above.findNamed(name).map((place) => this.#ids.idAt(place))];
  }

  isSharedShortName(name: string): boolean {
    const isSettled = openValueTable(this.#overlay, 'settledShortNames').find(toShortNameKey(name)) !== -1;
    return (isSettled ? this.#above : this.#below).isSharedShortName(name);
  }

  userAt(id: number): LoginUser {
    const place = this.#ids.placeOf(id);
    return place === undefined ? this.#below.userAt(id) : this.#above.userAt(place);
  }
}
