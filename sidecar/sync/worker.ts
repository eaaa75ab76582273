import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { messageOf } from '../core/errors.ts';
import type { OnProgress, SyncProgress } from './progress.ts';

/** To the thread. */
export type ToWorker<Request> =
  | { readonly kind: 'run'; readonly id: number; readonly request: Request }
  | { readonly kind: 'abort'; readonly id: number; readonly reason: string }
  /** Nothing more will be asked: close what is open and end. */
  | { readonly kind: 'end' };

/** From the thread. */
export type FromWorker<Answer> =
  | { readonly kind: 'progress'; readonly id: number; readonly progress: SyncProgress }
  | { readonly kind: 'done'; readonly id: number; readonly answer: Answer }
  | { readonly kind: 'broken'; readonly id: number; readonly message: string };

export interface SyncWorkerOptions<Request, Answer> {
  /** Starts the thread; it calls `serveSync`. Called again after a death or an idle time. */
  readonly start: () => Worker;
  /** The answer to a request whose thread died, could not be started or broke: for a sync, a failed report. */
  readonly toFailure: (request: Request, message: string) => Answer;
  /** How long an aborted run may take to end before its thread is ended. */
  readonly abortGraceMs: number;
  /** After so long without a request the thread is ended: its heap, large after a run, goes back to the system. */
  readonly idleMs: number;
}

export interface RunHooks {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** Requests of one lane run one after the other, those of different lanes side by side. One for all when left out. */
  readonly lane?: string | undefined;
}

/** The sync thread as the main thread sees it. Requests of a lane run one after the other. */
export interface SyncWorker<Request, Answer> {
  /** Never rejects: a dead thread, too, gives an answer (see `toFailure`). */
  run(request: Request, hooks?: RunHooks): Promise<Answer>;
  /** Ends the thread within half a second; what is going on or waits gets its failure. */
  stop(): Promise<void>;
}

interface Running<Answer> {
  readonly onProgress: OnProgress | undefined;
  readonly finish: (answer: Answer) => void;
  readonly fail: (message: string) => void;
}

/** How long an idle thread may take to close what it has open. */
const endGraceMs = 10_000;
/** … and any thread when all is to end. */
const stopGraceMs = 500;

/** Makes the client of a sync thread. The thread is started with the first request, and anew after a death or an idle time. */
export function createSyncWorker<Request, Answer>(
  options: SyncWorkerOptions<Request, Answer>,
): SyncWorker<Request, Answer> {
  let worker: Worker | undefined;
  const running = new Map<number, Running<Answer>>();
  const lanes = new Map<string, Promise<unknown>>();
  let ids = 0;
  let isStopped = false;
  /** Of all lanes, running or waiting. */
  let unanswered = 0;
  let idle: NodeJS.Timeout | undefined;
  const ending = new Set<Worker>();

  const failAll = (message: string) => {
    for (const each of [...running.values()]) each.fail(message);
  };

  const revive = (): Worker => {
    if (worker !== undefined) return worker;
    const fresh = options.start();
    let cause: string | undefined;
    fresh.on('message', (message: FromWorker<Answer>) => {
      const meant = running.get(message.id);
      if (message.kind === 'progress') meant?.onProgress?.(message.progress);
      else if (message.kind === 'done') meant?.finish(message.answer);
      else meant?.fail(message.message);
    });
    fresh.on('error', (error) => {
      cause = messageOf(error);
    });
    fresh.on('messageerror', (error) => failAll(`its answer could not be read: ${messageOf(error)}`));
    fresh.on('exit', (code) => {
      if (worker !== fresh) return;
      worker = undefined;
      failAll(`it ended unexpectedly (${cause ?? `exit code ${code}`})`);
    });
    worker = fresh;
    return fresh;
  };

  const runNow = (request: Request, { signal, onProgress }: RunHooks): Promise<Answer> =>
    new Promise((resolve) => {
      ids += 1;
      const id = ids;
      let grace: NodeJS.Timeout | undefined;
      const settle = (answer: Answer) => {
        clearTimeout(grace);
        signal?.removeEventListener('abort', abort);
        running.delete(id);
        resolve(answer);
      };
      const fail = (message: string) => settle(options.toFailure(request, `the sync thread: ${message}`));
      const abort = () => {
        post(worker, { kind: 'abort', id, reason: messageOf(signal?.reason) });
        grace = setTimeout(() => void worker?.terminate(), options.abortGraceMs);
      };
      if (isStopped) return fail('it was stopped');
      if (signal?.aborted) return fail(messageOf(signal.reason));
      running.set(id, { onProgress, finish: settle, fail });
      signal?.addEventListener('abort', abort);
      try {
        post(revive(), { kind: 'run', id, request });
      } catch (error) {
        fail(`it could not be started (${messageOf(error)})`);
      }
    });

  const onAnswered = () => {
    unanswered -= 1;
    if (unanswered === 0) idle = setTimeout(endIdle, options.idleMs).unref();
  };

  const endIdle = () => {
    const old = worker;
    if (old === undefined) return;
    worker = undefined;
    ending.add(old);
    const overdue = setTimeout(() => void old.terminate(), endGraceMs).unref();
    old.once('exit', () => {
      clearTimeout(overdue);
      ending.delete(old);
    });
    post(old, { kind: 'end' });
  };

  const post = (to: Worker | undefined, message: ToWorker<Request>) => to?.postMessage(message);

  return {
    run(request, hooks = {}) {
      const { lane = '' } = hooks;
      clearTimeout(idle);
      unanswered += 1;
      const answer = (lanes.get(lane) ?? Promise.resolve()).then(() => runNow(request, hooks)).finally(onAnswered);
      lanes.set(lane, answer);
      return answer;
    },
    async stop() {
      isStopped = true;
      const threads = [worker, ...ending].filter((thread) => thread !== undefined);
      post(worker, { kind: 'end' });
      // One that is ended in the middle of a call to SQLite takes the whole process with it.
      await Promise.race([
        Promise.all(threads.map((thread) => once(thread, 'exit'))),
        sleep(stopGraceMs, undefined, { ref: false }),
      ]);
      await Promise.all(threads.map((thread) => thread.terminate()));
      await Promise.all(lanes.values());
      clearTimeout(idle);
    },
  };
}
