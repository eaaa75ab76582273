import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface HttpReceiver {
  readonly url: string;
  readonly received: readonly Received[];
}

export interface ReceiverOptions {
  readonly tls?: { readonly certificatePem: string; readonly keyPem: string };
  /** 127.0.0.1 when left out. */
  readonly host?: string;
  /** 0 or absent = any free one. */
  readonly port?: number;
}

/** A receiver of webhooks on a free port, gone when the test ends. `answer` gets the number of the request, from 1. */
export async function startReceiver(
  t: TestContext,
  answer: (response: ServerResponse, count: number) => void = (response) => response.end('thanks'),
  { tls, host = '127.0.0.1', port = 0 }: ReceiverOptions = {},
): Promise<HttpReceiver> {
  const received: Received[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    let body = '';
    request.setEncoding('utf8');
    for await (const chunk of request) body += chunk;
    const { method = '', url = '', headers } = request;
    received.push({ method, path: url, headers, body });
    answer(response, received.length);
  };
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    handle(request, response).catch(() => response.destroy());
  };
  const server =
    tls === undefined
      ? createServer(onRequest)
      : createTlsServer({ cert: tls.certificatePem, key: tls.keyPem }, onRequest);
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const taken = server.address() as AddressInfo;
  return { url: `${tls === undefined ? 'http' : 'https'}://${host}:${taken.port}`, received };
}
