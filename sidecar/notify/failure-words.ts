import { toLine } from './notice.ts';

const maxTextLength = 200;

/** One line for what a connection was ended by. Only for errors that quote nothing of what was sent. */
export function describeFailure(error: unknown): string {
  // Node tries every address of a name and reports all failures together.
  const first = error instanceof AggregateError && error.errors.length > 0 ? error.errors[0] : error;
  if (!(first instanceof Error)) return 'unknown failure';
  const code = 'code' in first && typeof first.code === 'string' ? first.code : '';
  const text = toLine(first.message, maxTextLength);
  const told = code === '' || text.includes(code) ? text : `${text} (${code})`;
  return isAboutTrust(`${told} ${code}`)
    ? `${told}; when the certificate is of an authority of your own, start the sidecar with NODE_EXTRA_CA_CERTS=<its PEM file>`
    : told;
}

function isAboutTrust(text: string): boolean {
  return /self.signed|unable to (get|verify)|UNABLE_TO_/i.test(text);
}
