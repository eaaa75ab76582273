import assert from 'node:assert/strict';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { missingPrograms } from '../support/programs.ts';
import { makeFolder, runProgram, runSidecar, type SidecarProcess, startSidecar } from '../support/sidecar-process.ts';

describe('a mapping edit while the service runs', { skip: missingPrograms('ldapsearch') }, () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let demo: SidecarProcess;
  let ldapUrl = '';
  let httpUrl = '';
  const env = { SIDECAR_LOG_FORMAT: 'json', SIDECAR_SYNC_LIMIT_USERS: '3' };

  before(async () => {
    folder = await makeFolder();
    await mkdir(join(folder.path, 'mappings'));
    demo = startSidecar(['serve', '--ldap-port', '0', '--http-port', '0'], { cwd: folder.path, env });
    await demo.waitFor(/Ctrl-C ends the demo/);
    ldapUrl = `ldap://127.0.0.1:${/"ldap":"127\.0\.0\.1:(\d+)"/.exec(demo.output().stderr)?.[1]}`;
    httpUrl = `http://127.0.0.1:${/"http":"127\.0\.0\.1:(\d+)"/.exec(demo.output().stderr)?.[1]}`;
  });
  after(async () => {
    await demo.stop();
    await folder.remove();
  });

  const write = (text: string) => writeFile(join(folder.path, 'mappings', 'staff.yaml'), `version: 1\n${text}`);
  const search = async (...args: readonly string[]) => {
    const login = ['-x', '-LLL', '-o', 'ldif-wrap=no', '-H', ldapUrl, '-D', 'cn=reader', '-w', 'reader-demo'];
    return (await runProgram('ldapsearch', [...login, '-b', 'o=icewarp', ...args])).stdout;
  };
  const alice = () => search('(mail=alice@example.com)', 'memberOf', 'modifyTimestamp');
  const mappingHealth = async () => {
    const answer = await fetch(`${httpUrl}/health/ready`);
    return ((await answer.json()) as { parts: Record<string, Record<string, unknown>> }).parts.mapping;
  };
  /** Asks until the answer is as wanted, and gives the milliseconds that it took; 15 seconds at most. */
  const until = async <T>(ask: () => Promise<T>, isWanted: (answer: T) => boolean): Promise<number> => {
    const startedAt = performance.now();
    for (;;) {
      const answer = await ask();
      if (isWanted(answer)) return performance.now() - startedAt;
      assert.ok(
        performance.now() - startedAt < 15_000,
        `never came about:\n${String(JSON.stringify(answer))}\n${demo.output().stderr}`,
      );
      await sleep(50);
    }
  };
  const rule = (extra = '') => `rules:\n  - { name: a, when: { user: alice@example.com }, roles: [auditor]${extra} }\n`;

  it('is seen over LDAP within two seconds, with the time of the change', async () => {
    const before = /modifyTimestamp: (\S+)/.exec(await alice())?.[1] ?? '';
    // Times are whole seconds, rounded up.
    await sleep(1_100);
    await write(rule());
    const ms = await until(alice, (text) => text.includes('memberOf: cn=auditor,ou=roles,o=icewarp'));
    assert.ok(ms < 2_000, `took ${Math.round(ms)} ms`);
    assert.ok((/modifyTimestamp: (\S+)/.exec(await alice())?.[1] ?? '') > before);
    assert.match(await search('(cn=auditor)', 'member'), /member: uid=alice@example\.com,ou=users,o=icewarp/);
  });

  it('that is broken changes nothing, and is told by log, health and metrics until it is mended', async () => {
    await write('rules:\n  - { name: a, when: { grup: x }, grant: [Loggon] }\n');
    await until(mappingHealth, (part) => part?.status === 'degraded');
    const { faultCount, faults } = (await mappingHealth()) ?? {};
    assert.equal(faultCount, 2);
    assert.match(String((faults as string[])[0]), /staff\.yaml:3:\d+: when knows no key "grup"/);
    assert.match(demo.output().stderr, /the mapping files are broken: the last good ones stay in force/);
    assert.match(await (await fetch(`${httpUrl}/metrics`)).text(), /^icewarp_sidecar_mapping_faults 2$/m);
    assert.equal((await runSidecar(['sync'], { cwd: folder.path, env })).code, 0);
    assert.match(await alice(), /cn=auditor,ou=roles/);
    await write(rule());
    await until(mappingHealth, (part) => part?.status === 'ok');
  });

  it('may grant for a time: the grant ends by itself', async () => {
    const end = new Date(Math.ceil((Date.now() + 3_000) / 60_000) * 60_000);
    // Rules end at whole minutes: too far away for a test unless the minute is about to end.
    if (end.getTime() - Date.now() > 20_000) await sleep(end.getTime() - Date.now() - 15_000);
    await write(rule(`, until: "${end.toISOString().slice(0, 16)}Z"`));
    await sleep(1_500);
    assert.match(await alice(), /cn=auditor,ou=roles/);
    await sleep(Math.max(0, end.getTime() - Date.now()));
    const ms = await until(alice, (text) => text.includes('modifyTimestamp') && !text.includes('cn=auditor,'));
    assert.ok(ms < 2_000, `took ${Math.round(ms)} ms`);
  });

  it('that takes LogOn from many is held until it is confirmed', async () => {
    await write('rules:\n  - { name: out, when: { domain: example.com }, deny: [LogOn] }\n');
    await until(mappingHealth, (part) => part?.held !== null && part?.held !== undefined);
    assert.match(await alice(), /cn=LogOn,ou=privileges/);
    const dry = await runSidecar(['mappings', 'apply', '--dry-run', '--json'], { cwd: folder.path, env });
    const { outcome, held, plan, confirmWith } = JSON.parse(dry.stdout);
    assert.deepEqual([dry.code, outcome, confirmWith], [3, 'held', `icewarp-sidecar mappings apply --confirm ${plan}`]);
    assert.match(held[0], /0 users would be disabled and 0 removed, and \d+ would lose LogOn: more than 3/);
    const wrong = await runSidecar(['mappings', 'apply', '--confirm', '0123456789ab'], { cwd: folder.path, env });
    assert.equal(wrong.code, 3);
    const done = await runSidecar(['mappings', 'apply', '--confirm', plan], { cwd: folder.path, env });
    assert.deepEqual([done.code, done.stderr.includes('held')], [0, false], done.stdout);
    const ms = await until(alice, (text) => text.includes('modifyTimestamp') && !text.includes('cn=LogOn'));
    assert.ok(ms < 2_000, `took ${Math.round(ms)} ms`);
    // Giving back is no risk.
    await write('');
    await until(alice, (text) => text.includes('cn=LogOn,ou=privileges'));
  });

  it('that leaves no file is held until it is confirmed, and then the defaults hold', async () => {
    await write(rule());
    await until(alice, (text) => text.includes('cn=auditor,ou=roles'));
    await rm(join(folder.path, 'mappings', 'staff.yaml'));
    await until(mappingHealth, (part) => part?.held !== null && part?.held !== undefined);
    const part = (await mappingHealth()) ?? assert.fail();
    const { plan, reasons } = part.held as { plan: string; reasons: readonly string[] };
    assert.match(reasons.join(), /no mapping file in .*mappings any more.*; the rights of 1 users would change/);
    assert.match(await alice(), /cn=auditor,ou=roles/);
    const add = ['users', 'add', 'guest@example.net', '--icewarp', 'bob@example.com'];
    assert.match((await runSidecar(add, { cwd: folder.path, env })).stderr, /or confirm it \(mappings apply\)/);
    assert.equal((await runSidecar(['sync'], { cwd: folder.path, env })).code, 3);
    assert.equal((await runSidecar(['mappings', 'apply', '--confirm', plan], { cwd: folder.path, env })).code, 0);
    await until(alice, (text) => text.includes('modifyTimestamp') && !text.includes('cn=auditor,'));
    assert.equal((await runSidecar(['sync'], { cwd: folder.path, env })).code, 0);
  });

  it('that loses the whole folder is a broken one', async () => {
    await write(rule());
    await until(alice, (text) => text.includes('cn=auditor,ou=roles'));
    await rename(join(folder.path, 'mappings'), join(folder.path, 'away'));
    await until(mappingHealth, (part) => part?.faultCount === 1);
    assert.match(String((await mappingHealth())?.faults), /mappings does not exist any more; restore it/);
    const check = await runSidecar(['mappings', 'check'], { cwd: folder.path, env });
    assert.deepEqual([check.code, /does not exist any more/.test(check.stdout)], [1, true]);
    assert.equal((await runSidecar(['sync'], { cwd: folder.path, env })).code, 0);
    assert.match(await alice(), /cn=auditor,ou=roles/);
    await rename(join(folder.path, 'away'), join(folder.path, 'mappings'));
    await until(mappingHealth, (part) => part?.status === 'ok');
  });
});

