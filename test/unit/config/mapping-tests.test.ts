import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { readMappingTests } from '../../../sidecar/config/mapping-tests.ts';
import { messageOf } from '../../../sidecar/core/errors.ts';
import { brokenTestFiles, soundTestFile } from './mapping-test-cases.ts';

const folder = mkdtempSync(join(tmpdir(), 'mappings-'));

function read(text: string) {
  writeFileSync(join(folder, 'm.test.yaml'), text);
  return readMappingTests(folder, { timeZone: 'Europe/Prague' });
}

describe('files of tests', () => {
  after(() => rmSync(folder, { recursive: true }));

  it('give expectations in canonical names', () => {
    const tests = read(soundTestFile);
    const none = { privileges: [], roles: [] };
    assert.deepEqual(tests, [
      {
        name: 'alice exports',
        subject: { kind: 'user', name: 'alice' },
        at: undefined,
        expect: { privileges: ['ExportEmail', 'ReadArchive:bob@example.com'], roles: ['auditor'] },
        forbid: none,
        place: `${join(folder, 'm.test.yaml')}:3:5`,
      },
      {
        name: 'new@example.com in auditors@example.com',
        subject: {
          kind: 'stated',
          groups: ['auditors@example.com'],
          address: 'new@example.com',
          admin: 'administrator',
          comment: 'Contractor',
        },
        at: new Date('2026-11-30T23:00:00Z'),
        expect: none,
        forbid: { privileges: ['Administrator'], roles: [] },
        place: `${join(folder, 'm.test.yaml')}:6:5`,
      },
    ]);
  });

  for (const [text, fault] of brokenTestFiles) {
    it(`are refused: ${text.replace(/\s+/g, ' ')}`, () => {
      assert.throws(
        () => read(text),
        (error) => fault.test(messageOf(error)) && /tests of the mapping/.test(messageOf(error)),
      );
    });
  }
});
