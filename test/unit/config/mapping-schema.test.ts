import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { mappingKeys, mappingLimits } from '../../../sidecar/config/mapping-keys.ts';
import { archivePrivileges, plainPrivileges } from '../../../sidecar/core/mapping/rules.ts';
import { brokenFiles, soundFiles, titleOf } from './mapping-cases.ts';
import { isValid, type Schema } from './mapping-schema-check.ts';

const folder = new URL('../../../mappings/', import.meta.url);
const schema = JSON.parse(readFileSync(new URL('schema.json', folder), 'utf8')) as Schema & {
  readonly $defs: Readonly<Record<string, Schema & { readonly properties: Readonly<Record<string, Schema>> }>>;
};
// YAML 1.2 as editors read it.
const isValidFile = (text: string) => isValid(schema, parse(text));

describe('the schema of mapping files', () => {
  for (const text of soundFiles) it(`takes: ${titleOf(text)}`, () => assert.ok(isValidFile(text)));
  for (const [text] of brokenFiles) it(`refuses: ${titleOf(text)}`, () => assert.ok(!isValidFile(text)));

  it('takes the files that come with the product', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.yaml') && !name.endsWith('.test.yaml'));
    assert.ok(files.length > 0);
    for (const name of files) assert.ok(isValidFile(readFileSync(new URL(name, folder), 'utf8')), name);
  });

  it('knows the keys, privileges and bounds that the program knows', () => {
    const keysOf = (part: Schema | undefined) => Object.keys((part?.properties ?? {}) as Schema).sort();
    const { defaults, rule, condition, constraints, privilege, role } = schema.$defs;
    assert.ok(privilege && role);
    assert.deepEqual(keysOf(schema), [...mappingKeys.document].sort());
    assert.deepEqual(keysOf(defaults), [...mappingKeys.defaults].sort());
    assert.deepEqual(keysOf(rule), [...mappingKeys.rule].sort());
    assert.deepEqual(keysOf(condition), [...mappingKeys.condition].sort());
    assert.deepEqual(keysOf(condition?.properties.attribute), [...mappingKeys.attribute].sort());
    assert.deepEqual(keysOf(constraints), [...mappingKeys.constraints].sort());
    const [plain] = privilege.anyOf as readonly { readonly enum: readonly string[] }[];
    assert.deepEqual(plain?.enum, plainPrivileges);
    assert.deepEqual((role.not as { readonly enum: readonly string[] }).enum, [
      ...plainPrivileges,
      ...archivePrivileges,
    ]);
    assert.equal(rule?.properties.name?.maxLength, mappingLimits.nameLength);
    assert.equal(rule?.properties.reason?.maxLength, mappingLimits.reasonLength);
    assert.equal(schema.$defs.privileges?.maxItems, mappingLimits.listLength);
  });

  it('describes every key, so that editors can', () => {
    const undescribed = (part: unknown, path: string): readonly string[] => {
      if (typeof part !== 'object' || part === null) return [];
      const { properties = {} } = part as { readonly properties?: Readonly<Record<string, Schema>> };
      const own = Object.entries(properties)
        .filter(([, value]) => value.description === undefined && value.$ref === undefined)
        .map(([key]) => `${path}.${key}`);
      return [...own, ...Object.entries(part).flatMap(([key, value]) => undescribed(value, `${path}.${key}`))];
    };
    assert.deepEqual(undescribed(schema, 'schema'), []);
  });
});
