/** What a failure means to whoever asked. Each facade translates these codes in one place (`errors.ts` of its folder). */
export type ErrorCode =
  | 'invalid_credentials'
  | 'not_found'
  | 'forbidden'
  | 'invalid_input'
  | 'conflict'
  | 'unsupported'
  | 'upstream_unavailable'
  | 'upstream_undecided';

/**
 * A failure that our own code foresaw. `message` is for the administrator (it names the input and the remedy and holds
 * no secret); what a client may read is decided by the facade. Any other error is a fault of ours and is answered as such.
 */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** The text of anything that was thrown, for logs and messages. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
