/** What goes wrong. */
export type FaultKind =
  /** Answered properly, but `ms` later. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** Never answered; the connection stays open. */
  | { readonly kind: 'hang' }
  /** The connection is reset without a byte of an answer. */
  | { readonly kind: 'drop' }
  /** An HTTP error without XML. */
  | { readonly kind: 'status'; readonly status: number }
  /** The first half of the proper reply, then the connection ends. */
  | { readonly kind: 'half' }
  /** A whole HTTP reply whose XML is not well-formed. */
  | { readonly kind: 'invalid_xml' }
  /** An error reply with this uid; the command is not run. */
  | { readonly kind: 'error'; readonly uid: string };

/** A fault with the calls it holds for. */
export type Fault = FaultKind & {
  /** Name of a command, case does not matter; empty = any command. */
  readonly command: string;
  /** How many matching calls go well before it begins. */
  readonly skip: number;
  /** How many matching calls it spoils. */
  readonly count: number;
};

/** Most faults waiting at one time. */
export const maxFaults = 1_000;

/** Faults that wait for their calls. The first one that matches a call takes it. */
export class FaultQueue {
  #faults: Fault[] = [];

  add(fault: Fault): void {
    this.#faults.push(fault);
  }

  list(): readonly Fault[] {
    return this.#faults;
  }

  clear(): void {
    this.#faults = [];
  }

  /** The fault for a call of `command` (lower case), counted down; undefined when it goes well. */
  take(command: string): FaultKind | undefined {
    for (const [index, fault] of this.#faults.entries()) {
      if (fault.command !== '' && fault.command.toLowerCase() !== command) continue;
      if (fault.skip > 0) {
        this.#faults[index] = { ...fault, skip: fault.skip - 1 };
        continue;
      }
      if (fault.count > 1) this.#faults[index] = { ...fault, count: fault.count - 1 };
      else this.#faults.splice(index, 1);
      return fault;
    }
    return undefined;
  }
}
