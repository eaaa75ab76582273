import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { inspectMappingFiles, inspectMappingTexts, readMappingFiles } from '../../../sidecar/config/mapping-files.ts';
import { DomainError } from '../../../sidecar/core/errors.ts';
import { measureCpuMs } from '../../support/cpu-time.ts';

const folders: string[] = [];

function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'mappings-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

/** The faults of one file `m.yaml`, the folder's name taken off. */
function faultsOf(files: string | Uint8Array | Readonly<Record<string, string | Uint8Array>>): readonly string[] {
  const folder = folderWith(typeof files === 'string' || files instanceof Uint8Array ? { 'm.yaml': files } : files);
  try {
    readMappingFiles(folder);
  } catch (error) {
    assert.ok(error instanceof DomainError);
    assert.equal(error.code, 'invalid_input');
    const [heading = '', ...lines] = error.message.replaceAll(`${folder}/`, '').split('\n');
    assert.match(heading, /^\d+ faults? in the mapping files:$/);
    return lines.map((line) => line.trim());
  }
  return [];
}

const rules = (...lines: readonly string[]) => ['version: 1', 'rules:', ...lines].join('\n');

describe('mapping files', () => {
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });

  it('are merged into defaults and rules in canonical names', () => {
    const folder = folderWith({
      'a.yaml': '\ufeffversion: 1\ndefaults: { grant: [LogOn, LogOn] }\n',
      'b.yaml': rules(
        '  - name: auditors',
        '    when: { group: "Legal-*@MÜNCHEN.test" }',
        '    grant: [ExportEmail, "ReadArchive:*", "ReadArchive:group:Staff@Example.com"]',
        '    roles: [auditor]',
        '  - { name: no, when: { group: c@x.test }, deny: [LogOn] }',
      ),
      'b.test.yaml': 'not: a mapping',
      'notes.txt': '- not yaml: [',
      '.hidden.yaml': '[',
    });
    mkdirSync(join(folder, 'sub.yaml'));
    const { mapping, warnings } = readMappingFiles(folder);
    assert.deepEqual(mapping, {
      defaults: ['LogOn'],
      rules: [
        {
          name: 'auditors',
          when: { group: 'legal-*@xn--mnchen-3ya.test' },
          grant: ['ExportEmail', 'ReadArchive:*', 'ReadArchive:group:staff@example.com'],
          deny: [],
          roles: ['auditor'],
        },
        { name: 'no', when: { group: 'c@x.test' }, grant: [], deny: ['LogOn'], roles: [] },
      ],
    });
    assert.deepEqual(warnings, []);
  });

  it('that come with the product grant LogOn and ReadOwnArchive', () => {
    const { files, ...loaded } = readMappingFiles(fileURLToPath(new URL('../../../mappings', import.meta.url)));
    const mapping = { defaults: ['LogOn', 'ReadOwnArchive'], rules: [] };
    assert.deepEqual(loaded, { mapping, absence: undefined, warnings: [], places: new Map() });
    const again = inspectMappingTexts(files);
    assert.deepEqual(again, { isSound: true, ...loaded, files });
  });

  for (const [what, folder] of [
    ['a missing folder', () => join(folderWith({}), 'none')],
    ['an empty folder', () => folderWith({})],
    ['a folder without mapping files', () => folderWith({ 'x.test.yaml': '' })],
  ] as const) {
    it(`grant the defaults, with a warning, for ${what}`, () => {
      const { mapping, warnings } = readMappingFiles(folder());
      assert.deepEqual(mapping, { defaults: ['LogOn', 'ReadOwnArchive'], rules: [] });
      assert.match(
        warnings.join(),
        /(?:no mapping file \(\*\.yaml\) in|there is no folder) .*: every user gets LogOn and ReadOwnArchive/,
      );
    });
  }

  it('keep the defaults when only rules are given, and none when the list is empty', () => {
    assert.deepEqual(readMappingFiles(folderWith({ 'a.yaml': 'version: 1' })).mapping.defaults, [
      'LogOn',
      'ReadOwnArchive',
    ]);
    const none = readMappingFiles(folderWith({ 'a.yaml': 'version: 1\ndefaults: { grant: [] }' }));
    assert.deepEqual(none.mapping.defaults, []);
  });

  it('are found behind links, as containers mount them', () => {
    const target = folderWith({ 'data.yaml': 'version: 1\ndefaults: { grant: [LogOn] }' });
    const folder = folderWith({});
    symlinkSync(join(target, 'data.yaml'), join(folder, 'm.yaml'));
    assert.deepEqual(readMappingFiles(folder).mapping.defaults, ['LogOn']);
  });

  it('report every fault at once, with file, line, column and remedy', () => {
    const faults = faultsOf({
      'a.yaml': [
        'version: 2',
        'default: { grant: [LogOn] }',
        'rules:',
        '  - name: one',
        '    when: { grup: staff@example.com }',
        '    grant: [Loggon, ReadArchive, "ReadArchiv:*", "ReadArchive:bob"]',
        '    roles: [administrator]',
      ].join('\n'),
      'b.yaml': rules('  - name: one', '    when: { group: staff@example.com }', '    grant: LogOn'),
      'c.yaml': '',
    });
    assert.deepEqual(faults, [
      'a.yaml:2:1: a mapping file knows no key "default"; did you mean defaults?',
      'a.yaml:1:10: version must be 1: write "version: 1" at the top of the file',
      'a.yaml:5:13: when knows no key "grup"; did you mean group?',
      'a.yaml:6:13: unknown privilege "Loggon"; did you mean LogOn?',
      'a.yaml:6:21: "ReadArchive" names no archive; write ReadArchive:bob@example.com, ReadArchive:group:staff@example.com or "ReadArchive:*"',
      'a.yaml:6:34: unknown privilege "ReadArchiv:*"; did you mean ReadArchive?',
      'a.yaml:6:50: "ReadArchive:bob" names no archive; write ReadArchive:bob@example.com, ReadArchive:group:staff@example.com or "ReadArchive:*"',
      'a.yaml:7:13: "administrator" cannot be a role: up to 64 letters, digits, spaces, ".", "_" and "-", beginning with a letter or digit, and not the name of a privilege',
      'b.yaml:5:12: grant must be a list, such as [LogOn, ReadOwnArchive]',
      'c.yaml:1:1: the file is empty: write "version: 1", or remove it',
      'b.yaml:3:11: a rule "one" is there already, at a.yaml:4:11; give one of them another name',
    ]);
  });

  for (const [what, content, fault] of [
    ['no version', 'rules: []', /^m.yaml:1:1: version must be 1/],
    [
      'a list for a file',
      '- a',
      /^m.yaml:1:1: a mapping file must be a section with version, defaults, rules, constraints$/,
    ],
    ['rules that are no list', 'version: 1\nrules: { a: b }', /^m.yaml:2:8: rules must be a list/],
    ['a rule that is a text', rules('  - hello'), /^m.yaml:3:5: a rule must be a section/],
    [
      'a rule without a name',
      rules('  - { when: { group: a@x.test }, grant: [LogOn] }'),
      /name of a rule must be a text/,
    ],
    ['a rule without when', rules('  - { name: a, grant: [LogOn] }'), /does not say when it applies/],
    ['a rule without effect', rules('  - { name: a, when: { group: a@x.test } }'), /this rule does nothing/],
    [
      'an unknown effect',
      rules('  - { name: a, when: { group: a@x.test }, gant: [LogOn] }'),
      /no key "gant"; did you mean grant/,
    ],
    [
      'a pattern like a regular expression',
      rules('  - { name: a, when: { group: "^(a|b)+$" }, grant: [] }'),
      /m.yaml:3:31: "\^\(a\|b\)\+\$" is no address/,
    ],
    [
      'a list for a group',
      rules('  - { name: a, when: { group: [a@x.test] }, grant: [] }'),
      /when.group must be a text/,
    ],
    ['a double key', 'version: 1\nversion: 1', /^m.yaml:2:1: .*twice/],
    ['a tab', 'version: 1\nrules:\n\t- a', /^m.yaml:3:1: a tab is used as indentation/],
    ['text that is no YAML', 'version: [1', /^m.yaml:1:\d+: /],
    [
      'an alias bomb',
      `version: 1\na: &a [x]\n${Array.from({ length: 50 }, (_, n) => `b${n}: [*a, *a]`).join('\n')}`,
      /aliases/,
    ],
    ['deep nesting', `version: ${'['.repeat(1_000_000)}`, /^m.yaml:1:510: nested too deep/],
    ['deep nesting of maps', `version: ${'{a: '.repeat(200_000)}`, /^m.yaml:1:\d+: nested too deep/],
    ['deep nesting of lists', `version: 1\nrules:\n  ${'- '.repeat(400_000)}a`, /^m.yaml:3:1003: nested too deep/],
    [
      'deep nesting by indentation',
      `version: 1\n${Array.from({ length: 1000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')}`,
      /nested too deep/,
    ],
    ['bytes that are no UTF-8', new Uint8Array([0x61, 0xff, 0xfe]), /m.yaml is not UTF-8/],
    ['10 MB', ' '.repeat(10_000_000), /m.yaml is larger than 1048576 bytes/],
    ['a key of an object', 'version: 1\n__proto__: { grant: [Administrator] }', /knows no key "__proto__"/],
    ['null where defaults belong', 'version: 1\ndefaults:', /^m.yaml:2:\d+: defaults must be a section with grant/],
  ] as const) {
    it(`refuse ${what}`, () => {
      let faults: readonly string[] = [];
      const tookMs = measureCpuMs(() => {
        faults = faultsOf(content);
      });
      assert.match(faults.find((each) => fault.test(each)) ?? faults[0] ?? '', fault);
      assert.ok(tookMs < 1000, `took ${tookMs} ms`);
    });
  }

  it('refuse a rule name used twice, and defaults in two files, naming both places', () => {
    const rule = rules('  - { name: a, when: { group: a@x.test }, grant: [LogOn] }');
    const defaults = '\ndefaults: { grant: [LogOn] }';
    const faults = faultsOf({ 'a.yaml': rule + defaults, 'b.yaml': rule + defaults });
    assert.deepEqual(faults, [
      'b.yaml:3:13: a rule "a" is there already, at a.yaml:3:13; give one of them another name',
      'b.yaml:4:11: defaults are stated already, at a.yaml:4:11; state them in one file',
    ]);
  });

  it('are not taken for missing when the folder cannot be listed', () => {
    const folder = folderWith({ file: '' });
    assert.throws(
      () => readMappingFiles(join(folder, 'file')),
      /cannot be listed \(ENOTDIR\); check mappings\.directory/,
    );
  });

  it('are read in time with 10,000 rules, and refused with more', () => {
    const many = (count: number, from = 0) =>
      rules(
        ...Array.from(
          { length: count },
          (_, index) => `- {name: r${from + index}, when: {group: g${index}@x.test}, grant: [LogOn]}`,
        ),
      );
    const folder = folderWith({ 'a.yaml': many(10_000) });
    const tookMs = measureCpuMs(() => assert.equal(readMappingFiles(folder).mapping.rules.length, 10_000));
    assert.ok(tookMs < 3000, `took ${tookMs} ms`);
    assert.match(faultsOf({ 'a.yaml': many(6000), 'b.yaml': many(6000, 6000) }).join(), /more than 10000 rules/);
  });

  it('warn of a constraint on a role that no rule gives, for it may be a slip of the pen', () => {
    const folder = folderWith({
      'a.yaml': `${rules('  - { name: a, when: { user: a@x.test }, roles: [auditor] }')}
constraints:
  never: [Adminstrator, auditor]
  atMost: { auditr: 3 }`,
    });
    const warnings = readMappingFiles(folder).warnings.map((text) => text.replace(`${folder}/`, ''));
    assert.deepEqual(warnings, [
      'a.yaml:5:11: no rule gives the role "Adminstrator": the constraint guards nothing; did you mean Administrator?',
      'a.yaml:6:13: no rule gives the role "auditr": the constraint guards nothing; did you mean auditor?',
    ]);
  });

  it('are inspected without an exception: every fault with its place', () => {
    const folder = folderWith({ 'a.yaml': 'version: 2\nrules: []\nmore: x' });
    const inspected = inspectMappingFiles(folder);
    assert.ok(!inspected.isSound);
    assert.deepEqual(
      inspected.faults.map(({ at }) => at?.replace(`${folder}/`, '')),
      ['a.yaml:3:1', 'a.yaml:1:10'],
    );
  });

  it('hold 8 MiB together at most, which is said before more is read', () => {
    const rest = `version: 1\n#${'x'.repeat(1024 * 1024 - 100)}\n`;
    const files = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, number) => [`${number}.yaml`, rest]));
    assert.deepEqual(faultsOf(files(8)), []);
    assert.match(
      faultsOf(files(9)).join('\n'),
      /^the mapping files in \S+ hold more than 8 MiB together; take out what is no rule, and name groups in place of people$/,
    );
  });

  it('show fifty faults of many, and count the rest', () => {
    const faults = faultsOf(rules(...Array.from({ length: 80 }, () => '  - x')));
    assert.deepEqual([faults.length, faults.at(-1)], [51, 'and 30 more']);
  });

  it('warn of a file that ends in .yml, and of a denial that takes nothing away', () => {
    const folder = folderWith({
      'a.yml': '',
      'b.yaml': rules(
        '  - { name: all, when: { group: a@x.test }, grant: ["ReadArchive:*"] }',
        '  - { name: not bob, when: { group: b@x.test }, deny: ["ReadArchive:bob@x.test", "WriteArchive:bob@x.test"] }',
      ),
    });
    const warnings = readMappingFiles(folder).warnings.map((text) => text.replace(`${folder}/`, ''));
    assert.deepEqual(warnings, [
      'a.yml is ignored: a mapping file ends in .yaml',
      'b.yaml:4:56: denying ReadArchive:bob@x.test takes nothing away from who is granted ReadArchive:* (all)',
    ]);
  });
});
