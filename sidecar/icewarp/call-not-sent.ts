import { DomainError } from '../core/errors.ts';

/** The command provably never reached the server: no connection came about, or there was no place for the call. */
export class CallNotSent extends DomainError {
  constructor(message: string) {
    super('upstream_unavailable', message);
  }
}
