/** One thing wrong in a company file or a request to the control endpoint. */
export interface CompanyFault {
  /** Where, for example `accounts[3].address`; empty = the whole document. */
  readonly path: string;
  readonly message: string;
}

/** Company data that cannot be used. Lists every fault found, not the first one only. */
export class CompanyError extends Error {
  override readonly name = 'CompanyError';
  readonly faults: readonly CompanyFault[];

  constructor(faults: readonly CompanyFault[], subject = 'company') {
    const shown = faults
      .slice(0, 50)
      .map((fault) => `  ${fault.path === '' ? '(document)' : fault.path}: ${fault.message}`);
    const more = faults.length > 50 ? [`  … and ${faults.length - 50} more`] : [];
    super([`${subject}: ${faults.length === 1 ? '1 fault' : `${faults.length} faults`}`, ...shown, ...more].join('\n'));
    this.faults = faults;
  }
}

/** Collects faults while a value is read. */
export interface FaultList {
  readonly faults: CompanyFault[];
  add(path: string, message: string): void;
}

/** An empty list; what comes after `max` is dropped, so that a wrong file of any size ends in a readable error. */
export function createFaultList(max = 1_000): FaultList {
  const faults: CompanyFault[] = [];
  return {
    faults,
    add(path, message) {
      if (faults.length < max) faults.push({ path, message });
    },
  };
}
