import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import helmet from 'helmet';
import type { Log } from '../core/ports/log.ts';
import { answerNotFound, createErrorAnswer, refuseLargeBody } from './answers.ts';
import { toListenError } from './listen-error.ts';
import type { Certificate } from './tls.ts';
import { createProxyHeaderGuard } from './trusted-proxies.ts';

export interface HttpServerOptions {
  /** Address or name to listen on. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Mounts routes. Bodies are parsed by the routes that want one, with a limit of their own. */
  readonly routes: (app: Express) => void;
  /** With it the server speaks HTTPS and nothing else. Whoever opened it stops it. */
  readonly certificate?: Certificate | undefined;
  /** Networks (CIDR) of reverse proxies that may say where a request comes from; nobody else may. */
  readonly trustProxy?: readonly string[];
  readonly log: Log;
}

export interface HttpServer {
  readonly address: string;
  readonly port: number;
  /** Takes no more connections and lets running answers end; resolves within a second, whatever clients do. */
  stop(): Promise<void>;
}

const limits = {
  /** For line and headers, and for all of a request: against clients that send a byte now and then. */
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  /** A connection on which nothing moves. Longer than any page waits for IceWarp. */
  idleTimeoutMs: 120_000,
  keepAliveTimeoutMs: 5_000,
  headerBytes: 16 * 1024,
  headerCount: 100,
  connections: 2_000,
  requestsPerConnection: 1_000,
} as const;

/** Running answers get this long when the server stops. */
const stopGraceMs = 700;

/**
 * Starts Express with security headers, limits and JSON for errors. Rejects with `conflict` when the port is taken and with
 * `invalid_input` when the address cannot be listened on; both name the setting.
 */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { host, port, routes, certificate, trustProxy = [], log } = options;
  const app = express();
  app.set('query parser', 'simple');
  app.set('trust proxy', [...trustProxy]);
  app.use(createProxyHeaderGuard(trustProxy));
  // Strict-Transport-Security belongs to whoever holds the certificate, not to a clear-text listener.
  app.use(helmet(certificate === undefined ? { strictTransportSecurity: false } : {}));
  app.use(refuseLargeBody);
  routes(app);
  app.use(answerNotFound);
  app.use(createErrorAnswer(log));

  const server = create(
    {
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      connectionsCheckingInterval: 1_000,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      maxHeaderSize: limits.headerBytes,
    },
    app,
    certificate,
  );
  server.timeout = limits.idleTimeoutMs;
  server.maxHeadersCount = limits.headerCount;
  server.maxConnections = limits.connections;
  server.maxRequestsPerSocket = limits.requestsPerConnection;
  await listen(server, host, port);
  server.on('error', (error) => log.error('The HTTP listener failed', { error }));
  const bound = server.address() as AddressInfo;
  return { address: bound.address, port: bound.port, stop: () => stop(server) };
}

function create(options: ServerOptions, app: RequestListener, certificate: Certificate | undefined): Server {
  if (certificate === undefined) return createServer(options, app);
  const server = createTlsServer({ ...options, handshakeTimeout: limits.headersTimeoutMs }, app);
  certificate.serve(server);
  return server;
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(toListenError(error, host, port)));
    server.listen({ host, port }, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}

function stop(server: Server): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve) => {
    const force = setTimeout(() => server.closeAllConnections(), stopGraceMs);
    // A connection that has had its answer would be kept for the next request.
    const sweep = setInterval(() => server.closeIdleConnections(), 20);
    server.close(() => {
      clearTimeout(force);
      clearInterval(sweep);
      resolve();
    });
    server.closeIdleConnections();
  });
}
