import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DomainError } from '../../../sidecar/core/errors.ts';
import type { Directory } from '../../../sidecar/core/model.ts';
import { BlockWriter } from '../../../sidecar/directory/block-writer.ts';
import { buildSnapshot } from '../../../sidecar/directory/builder.ts';
import type { Entry } from '../../../sidecar/directory/entries.ts';
import { RecordWriter } from '../../../sidecar/directory/record-writer.ts';
import { company, generateCompany } from './company.ts';
import { publishedAt } from './reading.ts';

const options = { baseDn: 'o=icewarp', publishedAt };
const run = promisify(execFile);
const mebibyte = 2 ** 20;

function build(directory: Directory, memory?: SharedArrayBuffer) {
  return buildSnapshot(directory, { ...options, memory });
}

describe('memory of a retired block', () => {
  it('takes the next block, which is what it would be in memory of its own', () => {
    const directories = [
      company,
      generateCompany(3000, 60),
      company,
      generateCompany(500, 10),
      generateCompany(4000, 9),
    ];
    let memory = build(generateCompany(600, 40)).memory;
    for (const directory of directories) {
      const reused = build(directory, memory);
      const own = build(directory);
      assert.equal(reused.memory, memory, 'not reused');
      assert.deepEqual(reused.header, own.header);
      const octetsOf = (block: typeof own) => Buffer.from(block.memory, 0, block.header.length);
      assert.ok(octetsOf(reused).equals(octetsOf(own)), 'something of an earlier block is left');
      memory = reused.memory;
    }
  });

  it('is left alone when it cannot grow', () => {
    const memory = new SharedArrayBuffer(mebibyte);
    assert.notEqual(build(company, memory).memory, memory);
    assert.ok(Buffer.from(memory).every((octet) => octet === 0));
  });

  it('is left for smaller memory when it is far too large', () => {
    const memory = new SharedArrayBuffer(200 * mebibyte, { maxByteLength: 256 * mebibyte });
    const { header, memory: taken } = build(company, memory);
    assert.notEqual(taken, memory);
    assert.ok(taken.byteLength < mebibyte);
    assert.ok(Buffer.from(taken, 0, header.length).equals(Buffer.from(build(company).memory, 0, header.length)));
  });

  it('keeps the process as large after 20 builds as after 2', async () => {
    const program = fileURLToPath(new URL('./build-again.ts', import.meta.url));
    // A small heap for new objects, lest its own growth is all that is seen.
    const { stdout } = await run(process.execPath, ['--max-semi-space-size=1', program, '800', '20']);
    const measured = JSON.parse(stdout) as NodeJS.MemoryUsage[];
    assert.equal(measured.length, 20);
    const grown = (key: keyof NodeJS.MemoryUsage) =>
      ((measured[19]?.[key] ?? Infinity) - (measured[1]?.[key] ?? 0)) / mebibyte;
    // A block takes 1.7 MiB: 30 in all, were they not reused.
    assert.ok(grown('rss') < 10, `rss + ${grown('rss')} MiB`);
    assert.ok(grown('external') < 1, `external + ${grown('external')} MiB`);
    assert.ok(grown('arrayBuffers') < 1, `arrayBuffers + ${grown('arrayBuffers')} MiB`);
  });
});

describe('a block under construction', () => {
  it('keeps what was laid down when it outgrows the address space held for it', () => {
    const block = new BlockWriter({ expected: 1, retired: new SharedArrayBuffer(8, { maxByteLength: 16 }) });
    block.append('first', Uint8Array.of(1, 2, 3));
    block.append('second', new Uint32Array(100_000).fill(7));
    const { sections, memory, length } = block.finish();
    assert.deepEqual(sections, { first: [0, 3], second: [8, 400_000] });
    assert.equal(length, 400_008);
    assert.deepEqual([...new Uint8Array(memory, 0, 8)], [1, 2, 3, 0, 0, 0, 0, 0]);
    assert.ok(new Uint32Array(memory, 8, 100_000).every((word) => word === 7));
  });

  const isRefusal = (text: RegExp) => (error: unknown) =>
    error instanceof DomainError && error.code === 'unsupported' && text.test(error.message);

  it('is refused beyond 16 GiB, with the remedy', () => {
    const block = new BlockWriter({ expected: 1 });
    assert.throws(() => block.take(16 * 1024 * mebibyte + 1), isRefusal(/more than 16 GiB.*fewer domains/));
  });

  it('is refused when its entries take more than 4 GiB', () => {
    const block = new BlockWriter({ expected: 1 });
    const full = { take: () => 0xffff_fff0, octets: block.octets, close() {}, append() {} };
    const name = { id: 0, text: 'o=x', normal: 'o=x' };
    const entry: Entry = { name, parent: 0, subtreeEnd: 1, attributes: [['o', ['x']]] };
    assert.throws(() => new RecordWriter(full, 1).write(entry), isRefusal(/more than 4 GiB.*fewer domains/));
  });
});
