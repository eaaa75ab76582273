import type { Publications } from './app-published.ts';
import type { AccountAnswer, BuildAnswer, BuildRequest, SyncThreadRequest } from './app-sync-protocol.ts';
import { DomainError, messageOf } from './core/errors.ts';
import type { SourceDomain } from './core/ports/directory-source.ts';
import type { SnapshotBlock } from './directory/layout.ts';
import { isHalfFull } from './directory/overlay-state.ts';
import { openSnapshot } from './directory/published-snapshot.ts';
import type { RunHooks, SyncWorker } from './sync/worker.ts';

export interface BuildsOptions {
  readonly thread: SyncWorker<SyncThreadRequest, BuildAnswer>;
  readonly publications: Publications;
  /** Puts a block in the place of what is served. */
  readonly publish: (block: SnapshotBlock) => void;
}

/** What the main thread asks the sync thread for; what comes of it is served when the promise resolves. */
export interface Builds {
  /** `expected`: the generation stored now, which is served though it is older than what is served (a restored backup). */
  build(kind: BuildRequest['kind'], hooks: RunHooks, expected?: number): Promise<BuildAnswer>;
  /** Serves a generation that was committed, or a later one. Rejects with `upstream_unavailable` when it cannot be loaded. */
  follow(generation: number): Promise<void>;
  /** Reads one account, canonical address; never rejects. */
  readAccount(address: string, domains: readonly SourceDomain[] | undefined): Promise<AccountAnswer>;
}

/** Accounts that are read at a time: each waits for the server for most of it. */
const accountLanes = 4;

export function createBuilds({ thread, publications, publish }: BuildsOptions): Builds {
  const servedGeneration = () => publications.current?.snapshot.generation;
  let following: Promise<void> = Promise.resolve();
  let accounts = 0;

  /** What is laid over a block stands on memory that is served. */
  const discard = (block: SnapshotBlock) => {
    if (block.overlay === undefined) publications.giveBack(block.memory);
  };
  const settle = (answer: BuildAnswer, memory: SharedArrayBuffer | undefined, expected: number | undefined) => {
    // What a thread that died was given may still be written to: it goes with the thread.
    if (memory !== undefined && answer.spare === 'unused') publications.giveBack(memory);
    if (answer.block === undefined) return;
    const { generation } = openSnapshot(answer.block);
    const current = servedGeneration();
    // A synchronisation reads for minutes, and what takes a moment does not wait for it: of two that end in turn the newer stays.
    if (current === undefined || generation > current || generation === expected) publish(answer.block);
    // To lay the same out whole again empties the overlay.
    else if (generation === current && answer.block.overlay === undefined) publish(answer.block);
    else discard(answer.block);
  };
  const followNow = async (generation: number) => {
    const { current } = publications;
    if (current === undefined) return await loadWhole();
    if (current.snapshot.generation >= generation) return;
    const release = publications.hold();
    try {
      const memory = publications.takeSpare();
      const publishedGeneration = current.snapshot.generation;
      const request = { kind: 'follow', served: current.block, memory, publishedGeneration } as const;
      const answer = await thread.run(request, { lane: 'follow' });
      settle(answer, memory, undefined);
      throwFailure(answer);
    } finally {
      release();
    }
  };
  const loadWhole = async () => throwFailure(await build('load', { lane: 'moment' }));
  const follow = (generation: number): Promise<void> => {
    const turn = following.then(() => followNow(generation));
    following = turn.catch(() => {});
    return turn;
  };
  async function build(kind: BuildRequest['kind'], hooks: RunHooks, expected?: number): Promise<BuildAnswer> {
    const memory = publications.takeSpare();
    const { current } = publications;
    const isLaden = current !== undefined && isHalfFull(current.block);
    const publishedGeneration = current?.snapshot.generation;
    const answer = await thread.run({ kind, memory, publishedGeneration, isLaden }, hooks);
    settle(answer, memory, expected);
    if (answer.toFollow !== undefined) await follow(answer.toFollow);
    return answer;
  }

  return {
    build,
    follow,
    async readAccount(address, domains) {
      accounts += 1;
      const lane = `account ${accounts % accountLanes}`;
      const { account, report, toFollow } = await thread.run({ kind: 'account', address, domains }, { lane });
      try {
        if (toFollow !== undefined) await follow(toFollow);
      } catch (error) {
        return { isRead: false, code: 'upstream_unavailable', message: messageOf(error) };
      }
      return account ?? { isRead: false, code: 'upstream_unavailable', message: report?.error?.message ?? '' };
    },
  };
}

/** Throws `upstream_unavailable` for what could not be loaded. */
export function throwFailure({ report }: BuildAnswer): void {
  if (report?.error !== undefined) throw new DomainError('upstream_unavailable', report.error.message);
}
