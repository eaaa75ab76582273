import assert from 'node:assert/strict';
import { appendFile, truncate, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { createAuditMac, toAuditLine } from '../../../sidecar/observe/audit-line.ts';
import { buildLogin, createAuditWorld, secret } from './support/audit-world.ts';

describe('an audit log that was tampered with', () => {
  let world: Awaited<ReturnType<typeof createAuditWorld>>;
  beforeEach(async () => {
    world = await createAuditWorld();
    await world.write(['ann', 'bob', 'cleo', 'dan']);
  });
  afterEach(() => world.remove());

  /** The first fault, as line and text; the start of the run is line 1, ann is line 2. */
  async function firstFault() {
    const { faults } = await world.verify();
    return `${faults[0]?.line} ${faults[0]?.what}`;
  }

  it('is none when nobody did', async () => {
    const { faults, notes, lines, chains } = await world.verify();
    assert.deepEqual({ faults, notes, lines, chains }, { faults: [], notes: [], lines: 5, chains: 1 });
  });

  it('shows the one line that was edited', async () => {
    await world.edit((lines) => lines.map((line) => line.replace('"bob"', '"eve"')));
    const { faults } = await world.verify();
    assert.deepEqual(
      faults.map(({ file, line }) => ({ file, line })),
      [{ file: world.path, line: 3 }],
    );
    assert.match(faults[0]?.what ?? '', /altered/);
  });

  it('shows the line behind one that was removed', async () => {
    await world.edit((lines) => lines.toSpliced(2, 1));
    assert.match(await firstFault(), /^3 follows a gap: line 3 of chain .* missing before it/);
  });

  it('shows lines that were exchanged or repeated', async () => {
    await world.edit(([start = '', ann = '', bob = '', ...rest]) => [start, bob, ann, ...rest]);
    assert.match(await firstFault(), /^2 follows a gap/);
    await world.edit(([start = '', bob = '', ann = '', ...rest]) => [start, ann, ann, bob, ...rest]);
    assert.match(await firstFault(), /^3 stands in the wrong place: it is line 2/);
  });

  it('shows missing last lines, however they were cut', async () => {
    await world.edit((lines) => lines.slice(0, -2));
    assert.match(await firstFault(), /^undefined lines 4 to 5 of chain .* missing at its end/);
    await world.edit((lines) => lines.slice(0, 1));
    assert.match(await firstFault(), /lines 2 to 5/);
  });

  it('shows a line cut in the middle', async () => {
    const text = (await world.lines()).join('\n');
    await truncate(world.path, text.length - 40);
    assert.match(await firstFault(), /^5 is no whole audit line/);
  });

  it('shows a file that was emptied or removed, and a first line that is missing', async () => {
    await world.edit((lines) => lines.slice(1));
    assert.match(await firstFault(), /^1 follows a gap: line 1 /);
    await writeFile(world.path, '');
    assert.match(await firstFault(), /lines 1 to 5 of chain .* missing/);
  });

  it('shows lines that were made up', async () => {
    const [, , bob = ''] = await world.lines();
    await appendFile(world.path, `${bob.replace('"number":3', '"number":6')}\n{}\nnonsense\n`);
    const { faults } = await world.verify();
    assert.deepEqual(
      faults.map(({ line }) => line),
      [6, 7, 8],
    );
  });

  it('shows a whole run of lines under another key', async () => {
    await world.edit((lines) => lines.map((line) => line.replace(/"mac":"./, '"mac":"_')));
    assert.match(await firstFault(), /^1 was altered, or written under another key/);
  });

  it('shows a genuine line of another continuation, as when a write was undone and made anew', async () => {
    const [, , , , dan = ''] = await world.lines();
    const { chain, number } = JSON.parse(dan) as { chain: string; number: number };
    const place = { chain, number, previous: 'x'.repeat(43) };
    const other = toAuditLine(buildLogin('eve'), place, createAuditMac(secret));
    world.kept.clear();
    await world.edit((lines) => [...lines.slice(0, -1), other.text]);
    assert.match(await firstFault(), /^5 does not follow the line before it/);
  });

  it('shows an end that was altered or removed in the store', async () => {
    const [head] = [...world.kept.values()];
    assert.ok(head !== undefined);
    const lines = await world.lines();
    await world.edit((all) => all.slice(0, -1));
    const lastMac = /"mac":"([\w-]+)"/.exec(lines[3] ?? '')?.[1] ?? '';
    world.kept.set(head.chain, { ...head, lastNumber: 4, lastMac });
    assert.match(await firstFault(), /in the store was altered/);
    world.kept.clear();
    assert.match(await firstFault(), /the store knows no chain/);
  });

  it('names lines of any length and content without harm', async () => {
    await appendFile(world.path, `${'x'.repeat(300_000)}\n\u0000\n{"chain":[]}\n`);
    const { faults, lines } = await world.verify();
    assert.deepEqual(
      faults.map(({ line }) => line),
      [6, 7, 8],
    );
    assert.equal(lines, 8);
  });
});
