import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { demoCompany, type Simulator, startSimulator } from '../../sidecar/simulator/simulator.ts';
import { missingPrograms } from '../support/programs.ts';
import { mainFile, makeFolder, plainEnvironment, runProgram, runSidecar } from '../support/sidecar-process.ts';

const leavers = ['grace', 'heidi', 'layla', 'nguyen', 'yamada'].map((name) => `${name}@example.com`);

describe('a plan that waits for an administrator, on the command line', { skip: missingPrograms('sh') }, () => {
  let simulator: Simulator;
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let env: Readonly<Record<string, string>>;
  before(async () => {
    simulator = await startSimulator({ company: demoCompany(), tarpitMs: 0 });
    env = {
      SIDECAR_ICEWARP_URL: simulator.url,
      SIDECAR_ICEWARP_USERNAME: 'admin@example.com',
      SIDECAR_ICEWARP_PASSWORD: 'admin-demo',
    };
  });
  after(() => simulator.stop());
  beforeEach(async () => {
    folder = await makeFolder();
    simulator.company.replace(demoCompany().toData());
    assert.equal((await run('sync')).code, 0);
    for (const address of leavers) assert.ok(simulator.company.removeAccount(address), address);
  });
  afterEach(() => folder.remove());

  const run = (...args: readonly string[]) => runSidecar(args, { cwd: folder.path, env });

  async function stateOf(address: string): Promise<string | undefined> {
    const { stdout } = await run('users', '--json', address);
    return JSON.parse(stdout).users[0]?.state;
  }

  /** Types a printed command into a shell, as an administrator would paste it. */
  async function paste(command: string) {
    const script = `#!/bin/sh\nexec "${process.execPath}" "${mainFile}" "$@"\n`;
    await writeFile(join(folder.path, 'icewarp-sidecar'), script, { mode: 0o700 });
    const path = `${folder.path}:${process.env.PATH ?? ''}`;
    const environment = plainEnvironment({ ...env, PATH: path });
    return runProgram('/bin/sh', ['-c', command], { cwd: folder.path, env: environment });
  }

  function confirmCommandIn(text: string): string {
    const [, command = ''] = /; if all is right: (icewarp-sidecar sync --confirm .*)$/m.exec(text) ?? [];
    assert.notEqual(command, '', text);
    return command;
  }

  it('changes nothing until exactly the printed command is run', {
    skip: missingPrograms('sh') === undefined,
  }, async () => {
    const held = await run('sync');
    assert.equal(held.code, 3, held.stdout + held.stderr);
    assert.match(
      held.stdout,
      /^held: .*nothing was changed: 5 users would be disabled and 0 removed: more than 10 % of/,
    );
    for (const address of leavers) {
      assert.match(held.stdout, new RegExp(`^- ${address}`, 'm'));
      assert.equal(await stateOf(address), 'enabled');
    }
    const applied = await paste(confirmCommandIn(held.stdout));
    assert.equal(applied.code, 0, applied.stdout + applied.stderr);
    assert.match(applied.stdout, /^-5 disabled\n/);
    for (const address of leavers) assert.equal(await stateOf(address), 'missing');
    assert.match((await run('sync')).stdout, /^nothing to do\n/);
  });

  it('is not confirmed by a command printed before somebody else went, too', async () => {
    const command = confirmCommandIn((await run('sync')).stdout);
    simulator.company.removeAccount('erin@example.com');
    simulator.company.removeAccount('alice@example.com');
    const other = await paste(command);
    assert.equal(other.code, 3, other.stdout);
    assert.equal(await stateOf('alice@example.com'), 'enabled');
    const applied = await paste(confirmCommandIn(other.stdout));
    assert.equal(applied.code, 0, applied.stdout);
    assert.equal(await stateOf('alice@example.com'), 'missing');
  });

  it('prints the renames that were asked for in the command as well', async () => {
    const [old = '', ...rest] = leavers;
    simulator.company.addAccount({ address: "o'grace@example.com", displayName: 'Somebody', password: 'x' });
    const held = await run('sync', '--rename', `${old}=o'grace@example.com`);
    assert.equal(held.code, 3, held.stdout + held.stderr);
    const applied = await paste(confirmCommandIn(held.stdout));
    assert.equal(applied.code, 0, applied.stdout + applied.stderr);
    assert.match(applied.stdout, new RegExp(`^-${rest.length} disabled, 1 renamed, ~1 changed groups\n`));
    assert.equal(await stateOf("o'grace@example.com"), 'enabled');
  });

  it('tells of an account that cannot be read, and does not call the reading an incomplete one for that', async () => {
    simulator.company.patchAccount('zoe@example.com', { unreadable: ['U_AccountDisabled'] });
    const { stdout } = await run('sync', '--dry-run');
    assert.match(stdout, /^! zoe@example\.com could not be read .*U_AccountDisabled/m);
    assert.doesNotMatch(stdout, /arrive late/);
  });

  it('does not stop one account from being synchronised', async () => {
    simulator.company.patchAccount('bob@example.com', { phone: '+1 555 7777' });
    const unknown = await run('sync', '--user', 'nobody@example.com');
    assert.equal(unknown.code, 1, unknown.stdout);
    const { code, stdout } = await run('sync', '--user', 'robert@example.com');
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^read +ok +robert@example\.com is an alias of bob@example\.com/m);
    const one = await run('sync', '--user', 'bob@example.com');
    assert.equal(one.code, 0, one.stdout);
    assert.match(one.stdout, /^publish +ok/m);
    assert.doesNotMatch(one.stdout, /arrive late/);
    assert.equal((await run('sync')).code, 3);
  });
});

describe('sync test-connection on a server that is too old', () => {
  it('names the version that is there and the one that is needed', async () => {
    const folder = await makeFolder();
    const simulator = await startSimulator({ company: demoCompany(), tarpitMs: 0 });
    try {
      const answer = await fetch(new URL('server', simulator.controlUrl), {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ settings: { C_Version: '10.3' } }),
      });
      assert.equal(answer.status, 200);
      const env = {
        SIDECAR_ICEWARP_URL: simulator.url,
        SIDECAR_ICEWARP_USERNAME: 'admin@example.com',
        SIDECAR_ICEWARP_PASSWORD: 'admin-demo',
      };
      const { code, stdout } = await runSidecar(['sync', 'test-connection'], { cwd: folder.path, env });
      assert.equal(code, 1, stdout);
      assert.match(stdout, /^version +failed .*10\.3\b.*10\.4\b.*\n +→ \S/m);
      assert.match(stdout, /^first page +skipped/m);
      const refused = await runSidecar(['sync'], { cwd: folder.path, env });
      assert.equal(refused.code, 1);
      assert.match(refused.stdout, /10\.3\b.*10\.4\b/);
    } finally {
      await simulator.stop();
      await folder.remove();
    }
  });
});
