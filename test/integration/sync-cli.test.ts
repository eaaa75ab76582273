import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { makeFolder, runSidecar, type SidecarProcess, startSidecar } from '../support/sidecar-process.ts';

/** A simulated server with the demo's company, and a folder to synchronise it into. */
async function startWorld() {
  const folder = await makeFolder();
  const simulator = startSidecar(['simulate', '--tarpit-seconds', '0'], { cwd: folder.path });
  const [, url = ''] = await simulator.waitFor(/simulator on (\S+)/);
  const [, controlUrl = ''] = await simulator.waitFor(/control endpoint on (\S+)/);
  const env = {
    SIDECAR_ICEWARP_URL: url,
    SIDECAR_ICEWARP_USERNAME: 'admin@example.com',
    SIDECAR_ICEWARP_PASSWORD: 'admin-demo',
  };
  const control = async (method: string, path: string, body?: unknown) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${controlUrl}${path}`, { method, headers, body: JSON.stringify(body) });
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${await answer.text()}`);
  };
  return {
    folder: folder.path,
    env,
    control,
    account: (address: string) => `accounts/${encodeURIComponent(address)}`,
    run: (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
      runSidecar(args, { cwd: folder.path, env: { ...env, ...more } }),
    async stop() {
      await simulator.stop();
      await folder.remove();
    },
  };
}

type World = Awaited<ReturnType<typeof startWorld>>;

describe('the command sync', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.stop());

  /** Runs sync and gives the exit status and the report. */
  const sync = async (args: readonly string[], more: Readonly<Record<string, string>> = {}) => {
    const { code, stdout, stderr } = await world.run(['sync', '--json', ...args], more);
    assert.notEqual(stdout, '', stderr);
    return { code, report: JSON.parse(stdout) };
  };

  it('shows, commits, and finds nothing to do: exit status 2, 0, 0', async () => {
    const dry = await world.run(['sync', '--dry-run']);
    assert.equal(dry.code, 2, dry.stderr);
    assert.match(dry.stdout, /^dry run: \+24 new, \+7 new groups; nothing was changed\n/);
    assert.match(dry.stdout, /^\+ alice@example\.com: displayName "Alice Archer"; /m);
    const first = await sync([]);
    assert.deepEqual([first.code, first.report.outcome, first.report.generation], [0, 'applied', 1]);
    const second = await sync([]);
    assert.deepEqual([second.code, second.report.outcome], [0, 'unchanged']);
  });

  it('lists with --dry-run --verbose who is left out', async () => {
    const { stdout } = await world.run(['sync', '--dry-run', '--verbose'], { SIDECAR_ICEWARP_DOMAINS: 'example.com' });
    assert.match(stdout, /^ {2}left out: judy@example\.org$/m);
  });

  it('holds a plan with exit status 3 and prints the command that commits it', async () => {
    for (const name of ['grace', 'heidi', 'layla', 'nguyen']) {
      await world.control('PATCH', world.account(`${name}@example.com`), { state: 'disabled' });
    }
    const held = await world.run(['sync']);
    assert.equal(held.code, 3, held.stdout + held.stderr);
    const [, plan = ''] = /if all is right: icewarp-sidecar sync --confirm ([0-9a-f]{12})$/m.exec(held.stdout) ?? [];
    const other = await world.run(['sync', '--confirm', '000000000000']);
    assert.equal(other.code, 3);
    assert.match(other.stdout, /not those of plan 000000000000 any more/);
    const confirmed = await sync(['--confirm', plan]);
    assert.deepEqual([confirmed.code, confirmed.report.summary], [0, '-4 disabled']);
  });

  it('--rename keeps the identity under a new address', async () => {
    const idOf = async (name: string) => {
      const { stdout } = await world.run(['users', '--json', name]);
      return JSON.parse(stdout).users[0]?.id;
    };
    const before = await idOf('mallory@example.org');
    await world.control('DELETE', world.account('mallory@example.org'));
    await world.control('POST', 'accounts', {
      ...{ address: 'mal@example.org', displayName: 'Mal Marsh', givenName: 'Mal', surname: 'Marsh' },
      ...{ password: 'x', aliases: ['mallory'] },
    });
    const proposed = await sync(['--dry-run']);
    assert.deepEqual(proposed.report.proposedRenames, [{ from: 'mallory@example.org', to: 'mal@example.org' }]);
    const renamed = await sync(['--rename', 'mallory@example.org=mal@example.org']);
    assert.deepEqual([renamed.code, renamed.report.summary], [0, '1 renamed']);
    assert.equal(await idOf('mal@example.org'), before);
    const wrong = await sync(['--rename', 'nobody@example.org=mal@example.org']);
    assert.deepEqual([wrong.code, wrong.report.error.code], [1, 'invalid_input']);
  });

  it('--user takes one account through, step by step', async () => {
    await world.control('PATCH', world.account('bob@example.com'), { phone: '+1 555 9999' });
    await world.control('PATCH', world.account('alice@example.com'), { phone: '+1 555 8888' });
    const { code, stdout } = await world.run(['sync', '--user', 'Bob@Example.com']);
    assert.equal(code, 0);
    for (const step of ['read', 'filter', 'match', 'map', 'publish']) {
      assert.match(stdout, new RegExp(`^${step} +ok +\\S`, 'm'));
    }
    assert.match(stdout, /^~ bob@example\.com: telephoneNumber "\+1 555 0101" → "\+1 555 9999"$/m);
    const rest = await sync([]);
    assert.deepEqual(
      rest.report.lines.map(({ address }: { address: string }) => address),
      ['alice@example.com'],
    );
    const nobody = await sync(['--user', 'nobody@example.com']);
    assert.deepEqual([nobody.code, nobody.report.error.code], [1, 'not_found']);
  });

  it('test-connection checks the way step by step: exit status 0 or 1', async () => {
    const good = await world.run(['sync', 'test-connection', '--json']);
    assert.equal(good.code, 0, good.stderr);
    const { ok, steps } = JSON.parse(good.stdout);
    assert.equal(ok, true);
    assert.deepEqual(
      steps.map(({ name }: { name: string }) => name),
      ['reach', 'tls', 'api', 'login', 'version', 'rights', 'domains', 'first_page'],
    );
    const bad = await world.run(['sync', 'test-connection'], { SIDECAR_ICEWARP_PASSWORD: 'wrong-password' });
    assert.equal(bad.code, 1);
    assert.match(bad.stdout, /^login +failed .*\n +→ \S/m);
    assert.doesNotMatch(bad.stdout + bad.stderr, /wrong-password/);
  });

  it('refuses what cannot be meant', async () => {
    for (const args of [['--confirm', 'all'], ['--rename', 'a=b'], ['--user', 'bob'], ['nonsense']]) {
      const { code, stdout, stderr } = await world.run(['sync', ...args]);
      assert.deepEqual([code, stdout], [1, ''], args.join(' '));
      assert.notEqual(stderr, '');
    }
  });
});

