import { baseKeyOf } from '../../directory/layout.ts';
import { openSnapshot } from '../../directory/published-snapshot.ts';
import type { Snapshot } from '../../directory/snapshot.ts';
import type { Publication } from './worker-protocol.ts';

/** Versions that a worker holds at most, the current one included, where each is as large as the directory. */
export const maxVersions = 3;
/** … and where they stand on the memory of others and say little beside. */
const maxSmallVersions = 24;

/** The versions of the directory in a worker: the one that answers, and older ones that something under way still needs. */
export class KeptVersions {
  /** Oldest first; the last one is current. */
  #kept: { readonly version: number; readonly snapshot: Snapshot; readonly memory: string }[] = [];

  get current(): Snapshot | undefined {
    return this.#kept.at(-1)?.snapshot;
  }

  /** Of the oldest; 0 = there is none. */
  get oldestVersion(): number {
    return this.#kept[0]?.version ?? 0;
  }

  get count(): number {
    return this.#kept.length;
  }

  /** Takes a version in; one that is known already is passed over. */
  adopt({ version, block }: Publication): void {
    if (version <= (this.#kept.at(-1)?.version ?? 0)) return;
    this.#kept.push({ version, snapshot: openSnapshot(block), memory: baseKeyOf(block) });
  }

  /** Forgets old versions that are not in use. */
  prune(inUse: ReadonlySet<Snapshot>): void {
    const { current } = this;
    this.#kept = this.#kept.filter(({ snapshot }) => snapshot === current || inUse.has(snapshot));
  }

  /** Versions beyond those that may be held, the oldest. */
  excess(): readonly Snapshot[] {
    const memories = [...new Set(this.#kept.map(({ memory }) => memory))];
    const tooOld = new Set(memories.slice(0, Math.max(0, memories.length - maxVersions)));
    const tooMany = Math.max(0, this.#kept.length - maxSmallVersions);
    return this.#kept
      .filter(({ memory }, place) => place < tooMany || tooOld.has(memory))
      .map(({ snapshot }) => snapshot);
  }
}
