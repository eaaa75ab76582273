import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import { createProgressLine } from '../../../sidecar/cli/progress-line.ts';
import { createRemainingTime } from '../../../sidecar/sync/remaining-time.ts';

describe('the remaining time', () => {
  it('is told once a phase has gone on for a while, from its own speed', () => {
    const remaining = createRemainingTime();
    assert.equal(remaining({ phase: 'listing', done: 0, total: 0 }, 0), undefined);
    assert.equal(remaining({ phase: 'reading', done: 0, total: 1000 }, 10_000), undefined);
    assert.equal(remaining({ phase: 'reading', done: 100, total: 1000 }, 11_000), undefined);
    assert.equal(remaining({ phase: 'reading', done: 200, total: 1000 }, 12_000), 8);
    assert.equal(remaining({ phase: 'reading', done: 1000, total: 1000 }, 20_000), undefined);
  });

  it('begins anew with a phase, and with one that is counted from the start again', () => {
    const remaining = createRemainingTime();
    remaining({ phase: 'reading', done: 50, total: 100 }, 0);
    assert.equal(remaining({ phase: 'reading', done: 75, total: 100 }, 5_000), 5);
    assert.equal(remaining({ phase: 'reading', done: 1, total: 900 }, 6_000), undefined);
    assert.equal(remaining({ phase: 'planning', done: 0, total: 0 }, 60_000), undefined);
  });
});

describe('the progress line', () => {
  function createLine(isTerminal: boolean) {
    const stderr = new PassThrough();
    let now = 0;
    const context = {
      ...{ args: [], env: {}, cwd: '.', stdout: new PassThrough(), stderr, isTerminal },
      signal: new AbortController().signal,
    };
    const line = createProgressLine(context, () => now);
    const text = () => String(stderr.read() ?? '').replaceAll('\r\u001b[K', '|');
    const wait = (ms: number) => {
      now += ms;
    };
    return { line, text, wait };
  }

  it('shows phase, share and the time that is left, and goes away', () => {
    const { line, text, wait } = createLine(true);
    line.show({ phase: 'listing', done: 0, total: 0 });
    line.show({ phase: 'reading', done: 0, total: 10_000 });
    wait(10_000);
    line.show({ phase: 'reading', done: 1_000, total: 10_000 });
    line.clear();
    line.clear();
    assert.equal(text(), '|listing …|reading 0 of 10000 (0 %) …|reading 1000 of 10000 (10 %), 1 min 30 s left …|');
  });

  it('is silent where nobody looks', () => {
    const { line, text } = createLine(false);
    line.show({ phase: 'reading', done: 1, total: 2 });
    line.clear();
    assert.equal(text(), '');
  });
});
