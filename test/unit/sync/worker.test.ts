import assert from 'node:assert/strict';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import type { SyncProgress } from '../../../sidecar/sync/progress.ts';
import { createSyncWorker, type SyncWorker } from '../../../sidecar/sync/worker.ts';
import type { ThreadAnswer, ThreadRequest } from './fixtures/thread.ts';

let current: SyncWorker<ThreadRequest, ThreadAnswer> | undefined;

function createThread(start = () => new Worker(new URL('./fixtures/thread.ts', import.meta.url)), idleMs = 60_000) {
  const starts: Worker[] = [];
  current = createSyncWorker<ThreadRequest, ThreadAnswer>({
    start: () => {
      const worker = start();
      starts.push(worker);
      return worker;
    },
    toFailure: (_request, message) => ({ text: `failed: ${message}` }),
    abortGraceMs: 200,
    idleMs,
  });
  return { thread: current, starts };
}

describe('the sync thread', () => {
  afterEach(() => current?.stop());

  it('answers, tells its progress, and shares memory instead of copying it', async () => {
    const { thread } = createThread();
    const progress: SyncProgress[] = [];
    const answer = await thread.run({ act: 'answer', text: 'run' }, { onProgress: (event) => progress.push(event) });
    assert.equal(answer.text, 'run 1');
    assert.ok(answer.block instanceof SharedArrayBuffer);
    assert.equal(new Int32Array(answer.block)[0], 42);
    assert.deepEqual(
      progress.map(({ done }) => done),
      [1, 2],
    );
  });

  it('is started once, with the first request, and takes requests one after the other', async () => {
    const { thread, starts } = createThread();
    assert.equal(starts.length, 0);
    const answers = await Promise.all(['a', 'b', 'c'].map((text) => thread.run({ act: 'answer', text })));
    assert.deepEqual(
      answers.map(({ text }) => text),
      ['a 1', 'b 2', 'c 3'],
    );
    assert.equal(starts.length, 1);
  });

  it('answers a short request of another lane while a long one goes on', async () => {
    const { thread, starts } = createThread();
    const controller = new AbortController();
    const long = thread.run({ act: 'wait' }, { lane: 'sync', signal: controller.signal });
    assert.equal((await thread.run({ act: 'answer', text: 'short' }, { lane: 'moment' })).text, 'short 2');
    controller.abort(new Error('enough'));
    assert.equal((await long).text, 'aborted: enough');
    assert.equal(starts.length, 1);
  });

  it('fails the requests of all lanes when it dies', async () => {
    const { thread } = createThread();
    const long = thread.run({ act: 'wait' }, { lane: 'sync' });
    const died = thread.run({ act: 'exit' }, { lane: 'moment' });
    for (const { text } of await Promise.all([long, died])) assert.match(text, /ended unexpectedly/);
  });

  for (const [act, message] of [
    ['throw', /broken on purpose/],
    ['unsendable', /could not be cloned/],
  ] as const) {
    it(`survives a run that ends by ${act}`, async () => {
      const { thread, starts } = createThread();
      assert.match((await thread.run({ act })).text, message);
      assert.equal((await thread.run({ act: 'answer', text: 'next' })).text, 'next 2');
      assert.equal(starts.length, 1);
    });
  }

  for (const [act, message] of [
    ['exit', /ended unexpectedly \(exit code 7\)/],
    ['crash', /ended unexpectedly \(crashed on purpose\)/],
  ] as const) {
    it(`that dies by ${act} gives a failure, and the next run a fresh thread`, async () => {
      const { thread, starts } = createThread();
      const [died, waited] = await Promise.all([thread.run({ act }), thread.run({ act: 'answer', text: 'fresh' })]);
      assert.match(died.text, message);
      assert.equal(waited.text, 'fresh 1');
      assert.equal(starts.length, 2);
    });
  }

  it('that cannot be started gives a failure', async () => {
    let tries = 0;
    const { thread } = createThread(() => {
      tries += 1;
      if (tries === 1) throw new Error('out of memory');
      return new Worker(new URL('./fixtures/thread.ts', import.meta.url));
    });
    assert.match((await thread.run({ act: 'answer' })).text, /could not be started \(out of memory\)/);
    assert.equal((await thread.run({ act: 'answer', text: 'now' })).text, 'now 1');
  });

  it('whose file is missing gives a failure', async () => {
    const { thread } = createThread(() => new Worker(join(import.meta.dirname, 'fixtures', 'none.ts')));
    assert.match((await thread.run({ act: 'answer' })).text, /ended unexpectedly \(.*none\.ts/);
  });

  it('hears of an abort and ends the run itself', async () => {
    const { thread, starts } = createThread();
    const controller = new AbortController();
    const answer = thread.run({ act: 'wait' }, { signal: controller.signal, onProgress: () => {} });
    setTimeout(() => controller.abort(new Error('Ctrl-C')), 50);
    assert.equal((await answer).text, 'aborted: Ctrl-C');
    assert.equal(starts.length, 1);
  });

  it('that does not hear an abort is ended', async () => {
    const { thread } = createThread();
    const signal = AbortSignal.timeout(300);
    assert.match((await thread.run({ act: 'spin' }, { signal })).text, /ended unexpectedly/);
    assert.equal((await thread.run({ act: 'answer', text: 'fresh' })).text, 'fresh 1');
  });

  it('is not asked for a run that was aborted before', async () => {
    const { thread, starts } = createThread();
    const answer = await thread.run({ act: 'answer' }, { signal: AbortSignal.abort(new Error('too late')) });
    assert.deepEqual([answer.text, starts.length], ['failed: the sync thread: too late', 0]);
  });

  it('ends by itself when nothing is asked, once it has closed what it had open, and is started anew', async () => {
    const { thread, starts } = createThread(undefined, 50);
    const { block } = await thread.run({ act: 'answer', text: 'a' });
    assert.ok(block !== undefined && starts[0] !== undefined);
    const [code] = await once(starts[0], 'exit');
    assert.deepEqual([code, new Int32Array(block)[0]], [0, 43], 'the thread is closed');
    assert.equal((await thread.run({ act: 'answer', text: 'b' })).text, 'b 1');
    assert.equal(starts.length, 2);
  });

  it('is not ended under a run that takes longer than it may idle', async () => {
    const { thread, starts } = createThread(undefined, 50);
    await thread.run({ act: 'answer' });
    const answers = await Promise.all([thread.run({ act: 'pause' }), thread.run({ act: 'answer', text: 'b' })]);
    assert.deepEqual([answers[0].text, answers[1].text, starts.length], ['paused', 'b 3', 1]);
  });

  it('is not ended under a run of one lane while another lane has nothing to do', async () => {
    const { thread, starts } = createThread(undefined, 50);
    const long = thread.run({ act: 'pause' }, { lane: 'sync' });
    await thread.run({ act: 'answer' }, { lane: 'moment' });
    assert.deepEqual([(await long).text, starts.length], ['paused', 1]);
    const [code] = await once(starts[0] as Worker, 'exit');
    assert.equal(code, 0, 'it ends after the last of all lanes');
  });

  it('stops at once; what runs and what waits gets a failure', async () => {
    const { thread } = createThread();
    const answers = [thread.run({ act: 'spin' }), thread.run({ act: 'answer' })];
    await new Promise((resolve) => setTimeout(resolve, 200));
    await thread.stop();
    const [running, waiting] = await Promise.all(answers);
    assert.match(running?.text ?? '', /ended unexpectedly/);
    assert.match(waiting?.text ?? '', /it was stopped/);
    assert.match((await thread.run({ act: 'answer' })).text, /it was stopped/);
  });
});
