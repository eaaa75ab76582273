import type { Writable } from 'node:stream';

/** What a command gets of its process. Nothing else in the program reads `process.env` or `process.argv`. */
export interface CliContext {
  /** Without the program's own name. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Results alone. */
  readonly stdout: Writable;
  /** Errors, warnings, progress. */
  readonly stderr: Writable;
  /** Whether a person looks at stderr. */
  readonly isTerminal: boolean;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
}

/** Writes a line to the command's results. */
export function printLine(context: CliContext, text: string): void {
  context.stdout.write(`${text}\n`);
}

/** Writes one JSON document and nothing else. */
export function printJson(context: CliContext, value: unknown): void {
  context.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
}

/** Writes a line for a person beside the results. */
export function printNote(context: CliContext, text: string): void {
  context.stderr.write(`${text}\n`);
}