describe('sync beside a running service', () => {
  let world: World;
  let service: SidecarProcess;
  let health: () => Promise<Record<string, Record<string, unknown>>>;
  before(async () => {
    world = await startWorld();
    const env = { ...world.env, SIDECAR_LOG_FORMAT: 'json', SIDECAR_SYNC_INTERVAL_SECONDS: '10' };
    service = startSidecar(['serve', '--ldap-port', '0', '--http-port', '0'], { cwd: world.folder, env });
    const [, http = ''] = await service.waitFor(/"http":"([^"]+)"/, 'stderr');
    await service.waitFor(/"message":"sync ended"/, 'stderr');
    health = async () => {
      const { parts } = (await (await fetch(`http://${http}/health/ready`)).json()) as {
        parts: Record<string, Record<string, unknown>>;
      };
      return { ...parts, metrics: { text: await (await fetch(`http://${http}/metrics`)).text() } };
    };
  });
  after(async () => {
    await service.stop();
    await world.stop();
  });

  it('is served within two seconds of its commit', async () => {
    await world.control('PATCH', world.account('bob@example.com'), { phone: '+1 555 7777' });
    const { code, stdout } = await world.run(['sync', '--json']);
    assert.equal(code, 0, stdout);
    const committedAt = performance.now();
    while ((await health()).directory?.generation !== 2) {
      assert.ok(performance.now() - committedAt < 2_000, 'not served yet');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });

  it('finds a plan that the service holds shown in its health and metrics', async () => {
    assert.equal((await health()).sync?.status, 'ok');
    for (const name of ['grace', 'heidi', 'layla', 'nguyen']) {
      await world.control('DELETE', world.account(`${name}@example.com`));
    }
    await service.waitFor(/"message":"sync ended","outcome":"held"|"outcome":"held".*"message":"sync ended"/, 'stderr');
    const { sync, metrics } = await health();
    assert.equal(sync?.status, 'degraded');
    const held = sync?.held as { plan: string; reasons: readonly string[]; confirmWith: string };
    assert.match(held.plan, /^[0-9a-f]{12}$/);
    assert.match(held.reasons.join(), /4 .*removed|4 users would be disabled/);
    assert.match(String(metrics?.text), /^icewarp_sidecar_sync_plan_held 1$/m);
    const { code } = await world.run(['sync', '--confirm', held.plan]);
    assert.equal(code, 0);
  });
});