describe('a first start with broken mapping files', () => {
  it('serves nothing, says why, and begins as soon as they are mended', async () => {
    const folder = await makeFolder();
    const file = join(folder.path, 'mappings', 'staff.yaml');
    await mkdir(join(folder.path, 'mappings'));
    await writeFile(file, 'version: 1\nrules: 7\n');
    const env = { SIDECAR_LOG_FORMAT: 'json' };
    const demo = startSidecar(['serve', '--ldap-port', '0', '--http-port', '0'], { cwd: folder.path, env });
    try {
      const [, port = ''] = await demo.waitFor(/"http":"127\.0\.0\.1:(\d+)"/, 'stderr');
      await demo.waitFor(/"sync ended"/, 'stderr');
      const answer = await fetch(`http://127.0.0.1:${port}/health/ready`);
      const { parts } = (await answer.json()) as { parts: Record<string, { status: string; message?: string }> };
      assert.deepEqual([parts.directory?.status, parts.mapping?.status], ['down', 'degraded']);
      assert.match(parts.mapping?.message ?? '', /no sound mapping was ever in force.*\n.*staff\.yaml:2:8/);
      await writeFile(file, 'version: 1\n');
      await demo.waitFor(/"directory published"/, 'stderr');
    } finally {
      await demo.stop();
      await folder.remove();
    }
  });
});
