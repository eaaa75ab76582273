import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DomainError } from '../../../sidecar/core/errors.ts';
import { createHealth, type HealthStatus } from '../../../sidecar/observe/health.ts';
import { toDirectoryHealth, toListenerHealth, toSyncHealth } from '../../../sidecar/observe/health-parts.ts';
import { createIcewarpHealth } from '../../../sidecar/observe/icewarp-health.ts';

function healthOf(parts: Readonly<Record<string, HealthStatus>>) {
  const health = createHealth({ required: ['directory', 'ldap'] });
  for (const [part, status] of Object.entries(parts)) health.register(part, () => ({ status }));
  return health;
}

describe('health', () => {
  const cases: readonly [Readonly<Record<string, HealthStatus>>, HealthStatus][] = [
    [{ directory: 'ok', ldap: 'ok', icewarp: 'ok' }, 'ok'],
    [{ directory: 'ok', ldap: 'ok', icewarp: 'down' }, 'degraded'],
    [{ directory: 'degraded', ldap: 'ok' }, 'degraded'],
    [{ directory: 'down', ldap: 'ok', icewarp: 'ok' }, 'down'],
    [{ directory: 'ok', ldap: 'down' }, 'down'],
    [{ directory: 'ok' }, 'down'],
    [{}, 'down'],
  ];
  for (const [parts, expected] of cases) {
    it(`is ${expected} with ${JSON.stringify(parts)}`, async () =>
      assert.equal((await healthOf(parts).report()).status, expected));
  }

  it('shows each part with its details', async () => {
    const health = healthOf({ directory: 'ok', ldap: 'ok' });
    health.register('icewarp', async () => ({ status: 'degraded', state: 'slow' }));
    assert.deepEqual(await health.report(), {
      status: 'degraded',
      parts: { directory: { status: 'ok' }, ldap: { status: 'ok' }, icewarp: { status: 'degraded', state: 'slow' } },
    });
  });

  it('takes a check that throws or hangs for down, and tells only what was meant for people', async () => {
    const health = healthOf({ directory: 'ok', ldap: 'ok' });
    health.register('foreseen', () => {
      throw new DomainError('upstream_unavailable', 'the database is locked');
    });
    health.register('fault', () => Promise.reject(new Error('secret detail')));
    health.register('hanging', () => new Promise(() => {}));
    const { status, parts } = await health.report();
    assert.equal(status, 'degraded');
    assert.deepEqual(parts.foreseen, { status: 'down', message: 'the database is locked' });
    assert.deepEqual(parts.fault, { status: 'down', message: 'internal fault, see the log' });
    assert.deepEqual(parts.hanging, { status: 'down', message: 'did not answer within 1000 ms' });
  });
});

describe('the health of a part', () => {
  const now = new Date(100_000);

  it('is down for a directory until one was committed', () => {
    assert.equal(toDirectoryHealth(undefined, now).status, 'down');
    const empty = { generation: 0, publishedAt: now, users: 0, groups: 0 };
    assert.equal(toDirectoryHealth(empty, now).status, 'down');
    const directory = { generation: 3, publishedAt: new Date(40_000), users: 25, groups: 4 };
    assert.deepEqual(toDirectoryHealth(directory, now), { status: 'ok', ...directory, ageSeconds: 60 });
  });

  it('is degraded for the sync while its last run failed or a plan is held', () => {
    const state = { lastRun: now, nextRun: undefined, lastError: undefined, held: undefined };
    assert.deepEqual(toSyncHealth(state), { status: 'ok', lastRun: now, nextRun: null, lastError: null, held: null });
    const held = { plan: '0123456789ab', reasons: ['too many'], confirmWith: 'icewarp-sidecar sync --confirm …' };
    assert.deepEqual(toSyncHealth({ ...state, held }), {
      ...{ status: 'degraded', lastRun: now, nextRun: null, lastError: null },
      held,
    });
    assert.equal(toSyncHealth({ ...state, lastError: 'IceWarp does not answer' }).status, 'degraded');
  });

  it('is down for a listener without address', () => {
    assert.equal(toListenerHealth(undefined).status, 'down');
    const state = { alive: 2, wanted: 2, deathsInARow: 0 };
    const place = { address: '127.0.0.1', port: 1 };
    assert.deepEqual(toListenerHealth({ ...place, state }), { status: 'ok', ...place, workers: 2 });
  });

  it('needs attention while LDAP workers are missing, and is down without any', () => {
    const place = { address: '127.0.0.1', port: 1 };
    const some = toListenerHealth({ ...place, state: { alive: 1, wanted: 2, deathsInARow: 3 } });
    const { message, ...shown } = some;
    assert.match(String(message), /^1 of 2 LDAP workers died/);
    assert.deepEqual(shown, { status: 'degraded', ...place, workers: 1, deathsInARow: 3 });
    assert.equal(toListenerHealth({ ...place, state: { alive: 0, wanted: 2, deathsInARow: 3 } }).status, 'down');
  });
});

describe('the health of IceWarp', () => {
  const ok = { command: 'authenticate', outcome: 'ok', durationMs: 10 } as const;
  const silence = { command: 'getaccountproperties', outcome: 'error', durationMs: 30_000 } as const;
  const refusal = { command: 'authenticate', outcome: 'error', uid: 'auth_login_invalid', durationMs: 30_000 } as const;
  const wrongPassword = {
    command: 'getauthtoken',
    outcome: 'error',
    uid: 'auth_login_invalid',
    durationMs: 25_000,
  } as const;
  const unknownAccount = {
    command: 'getaccountproperties',
    outcome: 'error',
    uid: 'account_invalid',
    durationMs: 10,
  } as const;
  const cases = [
    ['not asked yet', []],
    ['up', [ok]],
    ['up', [ok, wrongPassword]],
    ['up', [silence, wrongPassword]],
    ['up', [ok, unknownAccount]],
    ['up', [silence, ok]],
    ['slow', [{ ...ok, durationMs: 6000 }]],
    ['slow', [{ ...ok, durationMs: 6000 }, wrongPassword]],
    ['down', [ok, silence]],
    ['down', [ok, { ...wrongPassword, uid: undefined }]],
    ['rejecting', [ok, refusal]],
    ['rejecting', [refusal, wrongPassword]],
    ['rejecting', [refusal, unknownAccount]],
    ['up', [refusal, ok]],
  ] as const;
  for (const [state, calls] of cases) {
    it(`is ${state} after ${calls.length === 0 ? 'nothing' : calls.map((call) => `${call.command} ${call.outcome}`).join(', ')}`, () => {
      const health = createIcewarpHealth();
      for (const call of calls) health.observe(call);
      const { status, state: found } = health.check();
      assert.deepEqual([found, status], [state, state === 'up' ? 'ok' : 'degraded']);
    });
  }

  it('tells since when, and when it answered last', () => {
    let now = new Date(1000);
    const health = createIcewarpHealth(() => now);
    health.observe(ok);
    now = new Date(2000);
    health.observe(silence);
    now = new Date(3000);
    health.observe(silence);
    assert.deepEqual(health.check(), {
      status: 'degraded',
      state: 'down',
      since: new Date(2000),
      lastAnswer: new Date(1000),
    });
  });
});
