import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { DomainError } from '../core/errors.ts';
import { withDeadline } from './call-deadline.ts';
import { type IcewarpConnection, toApiUrl } from './connection.ts';
import { describeFailure } from './failure-words.ts';

const timeoutMs = 10_000;

/**
 * What the server's web service takes for the time: the `Date` of its answer (RFC 9110 §6.6.1) to a question without any login. Undefined when
 * it does not tell. Rejects with `upstream_unavailable`.
 */
export async function readServerClock(
  connection: Pick<IcewarpConnection, 'url'>,
  signal?: AbortSignal,
): Promise<Date | undefined> {
  const url = toApiUrl(connection.url);
  try {
    return await withDeadline(timeoutMs, [signal], async (deadline) => await readDate(url, deadline));
  } catch (error) {
    signal?.throwIfAborted();
    throw new DomainError('upstream_unavailable', `the time of ${url.host}: ${describeFailure(error)}`, {
      cause: error,
    });
  }
}

function readDate(url: URL, signal: AbortSignal): Promise<Date | undefined> {
  return new Promise((resolve, reject) => {
    const take = (answer: IncomingMessage) => {
      answer.destroy();
      const date = new Date(answer.headers.date ?? '');
      resolve(Number.isNaN(date.getTime()) ? undefined : date);
    };
    const options = { method: 'HEAD', signal, agent: false } as const;
    // Nothing is told and nothing believed but the time: whether the certificate is trusted is looked at elsewhere.
    const request =
      url.protocol === 'https:'
        ? requestHttps(url, { ...options, rejectUnauthorized: false }, take)
        : requestHttp(url, options, take);
    request.on('error', reject);
    request.end();
  });
}
