import { type DestinationStream, pino } from 'pino';
import type { Log } from '../core/ports/log.ts';
import { formatLine } from './pretty.ts';
import { redact, redactText } from './redact.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Where lines go: standard error, or whatever a test holds. */
export interface LogDestination {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
}

export interface LogOptions {
  /** The least important lines that are written. */
  readonly level: LogLevel;
  /** `json`: one object a line. `pretty`: for people. `auto`: pretty when the destination is a terminal. */
  readonly format: 'auto' | 'json' | 'pretty';
  readonly destination: LogDestination;
}

/** What a line says by itself; a field of that name is written as `field_…`. */
const ownKeys = new Set(['level', 'time', 'message']);

/**
 * A log over pino. Secrets are redacted by type and by name at any depth; an Error becomes name, code, message and causes, its stack
 * is written at level `debug` only.
 */
export function createLog(options: LogOptions): Log {
  const { level, format, destination } = options;
  const pretty = format === 'pretty' || (format === 'auto' && destination.isTTY === true);
  const stream: DestinationStream = {
    write(line) {
      try {
        destination.write(pretty ? formatLine(line) : line);
      } catch {
        // A login must not fail because its log line does; there is nowhere left to say so.
      }
    },
  };
  const logger = pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  );
  const write = (lineLevel: LogLevel, message: string, fields: Readonly<Record<string, unknown>> | undefined): void => {
    if (logger.isLevelEnabled(lineLevel)) logger[lineLevel](toFields(fields, level === 'debug'), redactText(message));
  };
  return {
    debug: (message, fields) => write('debug', message, fields),
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    error: (message, fields) => write('error', message, fields),
  };
}

function toFields(fields: Readonly<Record<string, unknown>> | undefined, stacks: boolean): Record<string, unknown> {
  const target: Record<string, unknown> = {};
  const safe = redact(fields ?? {}, { stacks });
  if (typeof safe !== 'object' || safe === null) return { fields: safe };
  for (const [key, value] of Object.entries(safe)) target[ownKeys.has(key) ? `field_${key}` : key] = value;
  return target;
}
