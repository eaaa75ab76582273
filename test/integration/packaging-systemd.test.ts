import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { checkout } from '../support/package-install.ts';
import { findProgram } from '../support/programs.ts';
import { makeFolder, runProgram } from '../support/sidecar-process.ts';

const analyze = findProgram('systemd-analyze');

describe('the systemd unit', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let unit = '';
  before(async () => {
    folder = await makeFolder();
    unit = await readFile(join(checkout, 'packaging/icewarp-sidecar.service'), 'utf8');
  });
  after(() => folder.remove());

  const lineOf = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(unit)?.[1] ?? '';
  /** The unit for an installation below the test's folder, whose programs are there: systemd looks for them. */
  const installed = async (text: string) => {
    const home = join(folder.path, 'opt');
    const [node = ''] = lineOf('ExecStart').split(' ');
    const program = node.replace('/opt/icewarp-sidecar', home);
    await mkdir(dirname(program), { recursive: true });
    await writeFile(program, '#!/bin/sh\n');
    await chmod(program, 0o755);
    const file = join(folder.path, 'icewarp-sidecar.service');
    await writeFile(file, text.replaceAll('/opt/icewarp-sidecar', home));
    return file;
  };

  it('starts what an installation in /opt/icewarp-sidecar holds', async () => {
    const [node, main, command] = lineOf('ExecStart').split(' ');
    assert.equal(node, '/opt/icewarp-sidecar/node_modules/.bin/node');
    const { bin, name } = JSON.parse(await readFile(join(checkout, 'package.json'), 'utf8')) as {
      readonly name: string;
      readonly bin: Readonly<Record<string, string>>;
    };
    assert.equal(main, `/opt/icewarp-sidecar/node_modules/${name}/dist/sidecar/main.js`);
    const launcher = await readFile(join(checkout, bin[name] ?? ''), 'utf8');
    assert.match(launcher, /\.\.\/dist\/sidecar\/main\.js/);
    assert.equal(command, 'serve');
  });

  it('runs as a user of its own and holds no secret', () => {
    assert.equal(lineOf('User'), 'icewarp-sidecar');
    assert.equal(lineOf('NoNewPrivileges'), 'yes');
    assert.equal(lineOf('ProtectSystem'), 'strict');
    assert.doesNotMatch(unit, /(PASSWORD|SECRET)=/);
  });

  // Without systemd there is nobody who could judge it.
  if (analyze !== undefined) {
    it('passes systemd-analyze verify, which finds a wrong line', async () => {
      const good = await runProgram(analyze, ['verify', await installed(unit)]);
      assert.equal(good.stderr.replaceAll(/^(?!.*icewarp-sidecar).*\n/gm, ''), '');
      const wrong = await runProgram(analyze, ['verify', await installed(unit.replace('Restart=', 'Restarts='))]);
      assert.match(wrong.stderr, /Unknown key (name )?'Restarts'/);
    });

    it('is exposed little, by systemd-analyze security', async () => {
      const file = await installed(unit);
      const args = ['security', '--offline=true', '--threshold=20', file];
      const { code, stdout, stderr } = await runProgram(analyze, args);
      assert.equal(code, 0, `${stdout}\n${stderr}`);
    });
  }
});
