import { DomainError } from '../core/errors.ts';

/** What keeps us from listening for HTTP, with the setting to change. */
export function toListenError(error: Error & { readonly code?: unknown }, host: string, port: number): DomainError {
  const options = { cause: error };
  switch (error.code) {
    case 'EADDRINUSE':
      return new DomainError(
        'conflict',
        `http.port: port ${port} on ${host} is taken by another program; choose a free one (SIDECAR_HTTP_PORT), 0 takes any`,
        options,
      );
    case 'EACCES':
      return new DomainError(
        'invalid_input',
        `http.port: this user may not listen on port ${port}; choose one above 1023`,
        options,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new DomainError(
        'invalid_input',
        `http.host: ${host} is no address of this machine; write one it has, or 0.0.0.0 for all of them`,
        options,
      );
    default:
      return new DomainError(
        'invalid_input',
        `http.host: cannot listen on ${host}, port ${port} (${error.message})`,
        options,
      );
  }
}
