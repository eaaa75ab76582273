import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { missingPrograms } from '../support/programs.ts';
import { makeFolder, runProgram, runSidecar, type SidecarProcess, startSidecar } from '../support/sidecar-process.ts';

const rules = `version: 1
rules:
  - { name: partners, when: { domain: partner.example }, grant: [LogOn], roles: [partner] }
`;
/** What a change may take until a client sees it is 2 seconds; the rest is for a busy machine. */
const visibleMs = 3_500;

describe('what the command line changes while the service runs', {
  skip: missingPrograms('ldapsearch', 'ldapwhoami'),
}, () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let demo: SidecarProcess;
  let url: string;

  before(async () => {
    folder = await makeFolder();
    await mkdir(join(folder.path, 'mappings'));
    await writeFile(join(folder.path, 'mappings', 'a.yaml'), rules);
    demo = startSidecar(['serve', '--ldap-port', '0', '--http-port', '0'], { cwd: folder.path });
    url = (await demo.waitFor(/ldap:\/\/127\.0\.0\.1:\d+/))[0];
    await demo.waitFor(/Ctrl-C ends the demo/);
  });
  after(async () => {
    await demo.stop();
    await folder.remove();
  });

  const run = (...args: readonly string[]) => runSidecar(args, { cwd: folder.path });
  const search = async (filter: string, ...attributes: readonly string[]) => {
    const args = ['-x', '-LLL', '-H', url, '-D', 'cn=reader', '-w', 'reader-demo', '-b', 'o=icewarp', filter];
    return (await runProgram('ldapsearch', [...args, ...attributes])).stdout;
  };
  const whoAmI = async (name: string, password: string) =>
    (await runProgram('ldapwhoami', ['-x', '-H', url, '-D', name, '-w', password])).code;

  /** Asks until the answer is `wanted`; fails when that takes longer than promised. */
  async function within(what: string, ask: () => Promise<boolean>): Promise<void> {
    const startedAt = performance.now();
    while (!(await ask())) assert.ok(performance.now() - startedAt < visibleMs, `${what} took too long`);
  }

  it('serves a user added by hand, with the password of the linked account, until it is removed', async () => {
    const dn = 'uid=ext@partner.example,ou=users,o=icewarp';
    const add = await run(
      'users',
      'add',
      'ext@partner.example',
      '--icewarp',
      'robert@example.com',
      '--name',
      'Ext Ern',
    );
    assert.equal(add.code, 0, add.stderr);
    assert.match(add.stdout, /^ext@partner\.example is added\n {2}password of {2}bob@example\.com\n/);
    await within('the new user', async () => /^cn: Ext Ern$/m.test(await search('(uid=ext@partner.example)', 'cn')));
    const first = /^modifyTimestamp: (.*)$/m.exec(await search('(uid=ext@partner.example)', 'modifyTimestamp'))?.[1];
    assert.equal(await whoAmI('ext@partner.example', 'bob-demo'), 0);
    assert.equal(await whoAmI('ext@partner.example', 'ext-demo'), 49);
    assert.match(await search('(cn=partner)', 'member'), new RegExp(`^member: ${dn}$`, 'm'));

    const edit = await run('users', 'edit', 'ext', '--mail', 'e2@partner.example');
    assert.equal(edit.code, 0, edit.stderr);
    await within('the new address', async () => /ext@partner/.test(await search('(mail=e2@partner.example)', 'uid')));
    const second = /^modifyTimestamp: (.*)$/m.exec(await search('(uid=ext@partner.example)', 'modifyTimestamp'))?.[1];
    assert.ok(first !== undefined && second !== undefined && second > first, `${second} follows ${first}`);

    const linked = await run('users', 'link', 'ext', 'carol@example.com');
    assert.match(linked.stderr, /carol@example\.com is disabled in IceWarp: logins are refused/);
    const isDisabled = async () => /FALSE/.test(await search('(uid=ext@partner.example)', 'accountEnabled'));
    await within('the disabled account', isDisabled);
    assert.equal(await whoAmI('ext@partner.example', 'carol-demo'), 49);
    assert.match(
      (await run('users', 'ext')).stdout,
      /^ext@partner\.example +disabled \(manual\) +Ext Ern +LogOn partner$/m,
    );

    assert.equal((await run('sync')).code, 0);
    assert.match(await search('(uid=ext@partner.example)', 'uid'), /^uid: ext@partner\.example$/m);
    assert.equal((await run('users', 'remove', 'ext')).code, 0);
    await within('the removal', async () => (await search('(uid=ext@partner.example)', 'uid')) === '');
  });

  it('refuses what cannot be a user, with status 1, the reason and nothing on standard output', async () => {
    for (const [args, reason] of [
      [['add', 'nonsense', '--icewarp', 'bob@example.com'], /"nonsense" is no mail address/],
      [
        ['add', 'bob@example.com', '--icewarp', 'carol@example.com'],
        /already an address of the synchronised user bob@/,
      ],
      [['add', 'x@partner.example'], /required option '--icewarp <address>'/],
      [['remove', 'alice'], /alice@example\.com is synchronised from IceWarp/],
    ] as const) {
      const { code, stdout, stderr } = await run('users', ...args);
      assert.deepEqual([code, stdout], [1, ''], args.join(' '));
      assert.match(stderr, reason);
    }
    const { stdout } = await run('users', 'add', 'j@partner.example', '--icewarp', 'who@example.com', '--json');
    const { user, warnings } = JSON.parse(stdout);
    assert.deepEqual([user.login, user.privileges, warnings.length], ['j@partner.example', ['LogOn'], 1]);
  });

  it('lets a new service account in, then only its new secret, then nobody; open connections end', async () => {
    const secretOf = (text: string) => /^secret +(\S+)$/m.exec(text)?.[1] ?? '';
    const added = await run('service-accounts', 'add', 'archive');
    const first = secretOf(added.stdout);
    assert.match(first, /^[0-9a-f]{12}\.[\w-]{32}$/);
    // A bind under a name that is not known yet would be held back as long as any wrong password.
    await sleep(2_000);
    assert.equal(await whoAmI('cn=archive', first), 0);
    assert.ok(!(await run('service-accounts', 'list')).stdout.includes(first.split('.')[1] ?? ''));

    const second = secretOf((await run('service-accounts', 'rotate', 'archive')).stdout);
    await within('the new secret', async () => (await whoAmI('cn=archive,o=icewarp', second)) === 0);
    assert.equal(await whoAmI('cn=archive', first), 49);

    // Asks for pages and waits for a key between them: a connection that stays open.
    const bind = ['-x', '-H', url, '-D', 'cn=archive', '-w', second, '-b', 'ou=users,o=icewarp'];
    const open = spawn('ldapsearch', [...bind, '-E', 'pr=2/prompt', '(uid=*)', 'uid'], { stdio: 'pipe' });
    let seen = '';
    open.stdout.setEncoding('utf8').on('data', (text: string) => {
      seen += text;
    });
    const ended = new Promise<number | null>((resolve) => open.once('close', resolve));
    await within('the first page', async () => {
      await sleep(20);
      return /numEntries|uid: /.test(seen);
    });
    const removed = await run('service-accounts', 'remove', 'archive');
    assert.deepEqual([removed.code, removed.stdout], [0, 'the service account archive is removed\n']);
    await sleep(2_000);
    assert.equal(await whoAmI('cn=archive', second), 49);
    open.stdin.end('\n\n\n\n');
    assert.notEqual(await ended, 0, 'the open connection goes on');
    assert.equal((await run('service-accounts', 'remove', 'archive')).code, 1);
    const log = demo.output();
    for (const secret of [first, second]) assert.ok(!(log.stdout + log.stderr).includes(secret.split('.')[1] ?? ''));
  });

  it('has help for each command', async () => {
    for (const command of ['add', 'edit']) {
      const { code, stdout } = await run('users', command, '--help');
      assert.deepEqual([code, /--json/.test(stdout)], [0, true], command);
    }
    for (const command of ['add', 'list']) {
      assert.match((await run('service-accounts', command, '--help')).stdout, /--json/);
    }
  });
});
