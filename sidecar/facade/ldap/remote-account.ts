import type { AskAccount, LookUpAnswer } from './account-question.ts';
import type { FromLdapWorker } from './worker-protocol.ts';

/** Puts a worker's questions about unknown addresses to the main thread, which answers each within a second. */
export interface RemoteAccount {
  readonly ask: AskAccount;
  answer(id: number, answer: LookUpAnswer): void;
}

export function createRemoteAccount(post: (message: FromLdapWorker) => void): RemoteAccount {
  const waiting = new Map<number, (answer: LookUpAnswer) => void>();
  let ids = 0;
  return {
    ask(address) {
      ids += 1;
      const id = ids;
      return new Promise((resolve) => {
        waiting.set(id, resolve);
        post({ kind: 'look-up', id, address });
      });
    },
    answer(id, answer) {
      waiting.get(id)?.(answer);
      waiting.delete(id);
    },
  };
}
