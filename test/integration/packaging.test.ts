import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { addCompiledParts, checkout, copyCheckout, runNpm } from '../support/package-install.ts';
import { missingPrograms } from '../support/programs.ts';
import { makeFolder, plainEnvironment, runProgram, startProgram } from '../support/sidecar-process.ts';

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string; readonly mode: number }[];
}

describe('the published package', { skip: missingPrograms('npm', 'npx', 'ldapsearch') }, () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let packed: Packed;
  /** Where it is installed: an empty folder before. */
  let home = '';

  before(
    async () => {
      folder = await makeFolder();
      const tree = join(folder.path, 'tree');
      await copyCheckout(tree);
      const { stdout } = await runNpm(['pack', '--json', '--pack-destination', folder.path], tree);
      packed = (JSON.parse(stdout) as Packed[])[0] ?? { filename: '', size: 0, files: [] };
      home = join(folder.path, 'home');
      await mkdir(home);
      await runNpm(['install', '--ignore-scripts', join(folder.path, packed.filename)], home);
      await addCompiledParts(join(home, 'node_modules'));
    },
    { timeout: 170_000 },
  );
  after(() => folder.remove());

  const npx = (...args: string[]) => runProgram('npx', ['--no-install', 'icewarp-sidecar', ...args], { cwd: home });

  it('holds the built program, its threads, mappings and guides, and no sources, tests or secrets', () => {
    const paths = packed.files.map(({ path }) => path);
    for (const needed of [
      'dist/sidecar/main.js',
      'dist/sidecar/ldap-thread.js',
      'dist/sidecar/sync-thread.js',
      'dist/sidecar/simulator/company/demo.yaml',
      'dist/plugin/plan.js',
      'mappings/default.yaml',
      'docs/settings.md',
      'docs/guides/operate.md',
      'packaging/icewarp-sidecar.service',
      'LICENSE',
      'README.md',
    ]) {
      assert.ok(paths.includes(needed), `${needed} is in the package`);
    }
    assert.deepEqual(
      paths.filter((path) => /\.ts$|^(test|sidecar|plugin|secrets|data)\/|\.env$/.test(path)),
      [],
    );
    assert.ok(packed.size < 2_000_000, `${packed.size} bytes`);
  });

  it('names in what was built only files that were built', async () => {
    const scripts = packed.files.filter(({ path }) => path.endsWith('.js'));
    assert.ok(scripts.length > 300);
    for (const { path } of scripts) {
      const text = await readFile(join(home, 'node_modules/icewarp-sidecar', path), 'utf8');
      assert.doesNotMatch(text, /(from|import\(|new URL\() ?'\.[^']*\.ts'/, path);
    }
  });

  it('answers npx icewarp-sidecar with its help and its version', async () => {
    const help = await npx('--help');
    assert.equal(help.code, 0, help.stderr);
    assert.match(help.stdout, /^Usage: icewarp-sidecar /);
    const { version } = JSON.parse(await readFile(join(checkout, 'package.json'), 'utf8')) as { version: string };
    assert.equal((await npx('--version')).stdout.trim(), version);
  });

  it('gives the exit status of a command that fails', async () => {
    const { code, stderr } = await npx('no-such-command');
    assert.equal(code, 1);
    assert.match(stderr, /unknown command/);
  });

  it('starts the demo, whose first sync and whose LDAP server work', async () => {
    // What npx runs: npx itself passes no signal on.
    const program = join(home, 'node_modules/.bin/icewarp-sidecar');
    const demo = startProgram(program, ['serve', '--ldap-port=0', '--http-port=0'], { cwd: home });
    try {
      const [, url = ''] = await demo.waitFor(/LDAP +(ldap:\S+)/, 'stdout', 40_000);
      assert.match(demo.output().stdout, /First sync: \+\d+ new/);
      const reader = ['-x', '-LLL', '-H', url, '-D', 'cn=reader', '-w', 'reader-demo', '-b', 'o=icewarp'];
      const { code, stdout } = await runProgram('ldapsearch', [...reader, '(mail=robert@example.com)', 'cn']);
      assert.equal(code, 0);
      assert.match(stdout, /^dn: uid=bob@example\.com,ou=users,o=icewarp$/m);
    } finally {
      assert.equal((await demo.stop('SIGTERM')).code, 0);
    }
  });

  it('hands over to the Node.js that it brings along where an older one starts it', async () => {
    const pretend = join(folder.path, 'pretend-old.mjs');
    await writeFile(
      pretend,
      "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.19.0' } });\n",
    );
    const launcher = join(home, 'node_modules/icewarp-sidecar/packaging/icewarp-sidecar.js');
    const start = (...args: string[]) =>
      runProgram(process.execPath, ['--import', pathToFileURL(pretend).href, launcher, ...args], {
        cwd: home,
        env: { ...plainEnvironment(), NODE_DEBUG: 'child_process' },
      });
    const ended = await start('--version');
    assert.equal(ended.code, 0, ended.stderr);
    assert.match(ended.stdout, /^\d+\.\d+\.\d+$/m);
    assert.ok(ended.stderr.includes(join(home, 'node_modules/node/bin')), 'its own Node.js was started');
    assert.equal((await start('no-such-command')).code, 1);
  });

  it('lets no program import its inside', async () => {
    const script = "import('icewarp-sidecar/dist/sidecar/app.js').catch((error) => console.log(error.code))";
    const { stdout } = await runProgram(process.execPath, ['--input-type=module', '-e', script], { cwd: home });
    assert.equal(stdout.trim(), 'ERR_PACKAGE_PATH_NOT_EXPORTED');
  });
});
