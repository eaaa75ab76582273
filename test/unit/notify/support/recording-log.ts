import type { Log } from '../../../../sidecar/core/ports/log.ts';
import { createLog } from '../../../../sidecar/observe/log.ts';

export interface RecordingLog extends Log {
  /** Everything written so far, as it would stand in the log file. */
  text(): string;
  lines(): readonly Readonly<Record<string, unknown>>[];
}

/** The product's own log, kept in memory. */
export function createRecordingLog(): RecordingLog {
  let written = '';
  const destination = { write: (text: string) => (written += text) };
  return {
    ...createLog({ level: 'debug', format: 'json', destination }),
    text: () => written,
    lines: () =>
      written
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line)),
  };
}
