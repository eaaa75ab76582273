import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { checkMappings } from '../../../sidecar/application/check-mappings.ts';
import { explainArchive } from '../../../sidecar/application/explain-archive.ts';
import { testMappings } from '../../../sidecar/application/test-mappings.ts';
import { readMappingFiles } from '../../../sidecar/config/mapping-files.ts';
import { readMappingTests } from '../../../sidecar/config/mapping-tests.ts';
import { compileMapping, evaluateMapping } from '../../../sidecar/core/mapping/evaluate.ts';
import type { Mapping } from '../../../sidecar/core/mapping/rules.ts';
import { aDirectory, userAt } from '../core/mapping/support/a-directory.ts';

/** The people of the demo that the page names. */
const directory = aDirectory({
  users: {
    'admin@example.com': { admin: 'administrator' },
    'alice@example.com': {},
    'bob@example.com': { aliases: ['robert@example.com'] },
    'heidi@example.com': { comment: 'Trainee' },
    'judy@example.org': {},
    'postmaster@example.org': { admin: 'domain_administrator' },
  },
  groups: {
    'auditors@example.com': ['legal-team@example.com', 'judy@example.org'],
    'legal-team@example.com': ['alice@example.com'],
    'archive-admins@example.com': ['bob@example.com'],
  },
});
const now = new Date('2026-11-24T10:00:00Z');
const page = readFileSync(new URL('../../../docs/guides/mapping.md', import.meta.url), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'mapping-guide-'));

/** The YAML blocks below a heading. */
function blocksBelow(heading: string): readonly string[] {
  const section = page.split(/^#+ /m).find((part) => part.startsWith(heading));
  assert.ok(section, `the page has a section ${heading}`);
  return [...section.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, yaml = '']) => yaml);
}

function mappingOf(heading: string): Mapping {
  const [yaml] = blocksBelow(heading);
  assert.ok(yaml);
  writeFileSync(join(folder, 'm.yaml'), yaml);
  const { mapping, warnings, places } = readMappingFiles(folder);
  assert.deepEqual(warnings, []);
  const { breaches, warnings: doubts } = checkMappings({
    mapping,
    places,
    directory,
    now,
    findNearest: () => undefined,
  });
  assert.deepEqual([breaches, doubts], [[], []]);
  return mapping;
}

function rightsOf(mapping: Mapping, login: string, at = now): string {
  const compiled = compileMapping(mapping, directory.groups.values(), at);
  const { privileges, roles } = evaluateMapping(compiled, userAt(directory, login));
  return [...privileges, ...roles].join(' ');
}

describe('the guide to mapping', () => {
  after(() => rmSync(folder, { recursive: true }));

  for (const [heading, rights] of [
    [
      'Mapping groups',
      [
        ['alice@example.com', 'ExportEmail LogOn ReadArchive:* ReadOwnArchive auditor'],
        ['bob@example.com', 'LogOn ReadOwnArchive'],
      ],
    ],
    [
      '1. ',
      [
        ['alice@example.com', 'ExportEmail LogOn ReadArchive:* ReadOwnArchive auditor'],
        ['bob@example.com', 'Administrator LogOn ReadOwnArchive'],
      ],
    ],
    [
      '2. ',
      [
        ['judy@example.org', ''],
        ['postmaster@example.org', 'LogOn ReadOwnArchive'],
        ['alice@example.com', 'LogOn ReadOwnArchive'],
      ],
    ],
    ['3. ', [['alice@example.com', 'LogOn ReadArchive:bob@example.com ReadOwnArchive']]],
    [
      '5. ',
      [
        ['bob@example.com', 'Administrator LogOn ReadOwnArchive'],
        ['judy@example.org', 'LogOn ReadArchive:admin@example.com ReadOwnArchive'],
      ],
    ],
  ] as const) {
    it(`gives what it says in "${heading}"`, () => {
      const mapping = mappingOf(heading);
      for (const [login, expected] of rights) assert.equal(rightsOf(mapping, login), expected, login);
    });
  }

  it('takes the archive of example 3 away by itself', () => {
    const mapping = mappingOf('3. ');
    const readers = (at: string) =>
      explainArchive(directory, mapping, 'bob', new Date(at)).holders.map(({ login }) => login);
    assert.deepEqual(readers('2026-11-30T23:59Z'), ['alice@example.com', 'bob@example.com']);
    assert.deepEqual(readers('2026-12-01T00:00Z'), ['bob@example.com']);
  });

  it('gives what it says in example 4, and nothing to a trainee', () => {
    const [yaml = ''] = blocksBelow('4. ');
    writeFileSync(join(folder, 'm.yaml'), yaml);
    const { mapping } = readMappingFiles(folder);
    const deputy = 'LogOn ReadArchive:group:legal-team@example.com ReadOwnArchive deputy';
    assert.equal(rightsOf(mapping, 'alice@example.com'), deputy);
    assert.equal(rightsOf(mapping, 'heidi@example.com'), 'LogOn ReadOwnArchive deputy');
    assert.equal(rightsOf(mapping, 'judy@example.org'), 'LogOn ReadOwnArchive');
  });

  it('has tests that pass for its first example', () => {
    const mapping = mappingOf('1. ');
    const [yaml = ''] = blocksBelow('Before a change');
    writeFileSync(join(folder, 'm.test.yaml'), yaml);
    const results = testMappings(directory, mapping, readMappingTests(folder), now);
    assert.deepEqual(
      results.map(({ failures }) => failures),
      [[], [], []],
    );
  });

  it('has no example that is not tried here', () => {
    assert.equal([...page.matchAll(/^```yaml$/gm)].length, 7);
  });
});
