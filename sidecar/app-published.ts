import { baseKeyOf, type SnapshotBlock } from './directory/layout.ts';
import { openSnapshot } from './directory/published-snapshot.ts';
import type { Snapshot } from './directory/snapshot.ts';
import type { Publication } from './facade/ldap/worker-protocol.ts';

/** Somebody beside this thread who reads what is published. */
export interface PublicationReader {
  publish(publication: Publication): void;
  /** The oldest version that is still read there; undefined = none is. */
  readonly oldestVersion: number | undefined;
  /** Lets go of memory that was given up. */
  collectGarbage(): void;
}

/** The versions of the directory that this process serves, and the memory of those that nobody reads any more. */
export interface Publications {
  readonly current: (Publication & { readonly snapshot: Snapshot }) | undefined;
  /** Puts a block in the place of the current one, for everybody. */
  publish(block: SnapshotBlock): Snapshot;
  /** Tells a reader of the current version, which it may know, and of all that come. At most one. */
  follow(reader: PublicationReader): void;
  /** Looks what the reader has let go of. */
  check(): void;
  /** Keeps the current version, and all that come, from being reused until the function is called. */
  hold(): () => void;
  /** Memory for the next build, which is its only owner from then on; undefined while there is none. */
  takeSpare(): SharedArrayBuffer | undefined;
  /** Memory that nobody reads. The larger of two is kept. */
  giveBack(memory: SharedArrayBuffer): void;
  close(): void;
}

export interface PublicationsOptions {
  /** Memory that no build took for so long is given up. */
  readonly spareMs: number;
  /** Lets go of it in this thread. */
  readonly collectGarbage: () => void;
}

/**
 * Versions count up; one is retired when a newer one is there and no reader and no `hold` names it or an older one. Its memory is kept
 * for the next build: left to the garbage collectors of idle threads, memory would pile up.
 */
export function createPublications({ spareMs, collectGarbage }: PublicationsOptions): Publications {
  let current: (Publication & { readonly snapshot: Snapshot }) | undefined;
  /** Oldest first. */
  let retiring: Publication[] = [];
  let reader: PublicationReader | undefined;
  const holds = new Set<{ readonly version: number }>();
  let spare: SharedArrayBuffer | undefined;
  let giveUpTimer: NodeJS.Timeout | undefined;

  const giveUp = () => {
    clearTimeout(giveUpTimer);
    spare = undefined;
    // Behind the caller's own references.
    setImmediate(() => {
      collectGarbage();
      reader?.collectGarbage();
    });
  };
  const giveBack = (memory: SharedArrayBuffer) => {
    const other = spare;
    if (other !== undefined) giveUp();
    spare = other === undefined || memory.byteLength > other.byteLength ? memory : other;
    clearTimeout(giveUpTimer);
    giveUpTimer = setTimeout(giveUp, spareMs).unref();
  };
  const check = () => {
    const held = [...holds].map(({ version }) => version);
    const oldest = Math.min(reader?.oldestVersion ?? Number.POSITIVE_INFINITY, ...held);
    const free = retiring.filter(({ version }) => version < oldest);
    retiring = retiring.filter(({ version }) => version >= oldest);
    // A version that changes little stands on the memory of the one before.
    const inUse = new Set(
      [...retiring, ...(current === undefined ? [] : [current])].map(({ block }) => baseKeyOf(block)),
    );
    const memories = new Map(free.map(({ block }) => [baseKeyOf(block), block.memory]));
    for (const [key, memory] of memories) if (!inUse.has(key)) giveBack(memory);
  };

  return {
    get current() {
      return current;
    },
    publish(block) {
      const previous = current;
      const next = { version: (previous?.version ?? 0) + 1, block, snapshot: openSnapshot(block) };
      current = next;
      if (previous !== undefined) retiring.push({ version: previous.version, block: previous.block });
      reader?.publish({ version: next.version, block });
      check();
      return next.snapshot;
    },
    follow(follower) {
      reader = follower;
      if (current !== undefined) follower.publish({ version: current.version, block: current.block });
    },
    check,
    hold() {
      const hold = { version: current?.version ?? 0 };
      holds.add(hold);
      return () => {
        if (holds.delete(hold)) check();
      };
    },
    takeSpare() {
      clearTimeout(giveUpTimer);
      const memory = spare;
      spare = undefined;
      return memory;
    },
    giveBack,
    close() {
      clearTimeout(giveUpTimer);
      holds.clear();
      retiring = [];
    },
  };
}
