import { DomainError } from '../core/errors.ts';
import { Secret } from '../core/secret.ts';

const redacted = '[redacted]';
const maxDepth = 8;
const maxItems = 100;
const maxTextLength = 8192;
const maxCauses = 5;

/** Names of values that nobody should read in a log, compared without case, hyphens and underscores. */
const secretPart =
  /passw|passphrase|secret|token|authorization|cookie|credential|digest|totp|onetimecode|apikey|privatekey|sessionid|hmac/;
const secretWhole = new Set(['sid', 'pwd', 'pass', 'pin', 'otp', 'auth', 'jwt', 'signature']);

export function isSecretName(name: string): boolean {
  const plain = name.toLowerCase().replace(/[-_. ]/g, '');
  return secretWhole.has(plain) || secretPart.test(plain);
}

/** How much of an error is told. */
export interface RedactOptions {
  readonly stacks: boolean;
}

/**
 * A copy of what a log line carries: whatever is named like a secret, and every Secret, replaced; errors as name, code, message and
 * causes; bounded in depth, items and length; cycles and throwing getters survived.
 */
export function redact(value: unknown, options: RedactOptions): unknown {
  return copy(value, options, 0, new Set());
}

/** Passwords inside URLs, `postgres://user:password@host`, wherever they turn up in a text. */
export function redactText(text: string): string {
  const cut = text.length > maxTextLength ? `${text.slice(0, maxTextLength)}… (${text.length} characters)` : text;
  return cut.replace(/(:\/\/[^\s/:@]{0,256}:)[^\s/@]{1,256}@/g, `$1${redacted}@`);
}

function copy(value: unknown, options: RedactOptions, depth: number, above: Set<object>): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value);
  if (typeof value === 'function') return '[function]';
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Secret) return redacted;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (value instanceof URL) return redactText(value.href);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  if (above.has(value)) return '[circular]';
  if (depth >= maxDepth) return '[too deep]';
  above.add(value);
  try {
    if (value instanceof Error) return copyError(value, options, depth, above);
    if (value instanceof Map)
      return copyEntries(
        [...value].map(([key, item]) => [String(key), item]),
        options,
        depth,
        above,
      );
    if (Array.isArray(value) || value instanceof Set) return copyList([...value], options, depth, above);
    return copyEntries(Object.entries(value), options, depth, above);
  } catch {
    return '[unreadable]';
  } finally {
    above.delete(value);
  }
}

function copyList(items: readonly unknown[], options: RedactOptions, depth: number, above: Set<object>): unknown[] {
  const shown = items.slice(0, maxItems).map((item) => copy(item, options, depth + 1, above));
  return items.length > maxItems ? [...shown, `and ${items.length - maxItems} more`] : shown;
}

function copyEntries(
  entries: readonly (readonly [string, unknown])[],
  options: RedactOptions,
  depth: number,
  above: Set<object>,
): Record<string, unknown> {
  // Without a prototype, a key such as __proto__ is a key like any other.
  const target: Record<string, unknown> = Object.create(null);
  for (const [key, item] of entries.slice(0, maxItems)) {
    const harmless = item === undefined || item === null || typeof item === 'boolean';
    target[key] = isSecretName(key) && !harmless ? redacted : copy(item, options, depth + 1, above);
  }
  if (entries.length > maxItems) target['…'] = `and ${entries.length - maxItems} more`;
  return target;
}

function copyError(error: Error, options: RedactOptions, depth: number, above: Set<object>): Record<string, unknown> {
  const told: Record<string, unknown> = { name: error.name, message: redactText(error.message) };
  if ('code' in error && (typeof error.code === 'string' || typeof error.code === 'number')) told.code = error.code;
  // What we foresaw needs no stack.
  if (options.stacks && !(error instanceof DomainError) && error.stack) told.stack = redactText(error.stack);
  if (error instanceof AggregateError) told.errors = copyList(error.errors, options, depth, above);
  if (error.cause !== undefined && above.size <= maxCauses) told.cause = copy(error.cause, options, depth + 1, above);
  return told;
}
