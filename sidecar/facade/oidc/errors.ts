import { errors, Provider } from 'oidc-provider';
import { DomainError } from '../../core/errors.ts';

/**
 * What the library is to be told of a failure, with the standard's error code. Texts are for clients, so they are fixed: what a
 * DomainError says is for the administrator, and the log gets it as the cause. What nobody foresaw stays as it is: the library answers
 * `server_error` and tells nothing.
 */
export function toProviderError(error: unknown): unknown {
  if (!(error instanceof DomainError)) return error;
  const options = { cause: error, detail: error.message };
  switch (error.code) {
    case 'invalid_credentials':
    case 'forbidden':
      return new errors.AccessDenied('this account may not do that', options);
    case 'invalid_input':
      return new errors.InvalidRequest('the request holds something that cannot be used', 400, options);
    case 'upstream_unavailable':
    case 'upstream_undecided':
      return toUnavailable(options);
    case 'not_found':
    case 'conflict':
    case 'unsupported':
      return error;
    default:
      return assertNever(error.code, error);
  }
}

/** Does something that may fail in our words, and lets it fail in the library's. */
export async function failAsProvider<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toProviderError(error);
  }
}

/** RFC 6749 §4.1.2.1. A person is better off with our own page, which can be tried again; a frame without one needs the client's. */
function toUnavailable(options: { readonly cause: unknown; readonly detail: string }): errors.OIDCProviderError {
  const text = 'the service cannot answer at the moment, try again later';
  const error = new errors.CustomOIDCProviderError('temporarily_unavailable', text, options);
  error.statusCode = 503;
  error.status = 503;
  const prompt: unknown = Provider.ctx?.query.prompt;
  error.allow_redirect = typeof prompt === 'string' && prompt.split(' ').includes('none');
  return error;
}

function assertNever(code: never, error: DomainError): DomainError {
  void code;
  return error;
}
