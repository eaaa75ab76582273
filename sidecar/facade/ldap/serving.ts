import type { Server, Socket } from 'node:net';
import { messageOf } from '../../core/errors.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Snapshot } from '../../directory/snapshot.ts';
import type { AskAccount } from './account-question.ts';
import type { Admission } from './admission.ts';
import { Connection } from './connection.ts';
import { Pagings } from './controls/paging.ts';
import { supportedControls } from './controls/request-controls.ts';
import type { LdapLimits } from './limits.ts';
import { type BoundListener, type ListenerPlace, listen } from './listen.ts';
import type { AskLogin } from './login-question.ts';
import { isLoopback } from './loopback.ts';
import type { ServerContext, ServiceRefusal } from './operation.ts';
import { supportedExtensions } from './operations/extended.ts';
import { encodeNoticeOfDisconnection } from './responses.ts';
import { ResultCode } from './result-codes.ts';
import { createRootDse } from './schema/root-dse.ts';
import type { ServiceAccounts } from './service-accounts.ts';
import { WriteBuffers } from './write-buffers.ts';

export interface ServingOptions {
  readonly listeners: readonly ListenerPlace[];
  /** Whether other threads of this process listen on the same ports. */
  readonly isPortShared: boolean;
  readonly baseDn: string;
  /** The published directory; undefined while nothing was ever committed. */
  readonly snapshot: () => Snapshot | undefined;
  readonly askLogin: AskLogin;
  /** Undefined where searches never ask the mail server. */
  readonly askAccount: AskAccount | undefined;
  readonly serviceAccounts: ServiceAccounts;
  readonly admission: Admission;
  readonly limits: LdapLimits;
  readonly log: Log;
  /** Hears of every finished bind. */
  readonly onBind: ((resultCode: ResultCode, durationMs: number) => void) | undefined;
  /** Hears of every bind of a service account that was not accepted. */
  readonly onServiceRefusal: ((refusal: ServiceRefusal) => void) | undefined;
  /** Hears of every finished search. */
  readonly onSearch: ((resultCode: ResultCode, entries: number, durationMs: number) => void) | undefined;
  /** Called regularly, after the times were looked at. */
  readonly onSweep?: () => void;
  /** The product's version, shown in the root DSE. */
  readonly vendorVersion: string;
}

/** Listeners and connections of one thread. */
export interface Serving {
  readonly listeners: readonly BoundListener[];
  /** Connections open now. */
  readonly connections: number;
  /** Closes connections of service accounts that are gone or have another secret. */
  checkServiceAccounts(): void;
  /** Versions that operations under way and pagings were begun with. */
  snapshotsInUse(): Set<Snapshot>;
  /** Closes the connections that need this version. */
  giveUp(snapshot: Snapshot): void;
  /** Tells every client, closes all and resolves within a second. */
  stop(): Promise<void>;
}

/** How long clients may take to hear that the server stops. */
const stopMs = 500;

/** Serves LDAP in this thread. Rejects as `listen` does; then nothing listens. */
export async function serveLdap(options: ServingOptions): Promise<Serving> {
  const { limits, admission, log } = options;
  const pagings = new Pagings(limits);
  const context: ServerContext = {
    ...options,
    pagings,
    buffers: new WriteBuffers(limits.backlogBytes),
    rootDse: createRootDse({
      baseDn: options.baseDn,
      vendorVersion: options.vendorVersion,
      extensions: supportedExtensions,
      controls: supportedControls,
    }),
  };
  const open = new Map<Socket, Connection>();
  const connectTo = (place: ListenerPlace) => (socket: Socket) => {
    if (!admission.enter()) {
      turnAway(socket, limits.closeMs);
      return;
    }
    const isConfidential = isLoopback(socket.localAddress);
    const clientAddress = socket.remoteAddress ?? '';
    open.set(
      socket,
      new Connection(context, socket, {
        isConfidential,
        clientAddress,
        listener: place.name,
        diagnostics: place.diagnostics,
      }),
    );
    socket.once('close', () => {
      open.delete(socket);
      admission.leave();
    });
  };

  const servers: Server[] = [];
  const listeners: BoundListener[] = [];
  const closeServers = () =>
    Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
  try {
    for (const place of options.listeners) {
      const { server, bound } = await listen(place, options.isPortShared, connectTo(place));
      server.on('error', (error) => log.error('the LDAP listener reported a fault', { error: messageOf(error) }));
      servers.push(server);
      listeners.push(bound);
    }
  } catch (error) {
    for (const socket of open.keys()) socket.destroy();
    await closeServers();
    throw error;
  }

  const sweep = setInterval(() => {
    const now = performance.now();
    pagings.sweep(now);
    for (const connection of open.values()) connection.checkTimes(now);
    options.onSweep?.();
  }, limits.sweepMs);
  sweep.unref();

  return {
    listeners,
    get connections() {
      return open.size;
    },
    checkServiceAccounts() {
      for (const connection of open.values()) connection.checkServiceAccount();
    },
    snapshotsInUse() {
      const used = new Set<Snapshot>();
      pagings.addSnapshots(used);
      for (const connection of open.values()) connection.addSnapshots(used);
      return used;
    },
    giveUp(snapshot) {
      for (const connection of open.values()) connection.giveUp(snapshot);
    },
    async stop() {
      clearInterval(sweep);
      const closed = closeServers();
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
