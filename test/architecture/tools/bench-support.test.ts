import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { median, medianOfThree } from '../../bench/support/medians.ts';
import { toFigureText } from '../../bench/support/print-figures.ts';
import { measureUsage, readProcessUsage } from '../../bench/support/process-usage.ts';

const onLinux = { skip: process.platform === 'linux' ? false : 'there is no /proc here' };

describe('the usage of a process', () => {
  it('counts the CPU time and memory of the other process, not of this one', onLinux, async () => {
    const source = `const kept = Buffer.alloc(64 * 1024 * 1024, 1);
      process.stdin.on('data', () => { const end = performance.now() + 300; while (performance.now() < end); process.stdout.write('x'); });
      process.stdin.on('end', () => process.exit(kept.length > 0 ? 0 : 1)); process.stdout.write('x');`;
    const child = spawn(process.execPath, ['-e', source], { stdio: ['pipe', 'pipe', 'inherit'] });
    const pid = child.pid ?? 0;
    try {
      await once(child.stdout, 'data');
      const idle = await measureUsage(pid, async () => {
        const end = performance.now() + 100;
        while (performance.now() < end);
      });
      assert.ok(idle.cpuMicros <= 40_000, `${idle.cpuMicros} µs`);
      const busy = await measureUsage(pid, async () => {
        child.stdin.write('go');
        await once(child.stdout, 'data');
        return 'done';
      });
      assert.equal(busy.result, 'done');
      assert.ok(busy.wallMs >= 290 && busy.cpuMicros >= 50_000, `${busy.cpuMicros} µs in ${busy.wallMs} ms`);
      assert.ok(busy.rssBytes > 64 * 1024 * 1024 && busy.peakRssBytes >= busy.rssBytes);
    } finally {
      child.stdin.end();
      await once(child, 'exit');
    }
    assert.throws(() => readProcessUsage(pid), /ENOENT|has ended/);
  });
});

describe('medians', () => {
  it('takes the middle value, or the mean of the two middle ones', () => {
    assert.equal(median([9, 1, 5]), 5);
    assert.equal(median([4, 1, 10, 2]), 3);
    assert.throws(() => median([]), TypeError);
  });

  it('takes the median of each figure by itself', async () => {
    const runs = [
      { binds: 100, searches: 7 },
      { binds: 300, searches: 9 },
      { binds: 200, searches: 1 },
    ];
    assert.deepEqual(await medianOfThree(async () => runs.shift() ?? { binds: 0, searches: 0 }), {
      binds: 200,
      searches: 7,
    });
  });
});

describe('the print of figures', () => {
  it('names the machine and shows about four digits', () => {
    const lines = toFigureText('ldap', [
      { name: 'search', value: 12_345.678, unit: 'searches/s' },
      { name: 'server CPU', value: 2.34567, unit: 'µs/search' },
      { name: 'failed', value: 0, unit: 'searches' },
    ]).split('\n');
    assert.equal(lines[0], 'ldap');
    assert.ok(
      lines[1]?.startsWith(`${availableParallelism()} cores (`) && lines[1].endsWith(`Node ${process.version}`),
    );
    assert.match(lines[4] ?? '', /^search +12,346 +searches\/s$/);
    assert.match(lines[5] ?? '', /^server CPU +2\.346 +µs\/search$/);
    assert.match(lines[6] ?? '', /^failed +0 +searches$/);
  });
});

describe('npm run bench', () => {
  it('lists the benchmarks when none or an unknown one is named', () => {
    const program = fileURLToPath(new URL('../../bench/run.ts', import.meta.url));
    const run = (...args: string[]) => spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
    assert.match(run().stderr, /^usage: npm run bench -- NAME \[options\]\nbenchmarks: /);
    const unknown = run('nothing');
    assert.match(unknown.stderr, /^no benchmark is called nothing\n/);
    assert.equal(unknown.status, 1);
  });
});
