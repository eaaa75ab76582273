import type { Socket } from 'node:net';
import { messageOf } from '../../core/errors.ts';
import type { Snapshot } from '../../directory/snapshot.ts';
import { findOverdue } from './connection-times.ts';
import { runOperation } from './dispatch.ts';
import { endSocket } from './end-socket.ts';
import { MessageFramer } from './framing.ts';
import type { OperationEnd, ServerContext, Session } from './operation.ts';
import { endRun, giveUpRun, type OperationRun, startRun, toFailedEnd } from './operation-run.ts';
import { Outbox } from './outbox.ts';
import { RequestQueue } from './request-queue.ts';
import { decodeAbandon, type Envelope, isStartTls, openEnvelope, RequestTag } from './requests.ts';
import { encodeNoticeOfDisconnection } from './responses.ts';
import { ProtocolFault, ResultCode } from './result-codes.ts';
import { anonymous, type Identity } from './session.ts';
import { encodeStartTlsRefusal, letGoOf } from './start-tls.ts';

/** Hears that the connection is to be encrypted now, and whose it is: this object is done with it. */
export type StartTls = (identity: Identity) => void;

/**
 * One client. Its requests are answered one after the other: a bind must end before anything else is done (RFC 4511 §4.2.1), and
 * whatever a client sends meanwhile waits in a bounded queue. Only unbind and abandon act at once.
 */
export class Connection {
  readonly #server: ServerContext;
  readonly #socket: Socket;
  readonly #outbox: Outbox;
  readonly #framer = new MessageFramer();
  readonly #queue: RequestQueue;
  readonly #session: Session;
  readonly #startTls: StartTls;
  #running: OperationRun | undefined;
  /** The client does not read: nothing more is done for it until it does. */
  #isBlocked = false;
  #activeAt = performance.now();
  #unfinishedSince: number | undefined;
  #isInputEnded = false;
  #isClosing = false;
  readonly #onData = (chunk: Uint8Array): void => this.#receive(chunk);
  readonly #onEnd = (): void => this.#endInput();

  constructor(server: ServerContext, socket: Socket, session: Session, startTls: StartTls) {
    this.#server = server;
    this.#socket = socket;
    this.#queue = new RequestQueue(server.limits);
    this.#outbox = new Outbox(socket, server.limits.backlogBytes, server.buffers);
    this.#session = session;
    this.#startTls = startTls;

    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#stopWork());
  }

