import { createServer, type Server, type Socket } from 'node:net';
import type { UsableServiceAccount } from '../../application/service-accounts-watch.ts';
import { DomainError, messageOf } from '../../core/errors.ts';
import type { Login } from '../../core/login/order.ts';
import type { TwoFactorPolicy } from '../../core/login/settings.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Snapshot } from '../../directory/snapshot.ts';
import { Connection } from './connection.ts';
import { Pagings } from './controls/paging.ts';
import { supportedControls } from './controls/request-controls.ts';
import { defaultLimits, type LdapLimits } from './limits.ts';
import { isLoopback } from './loopback.ts';
import type { ServerContext } from './operation.ts';
import { supportedExtensions } from './operations/extended.ts';
import { encodeNoticeOfDisconnection } from './responses.ts';
import { ResultCode } from './result-codes.ts';
import { createRootDse } from './schema/root-dse.ts';
import { createServiceAccounts, type ServiceAccount } from './service-accounts.ts';

export interface LdapServerOptions {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly baseDn: string;
  /** The published directory; undefined while nothing was ever committed. */
  readonly snapshot: () => Snapshot | undefined;
  readonly login: Login;
  readonly serviceAccounts: readonly ServiceAccount[];
  /** Service accounts beside the configured ones, at the start. */
  readonly madeServiceAccounts?: readonly UsableServiceAccount[];
  /** Privileges or roles that a user must have to log in here. */
  readonly require: readonly string[];
  /** How long a bind may take. */
  readonly deadlineMs: number;
  /** What an account with a second factor gets; refused when left out. */
  readonly twoFactor?: TwoFactorPolicy;
  /** Whether a client's address is an application's, behind which many people are; none is when left out. */
  readonly isApplicationAddress?: (address: string) => boolean;
  readonly limits?: Partial<LdapLimits>;
  readonly log: Log;
  /** Hears of every finished bind. */
  readonly onBind?: (resultCode: ResultCode, durationMs: number) => void;
  /** Hears of every finished search. */
  readonly onSearch?: (resultCode: ResultCode, entries: number, durationMs: number) => void;
  /** The product's version, shown in the root DSE. */
  readonly vendorVersion: string;
}

export interface LdapServer {
  readonly port: number;
  readonly address: string;
  /** Connections open now. */
  readonly connections: number;
  /** Puts these in the place of the made service accounts. Connections of one that is gone or has another secret are closed. */
  replaceServiceAccounts(accounts: readonly UsableServiceAccount[]): void;
  /** Tells every client, closes all and resolves within a second. */
  stop(): Promise<void>;
}

/** How long clients may take to hear that the server stops. */
const stopMs = 500;

/**
 * Opens an LDAP listener. Rejects when it cannot listen: `conflict` when the port is taken, `forbidden` when this process may not
 * use it, `invalid_input` for an address that is not this machine's.
 */
export async function startLdapServer(options: LdapServerOptions): Promise<LdapServer> {
  const limits: LdapLimits = { ...defaultLimits, ...options.limits };
  const pagings = new Pagings(limits);
  const context: ServerContext = {
    baseDn: options.baseDn,
    snapshot: options.snapshot,
    login: options.login,
    serviceAccounts: createServiceAccounts(options.serviceAccounts, options.madeServiceAccounts),
    require: options.require,
    deadlineMs: options.deadlineMs,
    twoFactor: options.twoFactor ?? 'reject',
    isApplicationAddress: options.isApplicationAddress ?? (() => false),
    limits,
    rootDse: createRootDse({
      baseDn: options.baseDn,
      vendorVersion: options.vendorVersion,
      extensions: supportedExtensions,
      controls: supportedControls,
    }),
    pagings,
    log: options.log,
    onBind: options.onBind,
    onSearch: options.onSearch,
  };

  const open = new Map<Socket, Connection>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    if (open.size >= limits.connections) {
      turnAway(socket, limits.closeMs);
      return;
    }
    const isConfidential = isLoopback(socket.localAddress);
    open.set(socket, new Connection(context, socket, { isConfidential, clientAddress: socket.remoteAddress ?? '' }));
    socket.once('close', () => open.delete(socket));
  });
  await listen(server, options.host, options.port);
  server.on('error', (error) => options.log.error('the LDAP listener reported a fault', { error: messageOf(error) }));

  const sweep = setInterval(() => {
    const now = performance.now();
    pagings.sweep(now);
    for (const connection of open.values()) connection.checkTimes(now);
  }, limits.sweepMs);
  sweep.unref();

  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : options.port,
    address: typeof bound === 'object' && bound !== null ? bound.address : options.host,
    get connections() {
      return open.size;
    },
    replaceServiceAccounts(accounts) {
      context.serviceAccounts.replaceMade(accounts);
      for (const connection of open.values()) connection.checkServiceAccount();
    },
    async stop() {
      clearInterval(sweep);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const connection of open.values()) connection.shutDown('the server stops');
      const force = setTimeout(() => {
        for (const socket of open.keys()) socket.destroy();
      }, stopMs);
      await closed;
      clearTimeout(force);
    },
  };
}

function turnAway(socket: Socket, closeMs: number): void {
  socket.on('error', () => socket.destroy());
  socket.end(encodeNoticeOfDisconnection({ code: ResultCode.unavailable, message: 'too many connections' }));
  socket.resume();
  setTimeout(() => socket.destroy(), closeMs).unref();
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(toListenError(error, host, port)));
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}

function toListenError(error: NodeJS.ErrnoException, host: string, port: number): DomainError {
  const place = `${host}:${port}`;
  switch (error.code) {
    case 'EADDRINUSE':
      return new DomainError(
        'conflict',
        `LDAP cannot listen on ${place}: the port is taken; set ldap.port to a free one`,
        { cause: error },
      );
    case 'EACCES':
      return new DomainError('forbidden', `LDAP may not listen on ${place}: set ldap.port to one above 1023`, {
        cause: error,
      });
    default:
      return new DomainError(
        'invalid_input',
        `LDAP cannot listen on ${place}: check ldap.host and ldap.port (${messageOf(error)})`,
        {
          cause: error,
        },
      );
  }
}
