import { randomUUID } from 'node:crypto';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { DomainError, type ErrorCode } from '../core/errors.ts';
import type { Log } from '../core/ports/log.ts';

/** Largest body that any route may ask for; what a route parses has a limit of its own below this. */
const maxBodyBytes = 1024 * 1024;

const retryAfterSeconds = 30;

const statusOf: Readonly<Record<ErrorCode, number>> = {
  invalid_credentials: 401,
  not_found: 404,
  forbidden: 403,
  invalid_input: 400,
  conflict: 409,
  unsupported: 501,
  upstream_unavailable: 503,
  upstream_undecided: 503,
};

/** A body that comes in pieces has no declared length: it is bounded by the parser that reads it, and in time by the server. */
export const refuseLargeBody: RequestHandler = (request, response, next) => {
  const length = Number(request.headers['content-length'] ?? 0);
  if (length <= maxBodyBytes) return next();
  // Nobody reads the rest, so the connection is of no further use.
  response
    .set('Connection', 'close')
    .status(413)
    .json({ error: 'too_large', message: `A body has at most ${maxBodyBytes} bytes.` });
};

export const answerNotFound: RequestHandler = (_request, response) => {
  response.status(404).json({ error: 'not_found', message: 'Nothing is served at this address.' });
};

/**
 * The last resort for whatever a route threw: a status, a code and a reference. The details go to the log under that reference, for
 * messages are written for administrators.
 */
export function createErrorAnswer(log: Log): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    const reference = randomUUID();
    const { status, code } = classify(error);
    const fields = { reference, method: request.method, path: request.path, status, error };
    if (status === 500) log.error('A request failed', fields);
    else if (status > 500) log.warn('A request could not be answered', fields);
    // Strangers make these at will: the log of an ordinary day must not be theirs to fill.
    else log.debug('A request was refused', fields);
    // Express then cuts the connection: half an answer must not look like a whole one.
    if (response.headersSent) return next(error);
    if (status === 503) response.set('Retry-After', String(retryAfterSeconds));
    response.status(status).set('Cache-Control', 'no-store').json({ error: code, reference });
  };
}

function classify(error: unknown): { readonly status: number; readonly code: string } {
  if (error instanceof DomainError) return { status: statusOf[error.code], code: error.code };
  // Express and its parsers mark what the client did wrong.
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  if (typeof status === 'number' && status >= 400 && status < 500)
    return { status, code: status === 413 ? 'too_large' : 'invalid_input' };
  return { status: 500, code: 'server_error' };
}
