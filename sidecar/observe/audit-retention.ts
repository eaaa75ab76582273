import { rm } from 'node:fs/promises';
import type { AuditHeads } from '../core/ports/audit-heads.ts';
import type { AuditChain } from './audit-chain.ts';
import { listRotatedFiles, readLines } from './audit-files.ts';
import { type AuditMac, parseAuditLine } from './audit-line.ts';

export interface RetentionOptions {
  readonly path: string;
  /** Files put aside before this go. */
  readonly before: Date;
  readonly heads: AuditHeads;
  readonly mac: AuditMac;
  /** The chain that is being written; its head is its writer's to keep. */
  readonly own: AuditChain | undefined;
}

/** Removes old files, oldest first, after the store has learnt that their lines are gone for a good reason. */
export async function removeOldFiles({ path, before, heads, mac, own }: RetentionOptions): Promise<void> {
  for (const file of await listRotatedFiles(path)) {
    if (file.rotatedAt >= before) return;
    const lastNumbers = new Map<string, number>();
    for await (const { text } of readLines(file.path)) {
      const line = parseAuditLine(text, mac);
      // A number that anybody could have written must not excuse lines that are missing.
      if (line?.isGenuine === true) lastNumbers.set(line.chain, line.number);
    }
    const kept = new Map((await heads.list()).map((head) => [head.chain, head]));
    for (const [chain, lastNumber] of lastNumbers) {
      const firstNumber = lastNumber + 1;
      const head = kept.get(chain);
      if (chain === own?.id) own.forgetBefore(firstNumber);
      const now = chain === own?.id ? own.head() : head && { ...head, firstNumber };
      if (now === undefined) continue;
      if (now.firstNumber > now.lastNumber && chain !== own?.id) await heads.remove(chain);
      else await heads.save({ ...now, seal: mac.head(now) });
    }
    await rm(file.path);
  }
}
