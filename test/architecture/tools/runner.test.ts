import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArguments } from '../../support/runner/arguments.ts';
import { type RunTestsOptions, runTests } from '../../support/runner/run-tests.ts';
import type { Suite } from '../../support/runner/suites.ts';

const quick: Suite = {
  name: 'unit',
  packages: [],
  exclusive: false,
  testLimitMs: 5000,
  fileLimitMs: 20_000,
  limitMs: 60_000,
};
const head = "import { describe, it, before } from 'node:test'; import { writeFileSync } from 'node:fs';\n";

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sidecar-runner-'));
  write('package.json', '{ "type": "module" }');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('the runner', () => {
  it('counts passed, failed and skipped tests and ends on the totals alone', async () => {
    write(
      'test/unit/a.test.ts',
      "it('one', () => {}); describe('g', () => { it('two', () => {}); it.skip('three'); });",
    );
    write('test/unit/deep/b.test.ts', "it('four', (t) => t.skip('no slapd'));");
    const { text, status } = await run();
    assert.equal(text.split('\n').at(-2), '2 passed, 0 failed, 2 skipped');
    assert.equal(status, 0);
    assert.match(text, /^ {2}test\/unit\/deep\/b\.test\.ts: four: no slapd$/m);
    assert.match(text, /^ {2}test\/unit\/a\.test\.ts: g › three: no reason given$/m);
    assert.match(text, /^unit +2 +0 +2 +\d+\.\d$/m);
  });

  it('shows a failure in full, with its suite, the comparison and what the file printed', async () => {
    write(
      'test/unit/a.test.ts',
      "describe('g', () => { it('adds', () => { console.log('hint'); assert.equal(1, 2); }); });",
    );
    const { text, status } = await run();
    assert.equal(status, 1);
    assert.match(text, /FAILED g › adds\n\s+AssertionError.*\n[\s\S]*1 !== 2[\s\S]*a\.test\.ts:\d+:\d+/);
    assert.match(text, /what the file printed:\n\s+hint/);
    assert.match(text, /\n0 passed, 1 failed, 0 skipped\n$/);
  });

  it('counts a nested failure once', async () => {
    write(
      'test/unit/a.test.ts',
      "it('outer', async (t) => { await t.test('inner', () => { throw new Error('x'); }); });",
    );
    assert.match((await run()).text, /Failed\n.*outer › inner\n\n[\s\S]*\n0 passed, 1 failed, 0 skipped\n$/);
  });

  const broken: readonly (readonly [what: string, source: string, text: RegExp])[] = [
    [
      'a hook that throws',
      "describe('g', () => { before(() => { throw new Error('boom'); }); it('a', () => {}); });",
      /boom/,
    ],
    [
      'a suite whose body throws',
      "it('a', () => {}); describe('g', () => { throw new Error('boom'); });",
      /FAILED g\n.*boom/,
    ],
    ['a throw outside tests', "it('a', () => {}); throw new Error('boom');", /exit status[\s\S]*boom/],
    ['an import that fails', "it('a', () => {}); import './gone.ts';", /exit status 1[\s\S]*Cannot find module/],
    ['a throw after the last test', "it('a', () => { setTimeout(() => { throw new Error('boom'); }, 50); });", /boom/],
    ['a file without tests', 'export const a = 1;', /no test ran: it declares none/],
    [
      'an exit before the tests end',
      "it('a', () => {}); it('b', () => process.exit(0));",
      /no test ran: .*ended before they began|exit status 0 before its tests had/,
    ],
    ['an exit before the first test', 'process.exit(0);', /no test ran/],
    ['a wait for what never comes', "it('a', () => {}); await new Promise(() => {});", /exit status 13/],
    [
      'a process that kills itself',
      "it('a', () => { process.kill(process.pid, 'SIGKILL'); });",
      /the process ended by SIGKILL/,
    ],
  ];
  for (const [what, source, text] of broken) {
    it(`fails for ${what}`, async () => {
      write('test/unit/a.test.ts', source);
      const result = await run();
      assert.match(result.text, text);
      assert.equal(result.status, 1);
      assert.match(result.text, /\n\d+ passed, [1-9]\d* failed, 0 skipped\n$/);
    });
  }

  it('fails a test that takes too long by its name', async () => {
    write(
      'test/unit/a.test.ts',
      "it('waits', () => new Promise((r) => setTimeout(r, 60_000).unref()), 0); setTimeout(() => {}, 900);",
    );
    const { text } = await run({ suites: [{ ...quick, testLimitMs: 300 }] });
    assert.match(text, /FAILED waits\n\s+test timed out after 300ms/);
  });

  it('kills a file that hangs, with all it started, and names the test', async () => {
    const pidFile = join(root, 'pid');
    write(
      'test/unit/a.test.ts',
      `import { spawn } from 'node:child_process';
       it('hangs', () => {
         const child = spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)']);
         writeFileSync(${JSON.stringify(pidFile)}, String(child.pid));
         return new Promise(() => {});
       });`,
    );
    write('test/unit/b.test.ts', "it('other', () => {});");
    const { text, status } = await run({ suites: [{ ...quick, testLimitMs: 60_000, fileLimitMs: 1500 }] });
    assert.match(text, /killed, it ran longer than 1\.5 s; it was in: hangs/);
    assert.match(text, /\n1 passed, 1 failed, 0 skipped\n$/);
    assert.equal(status, 1);
    assert.equal(await isGone(Number(readFileSync(pidFile, 'utf8'))), true);
  });

  it('says that something was left open when the process does not end after its tests', async () => {
    write('test/unit/a.test.ts', "it('a', () => {}); setInterval(() => {}, 1000);");
    const { text } = await run({ suites: [{ ...quick, fileLimitMs: 1500 }] });
    assert.match(text, /something it opened was not closed/);
  });

  it('gives up the rest of a suite whose time is used up, as failed', async () => {
    for (const name of ['a', 'b', 'c'])
      write(`test/unit/${name}.test.ts`, "it('x', () => new Promise(() => {})); setInterval(() => {}, 999);");
    const { text } = await run({ suites: [{ ...quick, exclusive: true, limitMs: 1000 }] });
    assert.equal(text.match(/killed, it ran longer/g)?.length, 1);
    assert.equal(text.match(/not run: its suite had used up its 1 s/g)?.length, 2);
    assert.match(text, /\n0 passed, 3 failed, 0 skipped\n$/);
  });

  it('fails in CI for a skip and for a todo', async () => {
    write('test/unit/a.test.ts', "it('a', () => {}); it('b', (t) => t.skip('no slapd'));");
    assert.equal((await run({ env: { CI: 'false' } })).status, 0);
    const { text, status } = await run({ env: { CI: 'true' } });
    assert.equal(status, 1);
    assert.match(text, /Skipped \(CI: each fails the run\)\n.*b: no slapd/);
    write('test/unit/a.test.ts', "it('a', () => {}); it.todo('later');");
    assert.equal((await run({ env: { CI: '1' } })).status, 1);
  });

  it('fails when a suite is there without a test, or nothing ran at all', async () => {
    assert.equal((await run()).status, 1);
    mkdirSync(join(root, 'test/unit'), { recursive: true });
    const { text, status } = await run();
    assert.match(text, /no test: it holds no \*\.test\.ts|test\/unit: \(file\)/);
    assert.equal(status, 1);
  });

  it('runs only the suite, file or test that was asked for', async () => {
    write('test/unit/a.test.ts', "it('apple', () => {}); it('pear', () => { throw new Error('x'); });");
    write('test/facade/b.test.ts', "it('apple', () => {});");
    const suites = [quick, { ...quick, name: 'facade' }];
    assert.match((await run({ suites, wanted: ['facade'] })).text, /\n1 passed, 0 failed, 0 skipped\n$/);
    assert.match((await run({ suites, wanted: ['unit/a'] })).text, /\n1 passed, 1 failed, 0 skipped\n$/);
    assert.match((await run({ suites, namePattern: '^apple$' })).text, /\n2 passed, 0 failed, 0 skipped\n$/);
    const none = await run({ suites, wanted: ['unti'] });
    assert.match(none.text, /no such suite or test file: unti; suites: unit, facade/);
    assert.equal(none.status, 1);
  });

  it('hides the settings of the person at the keyboard from the tests', async () => {
    write(
      'test/unit/a.test.ts',
      "it('a', () => assert.deepEqual([process.env.SIDECAR_LDAP_PORT, process.env.SIDECAR_TEST_CACHE], [undefined, '/c']));",
    );
    assert.equal((await run({ env: { SIDECAR_LDAP_PORT: '389', SIDECAR_TEST_CACHE: '/c' } })).status, 0);
  });

  it('ends what runs when it is interrupted', async () => {
    write('test/unit/a.test.ts', "it('a', () => new Promise(() => {})); setInterval(() => {}, 1000);");
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 700);
    const { text, status } = await run({ signal: controller.signal });
    assert.match(text, /killed, interrupted/);
    assert.equal(status, 130);
  });
});

describe('the arguments of the runner', () => {
  it('takes suites, paths and a name pattern, and refuses what it does not know', () => {
    assert.deepEqual(parseArguments(['unit', '--name', 'x']), { wanted: ['unit'], namePattern: 'x', help: false });
    assert.throws(() => parseArguments(['--watch']), /--watch/);
  });
});

function write(path: string, text: string): void {
  const source = path.endsWith('.ts') ? `${head}import assert from 'node:assert/strict';\n${text}\n` : text;
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), source);
}

async function run(options: Partial<RunTestsOptions> = {}): Promise<{ text: string; status: number }> {
  let text = '';
  const status = await runTests({
    root,
    suites: [quick],
    signal: new AbortController().signal,
    wanted: [],
    namePattern: undefined,
    write: (part) => {
      text += part;
    },
    ...options,
    env: { PATH: process.env.PATH, ...options.env },
  });
  return { text, status };
}

async function isGone(pid: number): Promise<boolean> {
  for (let attempt = 0; attempt < 40; attempt++) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    // Killed but not yet reaped by the machine's first process: it has no command line any more.
    if (process.platform === 'linux' && readFileSync(`/proc/${pid}/cmdline`, 'utf8') === '') return true;
    await sleep(50);
  }
  return false;
}
