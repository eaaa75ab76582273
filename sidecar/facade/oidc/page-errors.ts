import { randomUUID } from 'node:crypto';
import type { ErrorRequestHandler } from 'express';
import { errors } from 'oidc-provider';
import type { Log } from '../../core/ports/log.ts';
import { setPageHeaders } from './csp.ts';
import { toProviderError } from './errors.ts';
import { type ErrorPage, renderErrorPage } from './pages/error.ts';
import type { PageLook } from './pages/look.ts';

/** Answers what a page of ours could not be made for: words a person understands, a reference, and the detail in the log alone. */
export function createPageErrors({ look, log }: { readonly look: PageLook; readonly log: Log }): ErrorRequestHandler {
  return (thrown: unknown, request, response, next) => {
    const error = toProviderError(thrown);
    const reference = randomUUID();
    const { status, code, detail } = classify(error);
    const fields = { reference, method: request.method, path: request.path, status, detail, error };
    if (status >= 500) log.error('a sign-in page failed', fields);
    // A flood must not fill the log as well.
    else if (status === 429) log.debug('a sign-in page was refused', fields);
    else log.info('a sign-in page was refused', fields);
    if (response.headersSent) return next(thrown);
    const kind = kindOf(error, status);
    const again = kind === 'unavailable' ? request.originalUrl.replace(/\/(check|code)(?=\?|$)/, '') : undefined;
    if (status === 503) response.set('Retry-After', '30');
    setPageHeaders(response);
    const view = look({ wished: [request.query.lang], accepted: request.headers['accept-language'] });
    response.status(status).type('html').send(renderErrorPage(view, { kind, code, reference, again }));
  };
}

function kindOf(error: unknown, status: number): ErrorPage['kind'] {
  if (error instanceof errors.SessionNotFound) return 'expired';
  if (status === 503 || status === 429) return 'unavailable';
  return status >= 500 ? 'failed' : 'request';
}

function classify(error: unknown): {
  readonly status: number;
  readonly code: string;
  readonly detail?: string | undefined;
} {
  if (error instanceof errors.OIDCProviderError) {
    return { status: error.statusCode, code: error.error, detail: error.error_detail ?? error.error_description };
  }
  // Express and its parsers mark what the client did wrong.
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  if (typeof status === 'number' && status >= 400 && status < 500) return { status, code: 'invalid_request' };
  return { status: 500, code: 'server_error' };
}
