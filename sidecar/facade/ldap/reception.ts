import type { Socket } from 'node:net';
import { messageOf } from '../../core/errors.ts';
import type { Log } from '../../core/ports/log.ts';
import { createNetworkTest } from '../../host/network-list.ts';
import type { Admission } from './admission.ts';
import type { LdapLimits } from './limits.ts';
import type { ListenerPlace } from './listen.ts';
import { isLoopback } from './loopback.ts';
import { readProxyHeader } from './proxy-protocol.ts';
import { encodeNoticeOfDisconnection } from './responses.ts';
import { ResultCode } from './result-codes.ts';
import type { TlsUpgrade } from './tls-upgrade.ts';

/** A connection that was let in. */
export interface Arrival {
  /** What is read from and written to: the TLS one where there is one. */
  readonly socket: Socket;
  readonly clientAddress: string;
  readonly isEncrypted: boolean;
  readonly certificateSubject: string | undefined;
  /** Whether nothing that is sent touches a network. */
  readonly isLocal: boolean;
}

export interface ReceptionOptions {
  readonly place: ListenerPlace;
  /** Undefined for a listener without TLS. */
  readonly upgrade: TlsUpgrade | undefined;
  readonly admission: Admission;
  readonly limits: Pick<LdapLimits, 'handshakeMs' | 'closeMs'>;
  readonly log: Log;
}

/** The door of a listener: who may come, from where, and whether the connection is encrypted from the start. */
export interface Reception {
  /** Resolves with the connection, or with undefined when it was turned away and is or will be closed. Never rejects. */
  receive(socket: Socket): Promise<Arrival | undefined>;
  /** The same connection, encrypted from now on (StartTLS); undefined when the handshake failed and it is closed. */
  encrypt(arrival: Arrival): Promise<Arrival | undefined>;
}

/** Strangers are refused before anything of theirs is read; a balancer's header comes before TLS. */
export function createReception({ place, upgrade, admission, limits, log }: ReceptionOptions): Reception {
  const { name: listener, networks = [], proxyProtocolFrom = [], tls = 'none' } = place;
  const isInNetworks = createNetworkTest(networks);
  const isAllowed = (address: string) => networks.length === 0 || isInNetworks(address);
  const isBalancer = createNetworkTest(proxyProtocolFrom);

  const dismiss = (socket: Socket, clientAddress: string, reason: string) => {
    log.debug('an LDAP connection was not let in', { listener, clientAddress, reason });
    socket.destroy();
  };
  const turnAway = (socket: Socket, clientAddress: string, message: string) => {
    // In clear text there is nothing that a TLS client would understand.
    if (tls === 'ldaps') return dismiss(socket, clientAddress, message);
    log.debug('an LDAP connection was not let in', { listener, clientAddress, reason: message });
    socket.end(encodeNoticeOfDisconnection({ code: ResultCode.unavailable, message }));
    socket.resume();
    setTimeout(() => socket.destroy(), limits.closeMs).unref();
  };
  const readClientAddress = async (socket: Socket, balancer: string) => {
    try {
      return (await readProxyHeader(socket, limits.handshakeMs)) ?? balancer;
    } catch (error) {
      log.warn('a load balancer sent no usable PROXY header', { listener, balancer, reason: messageOf(error) });
      socket.destroy();
      return undefined;
    }
  };
  const encrypt = async (arrival: Arrival): Promise<Arrival | undefined> => {
    try {
      if (upgrade === undefined) throw new TypeError(`the listener ${listener} has no TLS`);
      return { ...arrival, isEncrypted: true, ...(await upgrade.secure(arrival.socket)) };
    } catch (error) {
      dismiss(arrival.socket, arrival.clientAddress, messageOf(error));
      return undefined;
    }
  };

  return {
    async receive(socket) {
      socket.on('error', () => socket.destroy());
      const { remoteAddress: peer } = socket;
      if (peer === undefined) {
        socket.destroy();
        return undefined;
      }
      const isProxied = isBalancer(peer);
      if (!isProxied && !isAllowed(peer)) {
        dismiss(socket, peer, 'its network is not allowed');
        return undefined;
      }
      if (!admission.enter()) {
        turnAway(socket, peer, 'too many connections');
        return undefined;
      }
      socket.once('close', () => admission.leave());
      const clientAddress = isProxied ? await readClientAddress(socket, peer) : peer;
      if (clientAddress === undefined) return undefined;
      // A balancer's own connection, its health check, is let in: who may be a balancer was said.
      if (isProxied && clientAddress !== peer && !isAllowed(clientAddress)) {
        dismiss(socket, clientAddress, 'its network is not allowed');
        return undefined;
      }
      if (!admission.enterFrom(clientAddress)) {
        turnAway(socket, clientAddress, 'too many connections from this address');
        return undefined;
      }
      socket.once('close', () => admission.leaveFrom(clientAddress));
      const isLocal = isLoopback(socket.localAddress) && isLoopback(clientAddress);
      const arrival = { socket, clientAddress, isLocal, isEncrypted: false, certificateSubject: undefined };
      return tls === 'ldaps' ? await encrypt(arrival) : arrival;
    },
    encrypt,
  };
}
