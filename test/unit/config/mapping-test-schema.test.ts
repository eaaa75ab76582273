import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { testKeys } from '../../../sidecar/config/mapping-tests.ts';
import { titleOf } from './mapping-cases.ts';
import { isValid, type Schema } from './mapping-schema-check.ts';
import { brokenTestFiles, soundTestFile } from './mapping-test-cases.ts';

type Definitions = { readonly $defs: Readonly<Record<string, Schema>> };
const load = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../mappings/${name}`, import.meta.url), 'utf8')) as Schema & Definitions;
const schema = load('test-schema.json');
const isValidFile = (text: string) => isValid(schema, parse(text));

describe('the schema of files of tests', () => {
  it('takes a file with every key, and one without a test', () => {
    assert.ok(isValidFile(soundTestFile));
    assert.ok(isValidFile('version: 1\ntests: []\n'));
  });

  for (const [text] of brokenTestFiles) it(`refuses: ${titleOf(text)}`, () => assert.ok(!isValidFile(text)));

  it('knows the keys that the program knows', () => {
    const { properties } = schema.$defs.test ?? {};
    assert.deepEqual(Object.keys(properties as Schema).sort(), [...testKeys].sort());
  });

  it('says of privileges, roles, addresses and times what the schema of mapping files says', () => {
    const rules = load('schema.json').$defs;
    for (const name of ['privileges', 'privilege', 'role', 'address', 'time']) {
      assert.deepEqual(schema.$defs[name], rules[name] ?? assert.fail(name));
    }
  });
});
