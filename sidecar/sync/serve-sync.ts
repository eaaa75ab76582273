import type { MessagePort } from 'node:worker_threads';
import { DomainError, messageOf } from '../core/errors.ts';
import type { OnProgress } from './progress.ts';
import type { FromWorker, ToWorker } from './worker.ts';

/** What a request may use while it runs. */
export interface ServeContext {
  /** Aborted when the main thread gives up. */
  readonly signal: AbortSignal;
  readonly progress: OnProgress;
}

/** The sync thread's side: `Answer` crosses by structured clone; SharedArrayBuffers in it are shared, not copied. */
export type SyncHandler<Request, Answer> = (request: Request, context: ServeContext) => Promise<Answer>;

/**
 * Answers the requests that come through `port`, one for each message. A handler that rejects makes the request fail, not the
 * thread. `close` is called before the thread ends because nothing is asked of it.
 */
export function serveSync<Request, Answer>(
  port: MessagePort,
  handler: SyncHandler<Request, Answer>,
  close: () => Promise<void> = async () => {},
): void {
  const running = new Map<number, AbortController>();
  const post = (message: FromWorker<Answer>) => port.postMessage(message);

  const answer = async (id: number, request: Request) => {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const context: ServeContext = {
        signal: controller.signal,
        progress: (progress) => post({ kind: 'progress', id, progress }),
      };
      post({ kind: 'done', id, answer: await handler(request, context) });
    } catch (error) {
      post({ kind: 'broken', id, message: messageOf(error) });
    } finally {
      running.delete(id);
    }
  };

  port.on('message', (message: ToWorker<Request>) => {
    if (message.kind === 'run') void answer(message.id, message.request);
    else if (message.kind === 'end') void close().finally(() => process.exit());
    else running.get(message.id)?.abort(new DomainError('conflict', message.reason));
  });
}
