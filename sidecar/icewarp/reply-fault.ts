import { DomainError } from '../core/errors.ts';

/**
 * The server answered, and the answer holds an error, makes no sense or keeps back what is needed. That may be the fault
 * of the account that was asked for, or of the server for every account: one look at the answer cannot tell.
 */
export class ReplyFault extends DomainError {}

/** The answer came whole and is no XML: a character in the account that the server does not escape, or a server out of order. */
export class UnreadableReply extends ReplyFault {}
