import { DeliveryFailure } from './channel.ts';
import { describeFailure } from './failure-words.ts';
import { toLine } from './notice.ts';

/** An error of nodemailer. */
interface SmtpError extends Error {
  readonly code?: unknown;
  readonly command?: unknown;
  readonly response?: unknown;
  readonly responseCode?: unknown;
}

/**
 * Words for a mail that was not taken. The server's own are quoted only where it speaks of addresses or of the message: a server may
 * repeat what it did not understand, and during the login that is the password.
 */
export function toMailFailure(error: unknown): DeliveryFailure {
  if (!(error instanceof Error)) return new DeliveryFailure('unknown failure', false);
  const { code, command, response, responseCode } = error as SmtpError;
  const status = typeof responseCode === 'number' ? responseCode : undefined;
  const isFinal = status === undefined ? code === 'EAUTH' : status >= 500;
  const answer = status === undefined ? 'no usable answer' : `answer ${status}`;
  if (code === 'EAUTH') {
    const remedy = 'check notify.mail.username and notify.mail.password';
    return new DeliveryFailure(`the mail server refused the login (${answer}); ${remedy}`, isFinal);
  }
  if (code === 'ETLS' && status !== undefined) {
    const remedy = 'set notify.mail.security to tls or none, whichever the server offers';
    return new DeliveryFailure(`the mail server refused STARTTLS (${answer}); ${remedy}`, isFinal);
  }
  if (typeof response !== 'string') return new DeliveryFailure(describeFailure(error), isFinal);
  const isQuotable = typeof command === 'string' && /^(MAIL FROM|RCPT TO|DATA)$/.test(command);
  const stage = typeof command === 'string' ? toLine(command, 40) : 'the connection';
  const quoted = isQuotable ? `: ${toLine(response, 200)}` : '';
  return new DeliveryFailure(`the mail server refused ${stage} (${answer})${quoted}`, isFinal);
}
