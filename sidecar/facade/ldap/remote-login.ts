import { DomainError } from '../../core/errors.ts';
import type { AskLogin, LoginAnswer } from './login-question.ts';
import { createMessageBatch } from './message-batch.ts';
import type { FromLdapWorker, LoginMessage } from './worker-protocol.ts';

/** Puts a worker's questions about passwords to the main thread. */
export interface RemoteLogin {
  readonly ask: AskLogin;
  /** Takes an answer in; one that nobody waits for any more is dropped. */
  answer(id: number, answer: LoginAnswer | undefined): void;
}

const gone: LoginAnswer = { kind: 'could_not_tell', reason: 'unavailable', message: 'nobody waits for the answer' };

/** The main thread ends every login within its deadline; the connection's own end ends the waiting here. */
export function createRemoteLogin(post: (message: FromLdapWorker) => void): RemoteLogin {
  const send = createMessageBatch<LoginMessage>((messages) => post({ kind: 'logins', messages }));
  const waiting = new Map<number, (answer: LoginAnswer | undefined) => void>();
  let ids = 0;
  return {
    ask({ listener, name, password, clientAddress }, caller) {
      if (caller.isAbandoned) return Promise.resolve(gone);
      ids += 1;
      const id = ids;
      return new Promise((resolve, reject) => {
        caller.onAbandoned = () => {
          waiting.delete(id);
          send({ kind: 'login-abort', id });
          resolve(gone);
        };
        waiting.set(id, (answer) => {
          waiting.delete(id);
          caller.onAbandoned = undefined;
          if (answer !== undefined) resolve(answer);
          else reject(new DomainError('upstream_unavailable', 'the login failed in the main thread; see the log'));
        });
        send({ kind: 'login', id, listener, name, password: password.reveal(), clientAddress });
      });
    },
    answer: (id, answer) => waiting.get(id)?.(answer),
  };
}
