import type { AuditHead } from '../core/ports/audit-heads.ts';
import type { Secret } from '../core/secret.ts';
import { readLines } from './audit-files.ts';
import { type AuditMac, createAuditMac, type ParsedLine, parseAuditLine } from './audit-line.ts';

/** What is wrong with an audit log; `line` counts from 1 and is undefined where lines are missing at the end. */
export interface AuditFault {
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly what: string;
}

export interface AuditVerdict {
  readonly files: number;
  readonly lines: number;
  readonly chains: number;
  /** In the order of the files; the first ones when there are many. Empty: nothing was changed, removed or put elsewhere. */
  readonly faults: readonly AuditFault[];
  /** For people: what is as it may be, and why. */
  readonly notes: readonly string[];
}

export interface VerifyOptions {
  /** Oldest first. */
  readonly files: readonly string[];
  /** As the store had them before the files were opened. */
  readonly heads: readonly AuditHead[];
  /** Chains of this place must be there; of others those that are found. */
  readonly location: string;
  readonly secret: Secret;
}

interface Seen {
  readonly number: number;
  readonly mac: string;
}

const maxFaults = 50;

/** Checks every line against the one before it, and the ends of the chains against the store. Rejects when a file cannot be read. */
export async function verifyAudit({ files, heads, location, secret }: VerifyOptions): Promise<AuditVerdict> {
  const mac = createAuditMac(secret);
  const headOf = new Map(heads.map((head) => [head.chain, head]));
  const seen = new Map<string, Seen>();
  const faults: AuditFault[] = [];
  const notes: string[] = [];
  let lines = 0;
  const addFault = (fault: AuditFault) => {
    if (faults.length < maxFaults) faults.push(fault);
  };

  for (const file of files) {
    let broken: number | undefined;
    const settleBroken = (next: ParsedLine | undefined) => {
      if (broken === undefined) return;
      if (next?.kind === 'audit_start' && next.afterPartialLine) {
        notes.push(`${file} line ${broken} is half a line; the next start of the program found it so`);
      } else addFault({ file, line: broken, what: 'is no whole audit line: it was altered or cut' });
      broken = undefined;
    };
    for await (const { line, text } of readLines(file)) {
      lines += 1;
      const parsed = parseAuditLine(text, mac);
      settleBroken(parsed?.isGenuine === true ? parsed : undefined);
      if (parsed === undefined) {
        broken = line;
        continue;
      }
      const what = judge(parsed, seen.get(parsed.chain), headOf.get(parsed.chain));
      if (what !== undefined) addFault({ file, line, what });
      // An altered line is a fault by itself; where its place is right, the next one is none.
      const isNext = seen.get(parsed.chain)?.number === parsed.number - 1;
      if (parsed.isGenuine || isNext) seen.set(parsed.chain, { number: parsed.number, mac: parsed.mac });
    }
    settleBroken(undefined);
  }
  for (const chain of seen.keys()) {
    if (!headOf.has(chain)) {
      addFault({
        file: undefined,
        line: undefined,
        what: `the store knows no chain ${chain}: nobody can tell its end`,
      });
    }
  }
  for (const head of heads) {
    const what = judgeEnd(head, seen.get(head.chain), { mac, isOurs: head.location === location });
    if (what !== undefined) addFault({ file: undefined, line: undefined, what });
  }
  const elsewhere = heads.filter((head) => head.location !== location && !seen.has(head.chain)).length;
  if (elsewhere > 0) notes.push(`${elsewhere} chains of other places (files, hosts) were not looked for`);
  return { files: files.length, lines, chains: seen.size, faults, notes };
}

/** What is wrong with a line that follows `before` in its chain. */
function judge(
  { chain, number, previous, mac, isGenuine }: ParsedLine & { readonly isGenuine: boolean },
  before: Seen | undefined,
  head: AuditHead | undefined,
): string | undefined {
  if (!isGenuine) return 'was altered, or written under another key';
  if (head !== undefined && number === head.lastNumber && mac !== head.lastMac) return 'is not the one the store knows';
  const expected = before === undefined ? Math.min(number, head?.firstNumber ?? 1) : before.number + 1;
  if (number > expected) {
    const gap = number - 1 === expected ? `line ${expected}` : `lines ${expected} to ${number - 1}`;
    return `follows a gap: ${gap} of chain ${chain} are missing before it`;
  }
  if (number < expected)
    return `stands in the wrong place: it is line ${number} of chain ${chain}, after line ${expected - 1}`;
  if (before !== undefined && previous !== before.mac) return 'does not follow the line before it';
  return undefined;
}

/** What is wrong with the end of a chain whose last line found is `last`. */
function judgeEnd(
  head: AuditHead,
  last: Seen | undefined,
  { mac, isOurs }: { readonly mac: AuditMac; readonly isOurs: boolean },
): string | undefined {
  const { chain, firstNumber, lastNumber } = head;
  if (last === undefined && !isOurs) return undefined;
  if (mac.head(head) !== head.seal)
    return `the end of chain ${chain} in the store was altered, or is under another key`;
  const found = last?.number ?? firstNumber - 1;
  if (found >= lastNumber) return undefined;
  return `lines ${found + 1} to ${lastNumber} of chain ${chain} are missing at its end`;
}
