import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { inspectMappingFiles, readMappingFiles } from '../../../sidecar/config/mapping-files.ts';
import { brokenFiles, faultsBeyondSchema, soundFiles, titleOf } from './mapping-cases.ts';

const folder = mkdtempSync(join(tmpdir(), 'mappings-'));

function write(text: string): string {
  writeFileSync(join(folder, 'm.yaml'), text);
  return folder;
}

describe('a mapping file', () => {
  after(() => rmSync(folder, { recursive: true }));

  for (const text of soundFiles) {
    it(`is taken: ${titleOf(text)}`, () =>
      assert.deepEqual(readMappingFiles(write(text)).warnings.filter(isFault), []));
  }

  for (const [text, fault] of [...brokenFiles, ...faultsBeyondSchema]) {
    it(`is refused: ${titleOf(text)}`, () => {
      const inspected = inspectMappingFiles(write(text));
      assert.ok(!inspected.isSound, 'it was taken');
      assert.ok(
        inspected.faults.some(({ message }) => fault.test(message)),
        inspected.faults.map(({ message }) => message).join('\n'),
      );
      for (const { at } of inspected.faults) assert.match(at ?? '', /m\.yaml:\d+:\d+$/);
    });
  }

  it('is given in canonical names, with places', () => {
    const { mapping, places } = readMappingFiles(
      write(`version: 1
defaults: { grant: [LogOn], newUsersOnly: true }
constraints:
  never: [[Administrator, "ReadArchive:*"], [ExportEmail, auditor]]
  atMost: { Administrator: 5 }
  protected: [CEO@Example.com]
rules:
  - name: everything
    when:
      - user: [Jane@Example.com, "*@BRANCH.example.com"]
        allGroups: [A@Example.com, B-*@example.com]
        nested: false
        domain: MÜNCHEN.test
        attribute: { admin: true, comment: "*Contractor*" }
        not: { group: c@example.com }
      - domain: [x.test]
    grant: ["ReadArchive:Bob@Example.com", LogOn, LogOn]
    roles: [auditor]
    from: 2026-11-01
    until: 2026-11-01T08:30
    reason: " ticket LEGAL-88 "
`),
      { timeZone: 'Europe/Prague' },
    );
    assert.deepEqual(mapping, {
      defaults: ['LogOn'],
      newUsersOnly: true,
      rules: [
        {
          name: 'everything',
          when: [
            {
              user: ['jane@example.com', '*@branch.example.com'],
              allGroups: ['a@example.com', 'b-*@example.com'],
              nested: false,
              domain: ['xn--mnchen-3ya.test'],
              attribute: {
                admin: ['administrator', 'domain_administrator', 'web_administrator'],
                comment: '*contractor*',
              },
              not: [{ group: 'c@example.com' }],
            },
            { domain: ['x.test'] },
          ],
          grant: ['ReadArchive:bob@example.com', 'LogOn'],
          deny: [],
          roles: ['auditor'],
          from: new Date('2026-10-31T23:00:00Z'),
          until: new Date('2026-11-01T07:30:00Z'),
          reason: 'ticket LEGAL-88',
        },
      ],
      constraints: {
        never: [
          ['Administrator', 'ReadArchive:*'],
          ['ExportEmail', 'auditor'],
        ],
        atMost: [{ name: 'Administrator', count: 5 }],
        protected: ['ceo@example.com'],
      },
    });
    assert.deepEqual([...places], [['everything', `${join(folder, 'm.yaml')}:8:11`]]);
  });
});

function isFault(warning: string): boolean {
  return !/takes nothing away|guards nothing/.test(warning);
}
