import { DomainError, messageOf } from '../core/errors.ts';

/** Asks, and sees to it that the message of a failure names whom the question was about. */
export async function naming<Result>(what: string, name: string, ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    const message = messageOf(error);
    if (!(error instanceof DomainError) || message.includes(name)) throw error;
    throw new DomainError(error.code, `${what}: ${message}`, { cause: error });
  }
}
