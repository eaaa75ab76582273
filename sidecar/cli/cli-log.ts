import type { Log } from '../core/ports/log.ts';
import { createLog } from '../observe/log.ts';
import type { CliContext } from './context.ts';

/** Log lines of a command that ends by itself: only what went wrong, on stderr. */
export function createCliLog(context: CliContext): Log {
  return createLog({ level: 'error', format: context.isTerminal ? 'pretty' : 'json', destination: context.stderr });
}
