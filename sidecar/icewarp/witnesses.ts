import { DomainError } from '../core/errors.ts';
import type { SourceDomain, SourceRow } from '../core/ports/directory-source.ts';
import { ReplyFault, UnreadableReply } from './reply-fault.ts';

/** An entry of a list, and how to ask for it. */
interface Witness {
  readonly domain: SourceDomain;
  readonly row: SourceRow;
}

export type ReadEntry<Entry> = (
  domain: SourceDomain,
  row: SourceRow,
  signal: AbortSignal | undefined,
) => Promise<Entry | undefined>;

/** Reads entries one by one, and finds out whose fault it is when one cannot be read. */
export interface WitnessedReader<Entry> {
  /** Tells the rows of a list: any of them may be asked for to prove that the server works. */
  listed(domain: SourceDomain, rows: readonly SourceRow[]): void;
  /**
   * Rejects with `conflict` when the answer about this entry makes no sense (or is an error, or keeps back what decides)
   * while another entry is read well; with the fault itself when no other one is. An answer that is no XML is asked for once more.
   */
  read: ReadEntry<Entry>;
}

/** Witnesses kept: the last entry that was read whole, then rows of the lists read last. */
const keptWitnesses = 12;
/** Witnesses asked for one fault. */
const askedWitnesses = 3;

/** `isWitness` says which entries prove, when they are read, that everything works that others need. */
export function createWitnessedReader<Entry>(
  readEntry: ReadEntry<Entry>,
  isWitness: (row: SourceRow) => boolean,
): WitnessedReader<Entry> {
  let candidates: readonly Witness[] = [];
  let lastWhole: Witness | undefined;

  async function isServerFine(faulty: SourceRow, signal: AbortSignal | undefined): Promise<boolean> {
    const all = lastWhole === undefined ? candidates : [lastWhole, ...candidates];
    const others = all.filter(({ row }) => row.address !== faulty.address);
    for (const { domain, row } of others.slice(0, askedWitnesses)) {
      try {
        if ((await readEntry(domain, row, signal)) !== undefined) return true;
      } catch (error) {
        signal?.throwIfAborted();
        // Without an answer there is no point in asking on; another answer that makes no sense may be one more bad entry.
        if (!(error instanceof ReplyFault)) return false;
      }
    }
    return false;
  }

  const readAgainUnlessXml: ReadEntry<Entry> = async (...entry) => {
    try {
      return await readEntry(...entry);
    } catch (error) {
      // Once may have been the line, or a server that was just restarting.
      if (!(error instanceof UnreadableReply)) throw error;
      return await readEntry(...entry);
    }
  };

  return {
    listed(domain, rows) {
      const usable = rows.filter(isWitness);
      const places = new Set([0, usable.length >> 1, usable.length - 1]);
      const sample = [...places].flatMap((place) => usable[place] ?? []).map((row) => ({ domain, row }));
      candidates = [...sample, ...candidates].slice(0, keptWitnesses);
    },
    async read(domain, row, signal) {
      try {
        const entry = await readAgainUnlessXml(domain, row, signal);
        if (entry !== undefined && isWitness(row)) lastWhole = { domain, row };
        return entry;
      } catch (error) {
        if (!(error instanceof ReplyFault) || !(await isServerFine(row, signal))) throw error;
        throw new DomainError('conflict', error.message, { cause: error });
      }
    },
  };
}
