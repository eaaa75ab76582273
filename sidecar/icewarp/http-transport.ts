import { Pool } from 'undici';
import { withDeadline } from './call-deadline.ts';

/** An HTTP reply, whole. */
export interface HttpReply {
  readonly status: number;
  readonly contentType: string;
  /** Where a redirect points; it is never followed. */
  readonly location: string | undefined;
  readonly body: Uint8Array;
}

export interface TransportOptions {
  readonly url: URL;
  readonly acceptAnyCertificate: boolean;
  /** PEM text of the only certificates to trust. */
  readonly ca: string | undefined;
  readonly connections: number;
  readonly maxReplyBytes: number;
}

/** Connections to one server, kept alive between calls. No cookies, no redirects, no proxy, no compression. */
export interface HttpTransport {
  /**
   * Posts XML and reads the whole reply within `timeoutMs`. With `repeatable`, a connection that the server dropped
   * before answering is replaced once. Rejects with what went wrong, or with the signal's reason.
   */
  post(xml: string, options: PostOptions): Promise<HttpReply>;
  /** Breaks off what is under way. */
  close(): Promise<void>;
}

export interface PostOptions {
  readonly timeoutMs: number;
  readonly repeatable: boolean;
  readonly signals: readonly (AbortSignal | undefined)[];
}

const longestConnectMs = 10_000;

export function createHttpTransport(options: TransportOptions): HttpTransport {
  const pool = new Pool(options.url.origin, {
    connections: options.connections,
    pipelining: 1,
    maxResponseSize: options.maxReplyBytes,
    maxHeaderSize: 16_384,
    connect: {
      timeout: longestConnectMs,
      rejectUnauthorized: !options.acceptAnyCertificate,
      ...(options.ca === undefined ? {} : { ca: options.ca }),
    },
  });

  async function send(xml: string, timeoutMs: number, signal: AbortSignal) {
    return await pool.request({
      path: options.url.pathname,
      method: 'POST',
      headers: { 'content-type': 'text/xml' },
      body: xml,
      signal,
      // The deadline covers the whole call; these only keep undici's own defaults from ending it earlier.
      headersTimeout: timeoutMs + 5000,
      bodyTimeout: timeoutMs + 5000,
    });
  }

  return {
    async post(xml, { timeoutMs, repeatable, signals }) {
      return await withDeadline(timeoutMs, signals, async (signal) => {
        // A server may close an idle connection in the very moment in which the next request goes out (RFC 9112 §9.3.1).
        const response = await send(xml, timeoutMs, signal).catch(async (error: unknown) => {
          if (!repeatable || signal.aborted || !isDroppedConnection(error)) throw error;
          return await send(xml, timeoutMs, signal);
        });
        const location = response.headers.location;
        return {
          status: response.statusCode,
          contentType: String(response.headers['content-type'] ?? ''),
          location: location === undefined ? undefined : String(location),
          body: new Uint8Array(await response.body.arrayBuffer()),
        };
      });
    },
    async close() {
      await pool.destroy();
    },
  };
}

function isDroppedConnection(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
}
