import type { Worker } from 'node:worker_threads';
import { DomainError, messageOf } from '../../core/errors.ts';
import type { Log } from '../../core/ports/log.ts';
import { Secret } from '../../core/secret.ts';
import type { LdapCountsBatch } from '../../observe/ldap-counts.ts';
import type { BoundListener } from './listen.ts';
import type { AskLogin, LoginAnswer } from './login-question.ts';
import type { ServiceRefusal } from './operation.ts';
import type { FromLdapWorker, ToLdapWorker } from './worker-protocol.ts';

export interface WorkerLinkPorts {
  readonly askLogin: AskLogin;
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
  const logins = new Map<number, AbortController>();
  const listening = Promise.withResolvers<readonly BoundListener[]>();
  const exited = Promise.withResolvers<void>();
  let oldestVersion = version;
  let isListening = false;
  let cause: string | undefined;

  const post = (message: ToLdapWorker) => worker.postMessage(message);
  const askLogin = async ({ id, password, listener, name, clientAddress }: FromLdapWorker & { kind: 'login' }) => {
    const gone = new AbortController();
    logins.set(id, gone);
    let answer: LoginAnswer | undefined;
    try {
      const question = { listener, name, clientAddress, password: new Secret(password) };
      answer = await ports.askLogin(question, gone.signal);
    } catch (error) {
      log.error('a login over LDAP failed', { error: messageOf(error) });
    }
    if (logins.delete(id)) post({ kind: 'login-end', id, answer });
  };
  const forgetLogin = (id: number) => {
    logins.get(id)?.abort();
    logins.delete(id);
  };

  worker.on('message', (message: FromLdapWorker) => {
    switch (message.kind) {
      case 'listening':
        isListening = true;
        return listening.resolve(message.listeners);
      case 'not-listening':
        return listening.reject(toListenFailure(message));
      case 'login':
        return void askLogin(message);
      case 'login-abort':
        return forgetLogin(message.id);
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
    for (const id of [...logins.keys()]) forgetLogin(id);
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
