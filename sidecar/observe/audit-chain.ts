import { randomUUID } from 'node:crypto';
import type { AuditHead } from '../core/ports/audit-heads.ts';
import type { AuditEntry } from '../core/ports/audit-log.ts';
import { type AuditMac, type AuditNote, toAuditLine } from './audit-line.ts';

/** The chain that the lines of one run form. */
export interface AuditChain {
  readonly id: string;
  /** Lines that follow the last kept one, each with its line break; `keep` says that they were written. */
  append(entries: readonly (AuditEntry | AuditNote)[]): { readonly text: string; keep(): void };
  /** The number of the last line kept; 0 = none. */
  lastNumber(): number;
  /** Lines with lower numbers were removed because of their age. */
  forgetBefore(number: number): void;
  /** Undefined before the first line. */
  head(): AuditHead | undefined;
}

export function createAuditChain(location: string, mac: AuditMac): AuditChain {
  const chain = randomUUID();
  let firstNumber = 1;
  let last = { number: 0, mac: '' };
  return {
    id: chain,
    append(entries) {
      let next = last;
      const lines = entries.map((entry) => {
        const place = { chain, number: next.number + 1, previous: next.mac };
        const line = toAuditLine(entry, place, mac);
        next = { number: place.number, mac: line.mac };
        return `${line.text}\n`;
      });
      return {
        text: lines.join(''),
        keep() {
          last = next;
        },
      };
    },
    lastNumber: () => last.number,
    forgetBefore(number) {
      firstNumber = Math.max(firstNumber, number);
    },
    head() {
      if (last.number === 0) return undefined;
      const head = { chain, location, firstNumber, lastNumber: last.number, lastMac: last.mac };
      return { ...head, seal: mac.head(head) };
    },
  };
}
