import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';

const page = new URL('../../docs/conformance.md', import.meta.url);

describe('docs/conformance.md', () => {
  it('names tests that are there, and one for each requirement', async () => {
    const rows = (await readFile(page, 'utf8')).split('\n').filter((line) => /^\| (?!§|---)/.test(line));
    assert.ok(rows.length > 60, `${rows.length} rows`);
    const sources = new Map<string, Promise<string>>();
    const missing: string[] = [];
    for (const row of rows) {
      const [, file = '', name = ''] = /^.*\| `([\w/-]+)` (.*?) \|$/.exec(row) ?? [];
      if (!sources.has(file)) {
        sources.set(
          file,
          readFile(new URL(`../${file}.test.ts`, import.meta.url), 'utf8').catch(() => ''),
        );
      }
      if (name === '' || !(await sources.get(file))?.includes(name)) missing.push(row);
    }
    assert.deepEqual(missing, []);
  });
});
