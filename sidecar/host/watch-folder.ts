import { type FSWatcher, watch } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface FolderWatchOptions {
  readonly directory: string;
  /** Whether a file of that name counts. */
  readonly isMeant: (name: string) => boolean;
  /** Called when the files are others than before; never while an earlier call has not ended. Should not reject. */
  readonly onChange: () => Promise<void>;
  /** How long after the system tells of an edit the files are looked at: an editor writes in several steps. */
  readonly settleMs?: number;
  /** How often they are looked at all the same, for network folders tell nothing. */
  readonly lookMs?: number;
}

export interface FolderWatch {
  /** Waits for a call that is going on. */
  stop(): Promise<void>;
}

/** Files looked at: a folder with more is not what it should be, and whoever reads it says so. */
const maxFiles = 1_000;

/**
 * Watches the files of a folder, links as what they lead to; the folder may be missing and come later. An edit is noticed within
 * a second. Edits from the moment this resolves on count.
 */
export async function watchFolder(options: FolderWatchOptions): Promise<FolderWatch> {
  const { directory, settleMs = 150, lookMs = 800 } = options;
  let known = await describeFiles(options);
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  let watcher: FSWatcher | undefined;

  const look = async () => {
    const found = await describeFiles(options);
    if (stopped || found === known) return;
    known = found;
    await options.onChange();
  };
  const plan = (ms: number) => {
    clearTimeout(timer);
    if (stopped) return;
    timer = setTimeout(() => {
      looking = look().finally(() => {
        looking = undefined;
        watchSystem();
        plan(lookMs);
      });
    }, ms);
  };
  const watchSystem = () => {
    if (stopped || watcher !== undefined) return;
    try {
      const fresh = watch(directory, { persistent: false });
      const forget = () => {
        fresh.close();
        if (watcher === fresh) watcher = undefined;
      };
      // Not while it looks: that ends with a plan of its own. Not anew for each event, or steady ones would put it off for ever.
      fresh.on('change', () => {
        if (looking === undefined && !isSettling) settle();
      });
      fresh.on('error', forget);
      watcher = fresh;
    } catch {
      // Missing, or more than the system can watch: looking has to do.
    }
  };
  let isSettling = false;
  const settle = () => {
    isSettling = true;
    plan(settleMs);
    setTimeout(() => {
      isSettling = false;
    }, settleMs).unref();
  };

  watchSystem();
  plan(lookMs);
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      watcher?.close();
      await looking;
    },
  };
}

async function describeFiles({ directory, isMeant }: FolderWatchOptions): Promise<string> {
  let names: readonly string[];
  try {
    names = await readdir(directory);
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
  }
  const meant = names.filter(isMeant).sort().slice(0, maxFiles);
  const files = await Promise.all(meant.map((name) => describeFile(join(directory, name))));
  return JSON.stringify([meant, files]);
}

async function describeFile(path: string): Promise<string> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [ino, size, mtimeNs, ctimeNs].join();
  } catch {
    return '';
  }
}
