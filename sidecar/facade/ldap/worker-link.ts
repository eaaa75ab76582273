import type { Worker } from 'node:worker_threads';
import { DomainError, messageOf } from '../../core/errors.ts';
import type { Log } from '../../core/ports/log.ts';
import { Secret } from '../../core/secret.ts';
import type { LdapCountsBatch } from '../../observe/ldap-counts.ts';
import type { AskAccount } from './account-question.ts';
import type { BoundListener } from './listen.ts';
import type { LoginAnswer, LoginQuestion } from './login-question.ts';
import { createMessageBatch } from './message-batch.ts';
import type { ServiceRefusal } from './operation.ts';
import type { FromLdapWorker, LoginEnd, LoginMessage, ToLdapWorker } from './worker-protocol.ts';

export interface WorkerLinkPorts {
  readonly askLogin: (question: LoginQuestion) => Promise<LoginAnswer>;
  readonly askAccount: AskAccount | undefined;
  readonly log: Log;
  readonly onCounts: (batch: LdapCountsBatch) => void;
  readonly onServiceRefusal: (refusal: ServiceRefusal) => void;
  /** The worker reads no version older than `oldestVersion` any more. */
  readonly onReleased: () => void;
  /** Called once; `cause` is why it died, undefined when it ended by itself. */
  readonly onExit: (cause: string | undefined) => void;
}

/** A worker thread as the main thread sees it. */
export interface WorkerLink {
  /** Resolves when it listens; rejects with what keeps it from listening, or when it ends before. */
  readonly listening: Promise<readonly BoundListener[]>;
  readonly isListening: boolean;
  /** The oldest version of the directory that it may still read. */
  readonly oldestVersion: number;
  post(message: ToLdapWorker): void;
  /** Lets it say goodbye to its clients, and ends it after `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

/** Connects to a worker that was just started with version `version` of the directory. */
export function linkWorker(worker: Worker, version: number, ports: WorkerLinkPorts): WorkerLink {
  const { log } = ports;
  /** Those whose answer somebody waits for. */
  const logins = new Set<number>();
  const listening = Promise.withResolvers<readonly BoundListener[]>();
  const exited = Promise.withResolvers<void>();
  let oldestVersion = version;
  let isListening = false;
  let cause: string | undefined;

  const post = (message: ToLdapWorker) => worker.postMessage(message);
  const tellEnd = createMessageBatch<LoginEnd>((ends) => post({ kind: 'login-ends', ends }));
  const askLogin = async ({ id, password, listener, name, clientAddress }: LoginMessage & { kind: 'login' }) => {
    logins.add(id);
    let answer: LoginAnswer | undefined;
    try {
      const question = { listener, name, clientAddress, password: new Secret(password) };
      answer = await ports.askLogin(question);
    } catch (error) {
      log.error('a login over LDAP failed', { error: messageOf(error) });
    }
    if (logins.delete(id)) tellEnd({ id, answer });
  };
  const takeLogin = (message: LoginMessage) => {
    if (message.kind === 'login') void askLogin(message);
    else logins.delete(message.id);
  };

  const askAccount = async (id: number, address: string) => {
    const answer = (await ports.askAccount?.(address)) ?? 'undecided';
    post({ kind: 'look-up-end', id, answer });
  };

  worker.on('message', (message: FromLdapWorker) => {
    switch (message.kind) {
      case 'listening':
        isListening = true;
        return listening.resolve(message.listeners);
      case 'not-listening':
        return listening.reject(toListenFailure(message));
      case 'logins':
        return message.messages.forEach(takeLogin);
      case 'look-up':
        return void askAccount(message.id, message.address);
      case 'service-refusal':
        return ports.onServiceRefusal(message.refusal);
      case 'in-use':
        oldestVersion = message.oldest;
        return ports.onReleased();
      case 'counts':
        return ports.onCounts(message.batch);
    }
  });
  worker.on('error', (error) => {
    cause = messageOf(error);
  });
  worker.on('messageerror', (error) => log.error('a message of an LDAP worker was lost', { error: messageOf(error) }));
  worker.on('exit', (code) => {
    logins.clear();
    const why = cause ?? (code === 0 ? undefined : `exit code ${code}`);
    listening.reject(new Error(`an LDAP worker ended at its start (${why ?? 'without a word'})`));
    exited.resolve();
    ports.onExit(why);
  });
  // Whoever started it may have stopped waiting.
  listening.promise.catch(() => {});

  return {
    listening: listening.promise,
    get isListening() {
      return isListening;
    },
    get oldestVersion() {
      return oldestVersion;
    },
    post,
    async stop(graceMs) {
      post({ kind: 'stop' });
      const overdue = setTimeout(() => void worker.terminate(), graceMs);
      await exited.promise;
      clearTimeout(overdue);
    },
  };
}

function toListenFailure({ code, message }: FromLdapWorker & { kind: 'not-listening' }): Error {
  return code === undefined ? new Error(message) : new DomainError(code, message);
}
