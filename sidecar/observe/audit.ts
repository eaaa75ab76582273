import type { Writable } from 'node:stream';
import { messageOf } from '../core/errors.ts';
import type { AuditHeads } from '../core/ports/audit-heads.ts';
import type { AuditEntry, AuditLog } from '../core/ports/audit-log.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';
import type { Secret } from '../core/secret.ts';
import { type AuditChain, createAuditChain } from './audit-chain.ts';
import { AppendError, type AuditFileOptions, createAuditFile } from './audit-file.ts';
import { type AuditMac, createAuditMac } from './audit-line.ts';
import { removeOldFiles } from './audit-retention.ts';

export interface AuditLogOptions {
  /** Without a file the lines go to `output` only. */
  readonly file?: (AuditFileOptions & { readonly keepMs: number | undefined }) | undefined;
  readonly output?: Writable | undefined;
  /** Host and process, for people; the host is part of where the chain is. */
  readonly host: string;
  readonly processId: number;
  readonly heads: AuditHeads;
  /** Lines and heads are sealed under keys made from it. */
  readonly secret: Secret;
  readonly clock: Clock;
  readonly log: Log;
  /** Hears how many entries were given up, for a counter. */
  readonly onLost?: (entries: number) => void;
  /** Entries that wait at most. */
  readonly maxWaiting?: number;
}

export interface OpenAuditLog extends AuditLog {
  /** Entries given up since the start. */
  lost(): number;
  /** Writes what waits, tries once to keep the head, and ends. */
  close(): Promise<void>;
}

/** Lines of one write. */
const batchEntries = 500;
/** Entries of this time are written together. */
const gatherMs = 20;
const retryMs = 1000;
const headEveryMs = 1000;
const retentionEveryMs = 60 * 60 * 1000;
/** An output whose reader has stalled takes no more. */
const maxOutputBytes = 4 * 1024 * 1024;

/** The name of a chain's place, as heads bear it. */
export function toAuditLocation(host: string, path: string | undefined): string {
  return `${host}:${path ?? 'standard output'}`;
}

/**
 * Writes entries as chained lines of JSON. Taking one costs a place in a bounded queue; everything else happens later, and whatever goes
 * wrong there is logged, counted and, once writing works again, told by a line of its own.
 */
export function createAuditLog(options: AuditLogOptions): OpenAuditLog {
  const { heads, clock, log, host, maxWaiting = 10_000 } = options;
  const location = toAuditLocation(host, options.file?.path);
  const mac: AuditMac = createAuditMac(options.secret);
  const file = options.file === undefined ? undefined : createAuditFile(options.file);
  const queue: AuditEntry[] = [];
  let chain: AuditChain | undefined;
  let lost = 0;
  let untold = 0;
  let isFaulty = false;
  let headFaulty = false;
  let rotationFaulty = false;
  let keptNumber = 0;
  let headAt = Number.NEGATIVE_INFINITY;
  let retentionAt = Number.NEGATIVE_INFINITY;
  let closing = false;
  let timer: NodeJS.Timeout | undefined;
  let timerDueAt = 0;
  let running: Promise<void> | undefined;

  const giveUp = (entries: number) => {
    lost += entries;
    untold += entries;
    options.onLost?.(entries);
  };

  function wake(afterMs: number): void {
    const dueAt = performance.now() + afterMs;
    // What could not be written is tried again in its own time, however much comes.
    if (running !== undefined || closing || (timer !== undefined && (isFaulty || dueAt >= timerDueAt))) return;
    clearTimeout(timer);
    timerDueAt = dueAt;
    timer = setTimeout(() => {
      timer = undefined;
      running = work().then((nextMs) => {
        running = undefined;
        if (queue.length > 0 && !isFaulty) wake(gatherMs);
        else if (nextMs !== undefined) wake(nextMs);
      });
    }, afterMs);
  }

  /** Gives when to come again; undefined when all is written. */
  async function work(): Promise<number | undefined> {
    try {
      while (queue.length > 0 || untold > 0) await writeBatch();
      isFaulty = false;
    } catch (error) {
      // Half a line in the middle cannot be part of a chain: a new one says that it was there.
      if (error instanceof AppendError && error.torn) chain = undefined;
      if (!isFaulty) log.error('the audit log cannot be written', { location, reason: messageOf(error) });
      isFaulty = true;
      return retryMs;
    }
    await keepHead(false);
    await tidy();
    return chain !== undefined && chain.lastNumber() > keptNumber ? headEveryMs : undefined;
  }

  async function writeBatch(): Promise<void> {
    const batch = queue.slice(0, batchEntries);
    const told = untold;
    if (chain === undefined || (await rotateIfDue())) {
      const prepared = await file?.prepare();
      if (chain === undefined) await begin(prepared?.hadPartialLine === true);
    }
    if (chain === undefined) return;
    const at = clock.now();
    const notes = told === 0 ? [] : [{ kind: 'audit_lost' as const, at, entries: told }];
    await put(chain, [...notes, ...batch]);
    untold -= told;
    // Entries given up meanwhile were the newest, so these are still the first.
    queue.splice(0, batch.length);
  }

  /** A file that cannot be put aside is written on. */
  async function rotateIfDue(): Promise<boolean> {
    try {
      const rotated = (await file?.rotateIfDue(clock.now())) === true;
      rotationFaulty = false;
      return rotated;
    } catch (error) {
      if (!rotationFaulty) log.warn('the audit log cannot be put aside', { location, reason: messageOf(error) });
      rotationFaulty = true;
      return false;
    }
  }

  async function begin(afterPartialLine: boolean): Promise<void> {
    const begun = createAuditChain(location, mac);
    const process = `${host}:${options.processId}`;
    await put(begun, [{ kind: 'audit_start', at: clock.now(), process, afterPartialLine }]);
    chain = begun;
    keptNumber = 0;
  }

  async function put(target: AuditChain, entries: Parameters<AuditChain['append']>[0]): Promise<void> {
    const { text, keep } = target.append(entries);
    await file?.append(text);
    const output = options.output;
    if (output !== undefined) {
      if (output.writableLength <= maxOutputBytes) output.write(text);
      else if (file === undefined) throw new Error('standard output is not read');
    }
    keep();
  }

  async function keepHead(always: boolean): Promise<void> {
    const head = chain?.head();
    const now = performance.now();
    if (head === undefined || head.lastNumber === keptNumber || (!always && now - headAt < headEveryMs)) return;
    headAt = now;
    try {
      await heads.save(head);
      keptNumber = head.lastNumber;
      headFaulty = false;
    } catch (error) {
      if (!headFaulty) log.error('the end of the audit log cannot be kept', { location, reason: messageOf(error) });
      headFaulty = true;
    }
  }

  async function tidy(): Promise<void> {
    const now = performance.now();
    if (options.file?.keepMs === undefined || now - retentionAt < retentionEveryMs) return;
    retentionAt = now;
    const before = new Date(clock.now().getTime() - options.file.keepMs);
    await removeOldFiles({ path: options.file.path, before, heads, mac, own: chain }).catch((error: unknown) =>
      log.warn('old files of the audit log cannot be removed', { location, reason: messageOf(error) }),
    );
  }

  return {
    lost: () => lost,
    write(entry) {
      if (closing || queue.length >= maxWaiting) giveUp(1);
      else queue.push(entry);
      wake(gatherMs);
    },
    async close() {
      closing = true;
      clearTimeout(timer);
      await running;
      if (queue.length > 0 || untold > 0) await work();
      if (queue.length > 0) log.error('the end of the audit log was not written', { location, entries: queue.length });
      await keepHead(true);
      await file?.close();
    },
  };
}
