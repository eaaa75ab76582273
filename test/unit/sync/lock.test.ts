import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DomainError } from '../../../sidecar/core/errors.ts';
import { settleTasks } from '../../support/manual-clock.ts';
import { aDomain, anAccount } from '../../support/scripted-source.ts';
import { createSyncHarness } from '../../support/sync-harness.ts';

const name = 'sync icewarp';

function createHeldUp() {
  const harness = createSyncHarness({
    domains: [aDomain('example.com')],
    users: [anAccount('alice@example.com')],
  });
  let release = () => {};
  /** The next reading stops at its first question until it is let go. */
  const holdUp = () => {
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    harness.source.onCall = (call, signal) => {
      if (call !== 'listDomains') return;
      const aborted = new Promise<void>((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason));
      });
      return Promise.race([held, aborted]);
    };
    return () => release();
  };
  return { ...harness, holdUp };
}

describe('the lock of a sync run', () => {
  it('is held for the whole run and given back', async () => {
    const { run, lock, holdUp, clock } = createHeldUp();
    const release = holdUp();
    const running = run();
    await settleTasks();
    assert.equal(lock.holderOf(name)?.holder, 'here:1');
    // Far longer than it lives unrenewed.
    for (let turn = 0; turn < 20; turn += 1) await clock.advance(15_000);
    assert.equal(lock.holderOf(name)?.holder, 'here:1');
    release();
    assert.equal((await running).outcome, 'applied');
    assert.equal(lock.holderOf(name), undefined);
    assert.deepEqual(clock.pending(), []);
  });

  it('that another process holds makes the run end at once, naming the holder; nothing is recorded', async () => {
    const { run, lock, source, store } = createHeldUp();
    lock.steal(name);
    const report = await run();
    assert.deepEqual(
      [report.outcome, report.error?.code, report.lockedBy?.holder],
      ['failed', 'conflict', 'elsewhere:2'],
    );
    assert.match(report.summary, /another sync is going on \(elsewhere:2, since 2026-11-24T10:00:00\.000Z\)/);
    assert.deepEqual([source.calls.length, store.runs.length], [0, 0]);
    assert.equal(lock.holderOf(name)?.holder, 'elsewhere:2');
  });

  it('of a dead holder ends', async () => {
    const { run, lock, clock } = createHeldUp();
    lock.steal(name);
    await clock.advance(60_001);
    assert.equal((await run()).outcome, 'applied');
  });

  it('is no matter of a dry run', async () => {
    const { run, lock } = createHeldUp();
    lock.steal(name);
    assert.equal((await run({ dryRun: true })).outcome, 'planned');
  });

  it('that is lost makes the run fail, and nothing is committed', async () => {
    const { run, lock, holdUp, clock, store } = createHeldUp();
    holdUp();
    const running = run();
    await settleTasks();
    lock.steal(name);
    await clock.advance(15_000);
    const report = await running;
    assert.match(report.summary, /^failed: the lock of the sync was lost/);
    assert.equal(await store.generation(), 0);
    assert.equal(lock.holderOf(name)?.holder, 'elsewhere:2', 'the lock of another is left alone');
  });

  it('that was lost since it was last renewed is noticed before the commit', async () => {
    const { run, lock, store, source } = createHeldUp();
    source.onCall = (call) => {
      if (call.startsWith('readUser')) lock.steal(name);
    };
    const report = await run();
    assert.match(report.summary, /^failed: the lock of the sync was lost/);
    assert.equal(await store.generation(), 0);
  });

  it('is kept through a database that does not answer for a while, and lost when that takes too long', async () => {
    const { run, lock, holdUp, clock } = createHeldUp();
    const release = holdUp();
    const running = run();
    await settleTasks();
    lock.failRenewals(new DomainError('upstream_unavailable', 'database is locked'));
    await clock.advance(15_000);
    await clock.advance(15_000);
    lock.failRenewals(undefined);
    await clock.advance(15_000);
    release();
    assert.equal((await running).outcome, 'applied');

    holdUp();
    const second = run();
    await settleTasks();
    lock.failRenewals(new DomainError('upstream_unavailable', 'database is locked'));
    for (let turn = 0; turn < 4; turn += 1) await clock.advance(15_000);
    assert.match((await second).summary, /the lock of the sync was lost/);
  });

  it('that cannot be asked for makes the run fail', async () => {
    const { run, lock } = createHeldUp();
    lock.acquire = async () => {
      throw new DomainError('upstream_unavailable', 'database is full');
    };
    assert.equal((await run()).summary, 'failed: database is full');
  });
});
