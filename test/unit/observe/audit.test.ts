import assert from 'node:assert/strict';
import { appendFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAuditChain } from '../../../sidecar/observe/audit-chain.ts';
import { listRotatedFiles } from '../../../sidecar/observe/audit-files.ts';
import { createAuditMac } from '../../../sidecar/observe/audit-line.ts';
import { removeOldFiles } from '../../../sidecar/observe/audit-retention.ts';
import { buildLogin, createAuditWorld, secret } from './support/audit-world.ts';

describe('the audit log', () => {
  let world: Awaited<ReturnType<typeof createAuditWorld>>;
  beforeEach(async () => {
    world = await createAuditWorld();
  });
  afterEach(() => world.remove());
  const day = 86_400_000;

  async function parsed(): Promise<Record<string, unknown>[]> {
    return (await world.lines()).map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  async function waitUntil(condition: () => boolean | Promise<boolean>, limitMs = 3_000): Promise<void> {
    const giveUpAt = performance.now() + limitMs;
    while (!(await condition())) {
      assert.ok(performance.now() < giveUpAt, 'it took too long');
      await sleep(10);
    }
  }

  it('has a line for each login, its late end and each act, in order', async () => {
    const audit = world.open();
    const at = new Date('2026-11-24T10:00:00.000Z');
    audit.write(buildLogin('bob', { login: 'bob@example.com', listener: 'archive', presumed: true }));
    audit.write({ kind: 'login_end', id: 'x', at, login: 'bob@example.com', result: 'refused', durationMs: 25_000 });
    audit.write({ kind: 'act', at, actor: 'command line', act: 'unlock', target: 'bob@example.com' });
    await audit.close();
    const [start, login, end, act] = await parsed();
    assert.equal(start?.kind, 'audit_start');
    const { chain: _, mac: __, previous: ___, number, ...told } = login ?? {};
    assert.equal(number, 2);
    assert.deepEqual(told, {
      ...{ at: at.toISOString(), kind: 'login', id: '5f0c1f5e-0000-4000-8000-000000000000', facade: 'ldap' },
      ...{ listener: 'archive', clientAddress: '192.0.2.7', name: 'bob', login: 'bob@example.com' },
      ...{ outcome: 'refused', reason: 'wrong_password', presumed: true, decidedBy: 'icewarp', lane: 'fast' },
      durationMs: 12,
    });
    assert.deepEqual([end?.result, act?.act, act?.actor], ['refused', 'unlock', 'command line']);
    assert.equal(((await stat(world.path)).mode & 0o777).toString(8), '600');
  });

  it('has a line for each session that ended with its user, and for each client that was told', async () => {
    const audit = world.open();
    const at = new Date('2026-11-24T10:00:00.000Z');
    const user = '00000000-0000-4000-8000-000000000001';
    const given: object = { token: 'hunter2' };
    audit.write({
      kind: 'session_end',
      at,
      user,
      login: 'bob@example.com',
      client: 'wiki',
      reason: 'disabled',
      ...given,
    });
    audit.write({
      kind: 'logout',
      at,
      client: 'wiki',
      user,
      outcome: 'given_up',
      attempts: 3,
      reason: 'gone',
      ...given,
    });
    await audit.close();
    const told = (await parsed()).slice(1).map(({ chain, mac, previous, number, ...rest }) => rest);
    const common = { at: at.toISOString(), user, client: 'wiki' };
    assert.deepEqual(told, [
      { ...common, kind: 'session_end', login: 'bob@example.com', reason: 'disabled' },
      { ...common, kind: 'logout', outcome: 'given_up', attempts: 3, reason: 'gone' },
    ]);
    assert.deepEqual((await world.verify()).faults, []);
  });

  it('keeps names from breaking out of their line, and holds nothing it was not told to', async () => {
    const hostile = 'eve\r\n{"kind":"act"}\u0000\u001b[2J\u009b31m\u202e\u2028"\\\ud800';
    const audit = world.open();
    const given: object = { password: 'hunter2' };
    audit.write(buildLogin(hostile, given));
    audit.write(buildLogin('x'.repeat(1_000_000), { reason: 'y'.repeat(1_000_000) }));
    await audit.close();
    const lines = await world.lines();
    assert.equal(lines.length, 3);
    assert.match(lines.join('\n'), /^[\x20-\x7e\n…]*$/, 'a control character is in the file');
    assert.doesNotMatch(lines.join(), /hunter2/);
    assert.equal((await parsed())[1]?.name, hostile);
    assert.ok((lines[2]?.length ?? 0) < 3_000);
    assert.deepEqual((await world.verify()).faults, []);
  });

  it('goes on over restarts and several processes at once, each run a chain of its own', async () => {
    await world.write(['ann']);
    const [one, two] = [world.open(), world.open({ processId: 43 })];
    for (let number = 0; number < 50; number++) {
      one.write(buildLogin(`one${number}`));
      two.write(buildLogin(`two${number}`));
      if (number % 10 === 0) await sleep(25);
    }
    await Promise.all([one.close(), two.close()]);
    const { faults, lines, chains } = await world.verify();
    assert.deepEqual({ faults, lines, chains }, { faults: [], lines: 104, chains: 3 });
  });

  it('begins a new file by size, and the chain goes on in it', async () => {
    const audit = world.open({ limits: { maxBytes: 2_000 } });
    for (let number = 0; number < 20; number++) {
      audit.write(buildLogin(`user${number}`));
      await sleep(30);
      await world.clock.advance(5);
    }
    await audit.close();
    const files = await world.files();
    assert.ok(files.length >= 4, files.join());
    assert.match(files[0] ?? '', /^audit-20261124T1000\d{5}Z\.log$/);
    const { faults, lines, chains } = await world.verify();
    assert.deepEqual({ faults, lines, chains }, { faults: [], lines: 21, chains: 1 });
    await rm(join(world.folder, files[1] ?? ''));
    assert.match((await world.verify()).faults[0]?.what ?? '', /gap: lines \d+ to \d+ of chain/);
  });

  it('begins a new file by age, and removes old ones without a fault', async () => {
    const limits = { maxAgeMs: day, keepMs: 10 * day };
    await world.write(['ann', 'bob'], { limits });
    await world.clock.advance(2 * day);
    await world.write(['cleo'], { limits });
    // A run's first line goes to the file that is there; the next write looks at its age.
    const audit = world.open({ limits });
    audit.write(buildLogin('dan'));
    await waitUntil(async () => (await world.lines()).length > 0);
    await world.clock.advance(2 * day);
    await sleep(50);
    audit.write(buildLogin('eve'));
    await waitUntil(async () => (await listRotatedFiles(world.path)).length > 0);
    await audit.close();
    assert.deepEqual((await world.verify()).faults, []);
    await world.clock.advance(30 * day);
    await world.write(['fay'], { limits });
    assert.equal((await listRotatedFiles(world.path)).length, 0, 'old files are still there');
    const { faults } = await world.verify();
    assert.deepEqual(faults, []);
    const names = (await parsed()).flatMap(({ name }) => name ?? []);
    assert.ok(!names.includes('ann'));
  });

  it('removes old files of the run that is going on without a fault', async () => {
    const audit = world.open({ limits: { maxAgeMs: day } });
    audit.write(buildLogin('ann'));
    await waitUntil(async () => world.kept.size === 1 && (await world.lines()).length === 2);
    await world.clock.advance(2 * day);
    audit.write(buildLogin('bob'));
    await waitUntil(async () => (await listRotatedFiles(world.path)).length === 1);
    await audit.close();
    const own = createAuditChain('mail01:x', createAuditMac(secret));
    own.append([buildLogin('x')]).keep();
    const before = new Date(world.clock.now().getTime() + day);
    const mac = createAuditMac(secret);
    const written = await parsed();
    const running = {
      ...own,
      id: String(written[0]?.chain),
      forgetBefore: (number: number) => void forgotten.push(number),
    };
    const forgotten: number[] = [];
    await removeOldFiles({ path: world.path, before, heads: world.heads, mac, own: running });
    assert.deepEqual(forgotten, [3], 'the writer of the chain was not told');
    assert.equal((await listRotatedFiles(world.path)).length, 0);
  });

  it('is whole after a crash between the lines and the keeping of their end', async () => {
    await world.write(['ann']);
    const audit = world.open();
    audit.write(buildLogin('bob'));
    await waitUntil(() => world.kept.size === 2);
    const early = new Map(world.kept);
    audit.write(buildLogin('cleo'));
    await audit.close();
    // The store as it was when the process died.
    world.kept.clear();
    for (const [chain, old] of early) world.kept.set(chain, old);
    assert.deepEqual((await world.verify()).faults, []);
  });

  it('goes on after half a line, and says that it was there before', async () => {
    await world.write(['ann']);
    await appendFile(world.path, '{"chain":"5f0c');
    await world.write(['bob']);
    const { faults, notes, chains } = await world.verify();
    assert.deepEqual({ faults, chains }, { faults: [], chains: 2 });
    assert.match(notes.join(), /line 3 is half a line/);
  });

  it('follows when the file is moved away by somebody else', async () => {
    const audit = world.open();
    audit.write(buildLogin('ann'));
    await waitUntil(() => world.kept.size === 1);
    await rename(world.path, join(world.folder, 'audit-20261124T100000000Z.log'));
    audit.write(buildLogin('bob'));
    await audit.close();
    assert.equal((await world.lines()).length, 1);
    assert.deepEqual((await world.verify()).faults, []);
  });

  it('never throws, never waits and stays bounded while it cannot write, and tells afterwards what it gave up', async () => {
    await mkdir(world.path);
    const counted: number[] = [];
    const audit = world.open({ maxWaiting: 5, onLost: (entries) => counted.push(entries) });
    const begun = performance.now();
    for (let number = 0; number < 1_000; number++) audit.write(buildLogin(`user${number}`));
    assert.ok(performance.now() - begun < 500);
    await waitUntil(() => world.logged.length > 0);
    assert.equal(audit.lost(), 995);
    assert.equal(counted.length, 995);
    await rm(world.path, { recursive: true });
    await waitUntil(() => world.kept.size === 1);
    await audit.close();
    const lines = await parsed();
    assert.deepEqual(lines.map(({ kind }) => kind).slice(0, 3), ['audit_start', 'audit_lost', 'login']);
    assert.equal(lines[1]?.entries, 995);
    assert.equal(world.logged.length, 1, 'one outage, one line');
    assert.deepEqual((await world.verify()).faults, []);
  });

  it('goes on when the store of the ends does not answer', async () => {
    const heads = { ...world.heads, save: () => Promise.reject(new Error('database is down')) };
    await world.write(['ann'], { heads });
    assert.equal((await world.lines()).length, 2);
    assert.match(world.logged.join(), /end of the audit log cannot be kept.*database is down/);
  });

  it('writes the same lines to an output, and does not wait for a reader that has stalled', async () => {
    let text = '';
    const output = new Writable({
      write(chunk, _encoding, done) {
        text += String(chunk);
        done();
      },
    });
    await world.write(['ann'], { output });
    assert.equal(text, `${(await world.lines()).join('\n')}\n`);
    const stalled = new Writable({ highWaterMark: 1, write() {} });
    stalled.write('x'.repeat(5 * 1024 * 1024));
    await world.write(['bob'], { output: stalled });
    assert.equal((await world.lines()).length, 4);
  });

  it('tells in the log when its folder is none', async () => {
    await rm(world.folder, { recursive: true });
    await appendFile(world.folder, 'a file in its place');
    await world.write(['ann']);
    assert.match(world.logged.join(), /ENOTDIR|EEXIST/);
  });
});
