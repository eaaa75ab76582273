import { type FileHandle, mkdir, open, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { toRotatedName } from './audit-files.ts';

export interface AuditFileOptions {
  readonly path: string;
  /** A new file is begun when this one is larger … */
  readonly maxBytes: number;
  /** … or was begun longer ago than this. */
  readonly maxAgeMs: number;
}

/** What an append did. `torn`: it failed half-way and could not be undone, so the file now ends with half a line. */
export class AppendError extends Error {
  readonly torn: boolean;

  constructor(cause: unknown, torn: boolean) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.torn = torn;
  }
}

/** The file that lines are added to. Other processes may add to it, and put another one in its place, at any time. */
export interface AuditFile {
  /** Makes it (mode 600) where it is missing. Says whether it ends with half a line, which is then closed by a line break. */
  prepare(): Promise<{ readonly hadPartialLine: boolean }>;
  /** Adds whole lines in one write and waits until they are on the disk. Rejects with {@link AppendError}; then nothing was added. */
  append(text: string): Promise<void>;
  /** Puts the file aside where it is due. Gives whether it did. */
  rotateIfDue(now: Date): Promise<boolean>;
  close(): Promise<void>;
}

interface Opened {
  readonly handle: FileHandle;
  readonly inode: bigint;
  readonly device: bigint;
  /** Of its first line. What the file system says about a file's age is not to be had everywhere. */
  readonly begunAt: Date | undefined;
}

const firstLineBytes = 2048;

export function createAuditFile({ path, maxBytes, maxAgeMs }: AuditFileOptions): AuditFile {
  let opened: Opened | undefined;

  /** The file that has the name now: another process, or a person, may have moved the one before. */
  async function current(): Promise<FileHandle> {
    if (opened !== undefined) {
      const named = await stat(path, { bigint: true }).catch(() => undefined);
      if (named?.ino === opened.inode && named.dev === opened.device) return opened.handle;
      await close();
    }
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const handle = await open(path, 'a+', 0o600);
    const { ino: inode, dev: device } = await handle.stat({ bigint: true });
    opened = { handle, inode, device, begunAt: await readBegin(handle) };
    return handle;
  }

  async function close(): Promise<void> {
    const closing = opened;
    opened = undefined;
    await closing?.handle.close().catch(() => undefined);
  }

  async function append(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    let handle: FileHandle | undefined;
    let written = 0;
    let before = 0;
    try {
      handle = await current();
      before = (await handle.stat()).size;
      while (written < bytes.length) written += (await handle.write(bytes, written)).bytesWritten;
      await handle.datasync();
    } catch (error) {
      const undone = handle === undefined || written === 0 || (await undo(handle, before, written));
      throw new AppendError(error, !undone);
    }
  }

  return {
    append,
    close,
    async prepare() {
      const handle = await current();
      const { size } = await handle.stat();
      const last = Buffer.alloc(1);
      if (size === 0 || (await handle.read(last, 0, 1, size - 1)).bytesRead === 0 || last[0] === 0x0a) {
        return { hadPartialLine: false };
      }
      await append('\n');
      return { hadPartialLine: true };
    },
    async rotateIfDue(now) {
      const handle = await current();
      const { size } = await handle.stat();
      if (opened !== undefined && opened.begunAt === undefined) {
        opened = { ...opened, begunAt: await readBegin(handle) };
      }
      const ageMs = now.getTime() - (opened?.begunAt ?? now).getTime();
      if (size === 0 || (size < maxBytes && ageMs < maxAgeMs)) return false;
      const target = await findFreeName(path, now);
      await close();
      await rename(path, target);
      return true;
    },
  };
}

async function readBegin(handle: FileHandle): Promise<Date | undefined> {
  const bytes = Buffer.alloc(firstLineBytes);
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
  const [, text = ''] = /"at":"([^"]{20,30})"/.exec(bytes.toString('utf8', 0, bytesRead)) ?? [];
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

/** Cuts off what was written last; not when somebody else has added to it. */
async function undo(handle: FileHandle, before: number, written: number): Promise<boolean> {
  try {
    if ((await handle.stat()).size !== before + written) return false;
    await handle.truncate(before);
    return true;
  } catch {
    return false;
  }
}

async function findFreeName(path: string, now: Date): Promise<string> {
  for (let later = 0; ; later++) {
    const name = toRotatedName(path, new Date(now.getTime() + later));
    const isTaken = await stat(name).then(
      () => true,
      () => false,
    );
    if (!isTaken) return name;
  }
}
