/** What could move a terminal's cursor, colour it, or turn the reading direction: written as `\u001b`. */
const unsafe = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu;

/** Turns one JSON log line into one for people: `12:03:44 WARN  message  key=value`; a stack follows on lines of its own. */
export function formatLine(line: string): string {
  const { time, level, message, ...fields } = JSON.parse(line);
  const stacks: string[] = [];
  const shown = Object.entries(fields).map(([key, value]) => `${escapeControls(key)}=${formatValue(value, stacks)}`);
  const head = `${String(time).slice(11, 19)} ${String(level).toUpperCase().padEnd(5)} ${escapeControls(String(message))}`;
  return `${[head, ...shown].join('  ')}\n${stacks.join('')}`;
}

function formatValue(value: unknown, stacks: string[]): string {
  if (typeof value === 'string')
    return /^[^\s"'=]+$/.test(value) ? escapeControls(value) : escapeControls(JSON.stringify(value));
  if (typeof value !== 'object' || value === null) return String(value);
  if ('message' in value && 'name' in value) return formatError(value, stacks);
  return escapeControls(JSON.stringify(value));
}

function formatError(error: object & { readonly message: unknown }, stacks: string[]): string {
  if ('stack' in error && typeof error.stack === 'string') {
    for (const line of error.stack.split('\n').slice(1)) stacks.push(`    ${escapeControls(line.trim())}\n`);
  }
  const code = 'code' in error ? ` (${error.code})` : '';
  const cause = 'cause' in error ? `: ${describeCause(error.cause)}` : '';
  return escapeControls(JSON.stringify(`${error.message}${code}${cause}`));
}

function describeCause(cause: unknown): string {
  if (typeof cause !== 'object' || cause === null || !('message' in cause)) return JSON.stringify(cause);
  const next = 'cause' in cause ? `: ${describeCause(cause.cause)}` : '';
  return `${cause.message}${'code' in cause ? ` (${cause.code})` : ''}${next}`;
}

function escapeControls(text: string): string {
  return text.replace(unsafe, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
