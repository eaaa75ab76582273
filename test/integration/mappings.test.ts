import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { type Ended, makeFolder, runSidecar, type SidecarProcess, startSidecar } from '../support/sidecar-process.ts';

const rules = `version: 1
constraints:
  never: [Administrator, "ReadArchive:*"]
rules:
  - name: auditors
    when: { group: auditors@example.com }
    grant: [ExportEmail, "ReadArchive:*"]
    roles: [auditor]
    reason: policy 7
  - name: case 17
    when: { user: robert@example.com }
    grant: ["ReadArchive:alice@example.com"]
    until: 2199-01-01
`;

describe('mapping files, with the demo as directory', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let demo: SidecarProcess;

  before(async () => {
    folder = await makeFolder();
    demo = startSidecar(['serve', '--ldap-port', '0', '--http-port', '0'], { cwd: folder.path });
    await demo.waitFor(/Ctrl-C ends the demo/);
  });
  after(async () => {
    await demo.stop();
    await folder.remove();
  });
  beforeEach(async () => {
    await rm(join(folder.path, 'mappings'), { recursive: true, force: true });
    await mkdir(join(folder.path, 'mappings'));
    await write('staff.yaml', rules);
  });

  const write = (name: string, text: string) => writeFile(join(folder.path, 'mappings', name), text);
  const run = (...args: readonly string[]): Promise<Ended> => runSidecar(args, { cwd: folder.path });

  it('are found sound, with the number of rules', async () => {
    const { code, stdout } = await run('mappings', 'check');
    assert.match(stdout, /^the mapping in .* is sound: 2 rules, 0 errors, 0 warnings\n$/);
    assert.equal(code, 0);
  });

  it('are reported with every fault, place and suggestion, as text and as JSON', async () => {
    await write('broken.yaml', 'version: 1\nrules:\n  - { name: a, when: { grup: x }, grant: [Loggon] }\n');
    const { code, stdout } = await run('mappings', 'check');
    assert.equal(code, 1);
    assert.match(stdout, /broken\.yaml:3:24: error: when knows no key "grup"; did you mean group\?/);
    assert.match(stdout, /broken\.yaml:3:43: error: unknown privilege "Loggon"; did you mean LogOn\?/);
    const { errors, ok } = JSON.parse((await run('mappings', 'check', '--json')).stdout) as {
      readonly ok: boolean;
      readonly errors: readonly { readonly line: number; readonly column: number }[];
    };
    assert.deepEqual(
      [ok, errors.map(({ line, column }) => [line, column])],
      [
        false,
        [
          [3, 24],
          [3, 43],
        ],
      ],
    );
  });

  it('are checked against their constraints and against the groups that there are', async () => {
    await write(
      'more.yaml',
      'version: 1\nrules:\n  - { name: a, when: { anyGroup: [auditors@example.com, auditor@example.com] }, grant: [Administrator] }\n',
    );
    const { code, stdout } = await run('mappings', 'check');
    assert.equal(code, 1);
    assert.match(
      stdout,
      /^error: Administrator and ReadArchive:\* must not meet .* alice@example\.com, judy@example\.org$/m,
    );
    assert.match(
      stdout,
      /more\.yaml:3:13: warning: rule "a": there is no group auditor@example\.com; did you mean auditors@/,
    );
  });

  it('pass or fail the tests beside them', async () => {
    const test = (role: string) =>
      write('staff.test.yaml', `version: 1\ntests: [{ user: alice, expect: { roles: [${role}] } }]\n`);
    await test('auditor');
    const passed = await run('mappings', 'test');
    assert.deepEqual([passed.code, passed.stdout], [0, '1 test, 1 passed, 0 failed\n']);
    await test('lawyer');
    const failed = await run('mappings', 'test');
    assert.equal(failed.code, 1);
    assert.match(
      failed.stdout,
      /FAILED .*staff\.test\.yaml:2:9: alice\n {2}lacks the role lawyer: no rule that applies/,
    );
    const { ok, tests } = JSON.parse((await run('mappings', 'test', '--json')).stdout);
    assert.deepEqual([ok, tests[0].failures.length], [false, 1]);
  });

  it('are refused a test run without tests', async () => {
    const { code, stderr } = await run('mappings', 'test');
    assert.equal(code, 1);
    assert.match(stderr, /there is no test in /);
  });

  it('are compared with what is in force', async () => {
    await mkdir(join(folder.path, 'proposed'), { recursive: true });
    await writeFile(join(folder.path, 'proposed', 'staff.yaml'), rules);
    await write('staff.yaml', 'version: 1\n');
    // The running service takes the edit up by itself.
    const compare = () => run('mappings', 'diff', 'mappings', '--json');
    let same = await compare();
    for (let tries = 0; same.code === 2 && tries < 10; tries += 1) same = await compare();
    assert.deepEqual([same.code, JSON.parse(same.stdout).users], [0, []]);
    const { code, stdout } = await run('mappings', 'diff', 'proposed');
    assert.equal(code, 2);
    assert.match(stdout, /^3 of \d+ users would change$/m);
    assert.match(stdout, /^ {2}alice@example\.com {2}\+ExportEmail \+ReadArchive:\* \+auditor$/m);
    const missing = await run('mappings', 'diff', 'nowhere');
    assert.deepEqual([missing.code, missing.stdout], [1, '']);
    assert.match(missing.stderr, /there is no folder .*nowhere; correct the path/);
  });

  it('explain a user, an archive and a privilege', async () => {
    const alice = (await run('explain', 'alice')).stdout;
    assert.match(
      alice,
      /auditor +role +by rule "auditors" \(auditors@example\.com ← legal-team@example\.com ← alice@example\.com; reason: policy 7\)/,
    );
    assert.match(alice, /^login at ldap "ldap", which requires LogOn: accepted with the right password$/m);
    assert.match(alice, /auditor +role +by rule .*; held since \d{4}-\d\d-\d\dT\d\d:\d\dZ$/m);
    const none = await run('explain', 'alice', '--listener', 'archive');
    assert.deepEqual([none.code, none.stdout], [1, '']);
    assert.match(none.stderr, /there is no listener "archive"; known are ldap/);
    const wiki = [
      'clients',
      'add',
      'wiki',
      '--redirect-uri',
      'https://wiki.example.com/',
      '--require',
      'auditor,chief',
    ];
    assert.equal((await run(...wiki)).code, 0);
    const atClient = await run('explain', 'alice', '--client', 'wiki');
    assert.match(
      atClient.stdout,
      /^login at oidc "wiki", which requires auditor and chief: refused, chief is missing$/m,
    );
    const noClient = await run('explain', 'alice', '--client', 'shop');
    assert.match(noClient.stderr, /there is no client "shop"; known are .*wiki/);
    const archive = (await run('explain', '--archive', 'alice@example.net')).stdout;
    assert.match(
      archive,
      /bob@example\.com +enabled +ReadArchive:alice@example\.com +by rule "case 17" .*until 2199-01-01T00:00Z/,
    );
    assert.match(archive, /judy@example\.org +enabled +ReadArchive:\*/);
    const { holders } = JSON.parse((await run('explain', '--privilege', 'ExportEmail', '--json')).stdout);
    assert.deepEqual(
      holders.map(({ login }: { login: string }) => login),
      ['alice@example.com', 'judy@example.org'],
    );
    const carol = (await run('explain', 'carol', '--require', 'LogOn, auditor')).stdout;
    assert.match(carol, /^login anywhere, which requires LogOn and auditor: refused, the account is disabled$/m);
    const two = await run('explain', 'alice', '--archive', 'bob');
    assert.deepEqual([two.code, two.stdout], [1, '']);
  });

  it('begin a date in the zone of the settings', async () => {
    await write('staff.yaml', rules.replace('2199-01-01', '2199-01-01 # midnight in Prague'));
    const { stdout } = await run('explain', '--archive', 'alice', '--mappings-time-zone', 'Europe/Prague');
    assert.match(stdout, /until 2198-12-31T23:00Z/);
  });

  it('have help for each command', async () => {
    for (const command of ['check', 'test', 'diff']) {
      const { code, stdout } = await run('mappings', command, '--help');
      assert.deepEqual([code, /Exit\s+status:/.test(stdout), /--json/.test(stdout)], [0, true, true]);
    }
  });
});