  /** Closes the connection when one of its times is over. `now` as of performance.now(). */
  checkTimes(now: number): void {
    if (this.#isClosing) return;
    const times = {
      blockedSince: this.#outbox.blockedSince,
      // What is not read because of us is not the client's fault.
      unfinishedSince: this.#socket.isPaused() ? undefined : this.#unfinishedSince,
      idleSince: this.#isBusy ? undefined : this.#activeAt,
    };
    const overdue = findOverdue(times, this.#session.identity.kind !== 'anonymous', this.#server.limits, now);
    if (overdue === 'not-reading') this.#socket.destroy();
    else if (overdue !== undefined) this.#disconnect(overdue.code, overdue.message);
  }

  /** Closes the connection of a service account that is gone, or whose secret is another one by now. */
  checkServiceAccount(): void {
    const { identity } = this.#session;
    if (identity.kind !== 'service') return;
    if (this.#server.serviceAccounts.secretIdOf(identity.name) === identity.secretId) return;
    // RFC 4511 §4.4.1 has no code for it: this one makes clients bind anew, which tells them.
    this.#session.identity = anonymous;
    this.#disconnect(ResultCode.unavailable, 'the service account was changed: bind again');
  }

  /** Adds the version that an operation under way answers from. */
  addSnapshots(target: Set<Snapshot>): void {
    const snapshot = this.#running?.context.snapshot;
    if (snapshot !== undefined) target.add(snapshot);
  }

  /** Closes the connection when it still needs a version of the directory that is given up. */
  giveUp(snapshot: Snapshot): void {
    const { pagings } = this.#server;
    if (this.#running?.context.snapshot !== snapshot && !pagings.holds(this.#session, snapshot)) return;
    this.#disconnect(ResultCode.unavailable, 'the directory changed too often meanwhile: begin the search again');
  }

  /** Tells the client that the service ends, and closes. */
  shutDown(message: string): void {
    this.#disconnect(ResultCode.unavailable, message);
  }

  #receive(chunk: Uint8Array): void {
    if (this.#isClosing) return;
    this.#activeAt = performance.now();
    const { limits } = this.#server;
    try {
      this.#framer.push(
        chunk,
        () => (this.#session.identity.kind === 'anonymous' ? limits.anonymousMessageBytes : limits.messageBytes),
        (message) => this.#accept(openEnvelope(message)),
      );
    } catch (error) {
      this.#endUnreadable(error);
    }
    this.#outbox.flush();
    if (!this.#framer.isUnfinished) this.#unfinishedSince = undefined;
    else this.#unfinishedSince ??= this.#activeAt;
    if (this.#queue.isFull) this.#socket.pause();
  }

  /** Takes one message in; gives false when the connection is closing. */
  #accept(envelope: Envelope): boolean {
    const { tag, messageId } = envelope;
    this.#unfinishedSince = undefined;
    if (tag === RequestTag.unbind) this.#leave();
    else if (tag === RequestTag.abandon) this.#abandon(decodeAbandon(envelope.operation));
    else if (!this.#isBusy && this.#queue.isEmpty) this.#run(envelope);
    else if (this.#running?.context.messageId === messageId || this.#queue.has(messageId)) {
      throw new ProtocolFault('a message id is used twice at once');
    } else if (isStartTls(envelope)) this.#outbox.append(encodeStartTlsRefusal(messageId));
    else this.#queue.add(envelope);
    return !this.#isClosing;
  }

  #run(envelope: Envelope): void {
    const run = startRun(this.#server, this.#session, this.#outbox, envelope);
    this.#running = run;
    let end: OperationEnd | undefined | Promise<OperationEnd | undefined>;
    try {
      end = runOperation(run.context, envelope);
    } catch (error) {
      end = this.#toEnd(error, run);
    }
    if (end instanceof Promise) void this.#finishLater(run, end);
    else this.#finish(run, end);
  }

  async #finishLater(run: OperationRun, work: Promise<OperationEnd | undefined>): Promise<void> {
    let end: OperationEnd | undefined;
    try {
      end = await work;
    } catch (error) {
      end = this.#toEnd(error, run);
    }
    this.#finish(run, end);
    this.#goOn();
    this.#outbox.flush();
  }

  #finish(run: OperationRun, end: OperationEnd | undefined): void {
    this.#running = undefined;
    const now = performance.now();
    this.#activeAt = now;
    endRun(run, end, now);
    if (this.#isClosing) return;
    if (end?.startsTls === true) this.#handOver();
    if (!this.#outbox.isFull || this.#isClosing) return;
    this.#isBlocked = true;
    void this.#outbox.waitForRoom().then(() => {
      this.#isBlocked = false;
      this.#goOn();
      this.#outbox.flush();
    });
  }

  /** Lets go of the connection, for it to be encrypted. */
  #handOver(): void {
    this.#outbox.flush();
    this.#stopWork();
    letGoOf(this.#socket, this.#onData, this.#onEnd, () => this.#startTls(this.#session.identity));
  }

  /** Runs what has waited, then reads on. */
  #goOn(): void {
    while (!this.#isBusy && !this.#isClosing) {
      const next = this.#queue.take();
      if (next === undefined) break;
      this.#run(next);
    }
    if (this.#isClosing) return;
    if (!this.#queue.isFull && this.#socket.isPaused()) {
      // The time in which nothing was read is not the client's fault.
      if (this.#unfinishedSince !== undefined) this.#unfinishedSince = performance.now();
      this.#socket.resume();
    }
    if (this.#isInputEnded && !this.#isBusy) this.#close(this.#server.limits.drainMs);
  }

  get #isBusy(): boolean {
    return this.#running !== undefined || this.#isBlocked;
  }

  #abandon(messageId: number): void {
    this.#queue.abandon(messageId);
    // RFC 4511 §4.11: a bind cannot be abandoned.
    if (this.#running?.tag === RequestTag.search && this.#running.context.messageId === messageId) {
      giveUpRun(this.#running);
    }
  }

  #toEnd(error: unknown, run: OperationRun): OperationEnd | undefined {
    if (!(error instanceof ProtocolFault)) return toFailedEnd(error, run.context);
    this.#disconnect(ResultCode.protocolError, error.message);
    return undefined;
  }

  /** Whatever is wrong with a message, what follows it cannot be read any more. */
  #endUnreadable(error: unknown): void {
    const isTheirs = error instanceof ProtocolFault;
    if (!isTheirs) this.#server.log.error('an LDAP message could not be taken in', { error: messageOf(error) });
    this.#disconnect(ResultCode.protocolError, isTheirs ? error.message : '');
  }

  #endInput(): void {
    this.#isInputEnded = true;
    this.#framer.clear();
    if (this.#isClosing) this.#socket.destroy();
    else if (!this.#isBusy) this.#close(this.#server.limits.drainMs);
  }

  #disconnect(code: ResultCode, message: string): void {
    if (this.#isClosing) return;
    const { clientAddress } = this.#session;
    this.#server.log.debug('an LDAP session was ended', { clientAddress, reason: message });
    this.#outbox.append(encodeNoticeOfDisconnection({ code, message }));
    this.#close();
  }

  /** After an unbind the client waits for nothing (RFC 4511 §4.3): what the kernel has taken needs nobody to see it off. */
  #leave(): void {
    this.#outbox.flush();
    // TLS has a goodbye of its own (RFC 8446 §6.1).
    const canGo = !this.#session.isEncrypted && this.#socket.writableLength === 0;
    this.#close();
    if (canGo) this.#socket.destroy();
  }

  /** Ends our side; what still comes is dropped, so that the client can read our last words before the socket goes. */
  #close(graceMs = this.#server.limits.closeMs): void {
    if (this.#isClosing) return;
    this.#outbox.flush();
    this.#stopWork();
    endSocket(this.#socket, this.#isInputEnded, graceMs);
  }

  #stopWork(): void {
    this.#isClosing = true;
    if (this.#running !== undefined) giveUpRun(this.#running);
    this.#queue.clear();
    this.#framer.clear();
    this.#server.pagings.release(this.#session);
  }
}
