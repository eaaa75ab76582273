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
import type { ServerContext, ServiceRefusal } from './operation.ts';
import { supportedExtensions } from './operations/extended.ts';
import { createProfileFacts, type PosixSettings, usualPosixSettings } from './profiles/facts.ts';
import { type Arrival, createReception } from './reception.ts';
import type { ResultCode } from './result-codes.ts';
import { createRootDses } from './schema/root-dse.ts';
import type { ServiceAccounts } from './service-accounts.ts';
import { anonymous, type Identity } from './session.ts';
import { createSights } from './sight.ts';
import { createTlsUpgrade, type TlsMaterial, type TlsUpgrade } from './tls-upgrade.ts';
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
  /** How users are known on Unix hosts; the usual way when left out. */
  readonly posix?: PosixSettings;
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
  /** Gives a listener with TLS another certificate; connections that are open stay as they are. Throws for one that cannot be used. */
  replaceMaterial(listener: string, material: TlsMaterial): void;
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
    sights: createSights(
      (account) => options.serviceAccounts.accessOf(account),
      createProfileFacts(options.posix ?? usualPosixSettings),
    ),
    buffers: new WriteBuffers(limits.backlogBytes),
    rootDse: createRootDses({
      baseDn: options.baseDn,
      vendorVersion: options.vendorVersion,
      extensions: supportedExtensions,
      controls: supportedControls,
    }),
  };
  /** By the socket that was accepted; undefined while a connection is not let in yet, or shakes hands. */
  const open = new Map<Socket, Connection | undefined>();
  const upgrades = new Map<string, TlsUpgrade>();
  const connectTo = (place: ListenerPlace) => {
    const { name: listener, tls = 'none', material, requireTls, diagnostics, profile } = place;
    const upgrade = material === undefined ? undefined : createTlsUpgrade(material, limits.handshakeMs);
    if (upgrade !== undefined) upgrades.set(listener, upgrade);
    const reception = createReception({ place, upgrade, admission, limits, log });
    const offersStartTls = tls === 'starttls';

    const talk = (accepted: Socket, arrival: Arrival, identity: Identity) => {
      const { socket, clientAddress, isEncrypted, isLocal, certificateSubject } = arrival;
      const isConfidential = isEncrypted || !(requireTls ?? !isLocal);
      const session = { identity, listener, profile, diagnostics, clientAddress, isConfidential, isEncrypted };
      const startTls = async (kept: Identity) => {
        open.set(accepted, undefined);
        const secure = await reception.encrypt(arrival);
        if (secure !== undefined && open.has(accepted)) talk(accepted, secure, kept);
      };
      open.set(
        accepted,
        new Connection(
          context,
          socket,
          { ...session, offersStartTls, certificateSubject },
          (kept) => void startTls(kept),
        ),
      );
    };
    return async (socket: Socket) => {
      open.set(socket, undefined);
      socket.once('close', () => open.delete(socket));
      const arrival = await reception.receive(socket);
      if (arrival !== undefined && open.has(socket)) talk(socket, arrival, anonymous);
    };
  };

  const servers: Server[] = [];
  const listeners: BoundListener[] = [];
  const closeServers = () =>
    Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
  try {
    for (const place of options.listeners) {
      const receive = connectTo(place);
      const { server, bound } = await listen(place, options.isPortShared, (socket) => void receive(socket));
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
    for (const connection of open.values()) connection?.checkTimes(now);
    options.onSweep?.();
  }, limits.sweepMs);
  sweep.unref();

  return {
    listeners,
    get connections() {
      return open.size;
    },
    checkServiceAccounts() {
      for (const connection of open.values()) connection?.checkServiceAccount();
    },
    snapshotsInUse() {
      const used = new Set<Snapshot>();
      pagings.addSnapshots(used);
      for (const connection of open.values()) connection?.addSnapshots(used);
      return used;
    },
    replaceMaterial: (listener, material) => upgrades.get(listener)?.replace(material),
    giveUp(snapshot) {
      for (const connection of open.values()) connection?.giveUp(snapshot);
    },
    async stop() {
      clearInterval(sweep);
      const closed = closeServers();
      for (const [socket, connection] of open) {
        if (connection === undefined) socket.destroy();
        else connection.shutDown('the server stops');
      }
      const force = setTimeout(() => {
        for (const socket of open.keys()) socket.destroy();
      }, stopMs);
      await closed;
      clearTimeout(force);
    },
  };
}
