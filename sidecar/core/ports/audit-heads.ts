/** How far one chain of audit lines has come. Each run of a process has a chain of its own. */
export interface AuditHead {
  /** A UUID. */
  readonly chain: string;
  /** Host and path of the file, or where else its lines go. */
  readonly location: string;
  /** Lines with lower numbers were removed because of their age. */
  readonly firstNumber: number;
  readonly lastNumber: number;
  /** The MAC of the last line. */
  readonly lastMac: string;
  /** Over all of the above, under the key of the audit log. */
  readonly seal: string;
}

/** Keeps the heads of audit chains apart from the files, so that missing last lines show. Rejects when the store does not answer. */
export interface AuditHeads {
  /** Puts it in the place of the chain's former head. */
  save(head: AuditHead): Promise<void>;
  remove(chain: string): Promise<void>;
  list(): Promise<readonly AuditHead[]>;
}
