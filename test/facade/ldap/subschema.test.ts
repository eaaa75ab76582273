import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { bool, text, tlv } from './support/ber.ts';
import { type LdapWorld, startWorld } from './support/ldap-world.ts';
import type { Answer, RawClient } from './support/raw-client.ts';
import { equal, type SearchParts, searchRequest } from './support/requests.ts';
import { type Definition, parseDefinition } from './support/schema-parser.ts';

const kinds = ['attributeTypes', 'objectClasses', 'matchingRules', 'matchingRuleUse', 'ldapSyntaxes'];

describe('the subschema', () => {
  let world: LdapWorld;
  let nobody: RawClient;
  let reader: RawClient;
  let schema: Readonly<Record<string, readonly Definition[]>>;
  before(async () => {
    world = await startWorld();
    nobody = await world.connect();
    reader = await world.connectReader();
    const [entry] = await read({ attributes: kinds });
    schema = Object.fromEntries(
      kinds.map((kind) => [kind, (entry?.attributes[kind] ?? []).map((value) => parseDefinition(kind, value))]),
    );
  });
  after(() => world.stop());

  async function search(parts: SearchParts, client = nobody): Promise<{ entries: Answer[]; done: Answer }> {
    client.send(searchRequest(1, { base: 'cn=subschema', scope: 0, ...parts }));
    return client.searchResult();
  }
  async function read(parts: SearchParts = {}) {
    const { entries, done } = await search(parts);
    assert.equal(done.code, 0);
    return entries.map(({ entry }) => entry);
  }
  const namesOf = ({ oid, clauses }: Definition) => [oid, ...(clauses.get('NAME') ?? [])];
  const find = (kind: string, name: string) =>
    schema[kind]?.find((one) => namesOf(one).some((own) => own.toLowerCase() === name.toLowerCase()));
  const clause = (kind: string, name: string, word: string) => find(kind, name)?.clauses.get(word);

  it('is shown to everybody, by any spelling of its name', async () => {
    for (const base of ['cn=subschema', 'CN=Subschema', ' commonName = SubSchema ', '2.5.4.3=#0409737562736368656d61'])
      assert.deepEqual(
        (await read({ base })).map((entry) => entry?.dn),
        ['cn=subschema'],
      );
  });

  it('shows its user attributes, and the others when asked for', async () => {
    const [plain] = await read();
    assert.deepEqual(plain, {
      dn: 'cn=subschema',
      attributes: { objectClass: ['top', 'subentry', 'subschema'], cn: ['subschema'] },
    });
    const [all] = await read({ attributes: ['*', '+'] });
    for (const kind of kinds) assert.ok((all?.attributes[kind]?.length ?? 0) > 5, kind);
    const [one] = await read({ attributes: ['ATTRIBUTETYPES'], typesOnly: true });
    assert.deepEqual(one?.attributes, { attributeTypes: [] });
    const [byClass] = await read({ attributes: ['@subschema'] });
    assert.deepEqual(Object.keys(byClass?.attributes ?? {}).sort(), kinds.slice(0, 4).sort());
  });

  it('obeys filter and scope', async () => {
    assert.equal((await read({ filter: equal('objectClass', 'subschema') })).length, 1);
    assert.equal((await read({ filter: equal('objectClass', '2.5.20.1') })).length, 1);
    assert.equal((await read({ filter: equal('attributeTypes', '2.5.4.3') })).length, 1);
    assert.equal((await read({ filter: equal('attributeTypes', '2.5.4.3.99') })).length, 0);
    assert.equal((await read({ filter: equal('objectClass', 'person') })).length, 0);
    assert.deepEqual([(await read({ scope: 2 })).length, (await read({ scope: 1 })).length], [1, 0]);
  });

  it('is all that is shown outside the tree', async () => {
    assert.equal((await search({ base: 'cn=subschema,o=icewarp' })).done.code, 50);
    assert.equal((await search({ base: 'cn=config' })).done.code, 50);
    assert.equal((await search({ base: 'cn=config' }, reader)).done.code, 32);
    assert.equal((await search({ base: 'subschema' }, reader)).done.code, 34);
  });

  it('is there before any directory is', async () => {
    const { snapshot } = world;
    world.snapshot = undefined;
    assert.equal((await read()).length, 1);
    world.snapshot = snapshot;
  });

  it('gives each definition an OID and names of its own', () => {
    for (const kind of kinds) {
      const all = (schema[kind] ?? []).flatMap((one) => namesOf(one).map((name) => name.toLowerCase()));
      assert.equal(new Set(all).size, all.length, kind);
    }
  });

  it('names nothing that it does not define', () => {
    const named = (kind: string, word: string) =>
      (schema[kind] ?? []).flatMap(({ clauses }) => clauses.get(word) ?? []);
    for (const word of ['EQUALITY', 'ORDERING', 'SUBSTR'])
      for (const rule of named('attributeTypes', word)) assert.ok(find('matchingRules', rule), rule);
    for (const syntax of [...named('attributeTypes', 'SYNTAX'), ...named('matchingRules', 'SYNTAX')])
      assert.ok(find('ldapSyntaxes', syntax), syntax);
    for (const word of ['MUST', 'MAY'])
      for (const name of named('objectClasses', word)) assert.ok(find('attributeTypes', name), name);
    for (const name of named('objectClasses', 'SUP')) assert.ok(find('objectClasses', name), name);
    for (const { oid, clauses } of schema.matchingRuleUse ?? []) {
      assert.ok(find('matchingRules', oid), oid);
      for (const name of clauses.get('APPLIES') ?? []) assert.ok(find('attributeTypes', name), name);
    }
  });

  it('defines every attribute and class that is served, and lets each class have what its entries have', async () => {
    reader.send(searchRequest(2, { attributes: ['*', '+'] }));
    const { entries } = await reader.searchResult();
    const [rootDse] = await read({ base: '' });
    const [own] = await read({ attributes: ['*', '+'] });
    const operational = (name: string) => clause('attributeTypes', name, 'USAGE') !== undefined;
    const allowed = (className: string): string[] => [
      ...(clause('objectClasses', className, 'MUST') ?? []),
      ...(clause('objectClasses', className, 'MAY') ?? []),
      ...(clause('objectClasses', className, 'SUP') ?? []).flatMap(allowed),
    ];
    assert.ok(entries.length > 20);
    for (const entry of [...entries.map((answer) => answer.entry), rootDse, own]) {
      const classes = entry?.attributes.objectClass ?? [];
      const may = new Set(classes.flatMap(allowed));
      for (const name of classes) assert.ok(find('objectClasses', name), name);
      for (const [name, values] of Object.entries(entry?.attributes ?? {})) {
        assert.ok(find('attributeTypes', name), name);
        if (!operational(name)) assert.ok(may.has(name), `${name} of ${entry?.dn}`);
        if (clause('attributeTypes', name, 'SINGLE-VALUE') !== undefined) assert.ok(values.length <= 1, name);
      }
      for (const className of classes)
        for (const name of clause('objectClasses', className, 'MUST') ?? [])
          assert.ok(entry?.attributes[name], `${name} of ${entry?.dn}`);
    }
  });

  it('has our own classes, below a UUID', () => {
    for (const name of ['icewarpAccount', 'icewarpGroup']) {
      const own = find('objectClasses', name);
      assert.match(own?.oid ?? '', /^2\.25\.\d{20,39}\.2\.\d$/);
      assert.ok(own?.clauses.has('AUXILIARY'));
    }
    assert.ok(clause('objectClasses', 'icewarpAccount', 'MAY')?.includes('memberOf'));
  });

  it('lists the rules that filters really apply', async () => {
    const count = async (filter: Buffer) => {
      reader.send(searchRequest(3, { filter: tlv(0xa1, filter, tlv(0xa2, filter)) }));
      const { entries, done } = await reader.searchResult();
      assert.equal(done.code, 0);
      return entries.length;
    };
    const values: Readonly<Record<string, string>> = {
      '1.3.6.1.4.1.1466.115.121.1.7': 'TRUE',
      '1.3.6.1.4.1.1466.115.121.1.12': 'o=icewarp',
      '1.3.6.1.4.1.1466.115.121.1.24': '20260101000000Z',
      '1.3.6.1.4.1.1466.115.121.1.27': '512',
      '1.3.6.1.4.1.1466.115.121.1.38': 'top',
      '1.3.6.1.1.16.1': '00000000-0000-4000-9000-000000000001',
    };
    const valueFor = (rule: string) => values[clause('matchingRules', rule, 'SYNTAX')?.[0] ?? ''] ?? 'x';
    // What is TRUE or FALSE for each entry holds for all of them with its opposite; what is Undefined, for none.
    const all = await count(tlv(0xa0));
    for (const { oid, clauses } of schema.attributeTypes ?? []) {
      for (const [word, tag] of [
        ['EQUALITY', 0xa3],
        ['ORDERING', 0xa5],
      ] as const) {
        const rule = clauses.get(word)?.[0];
        // Without a rule, even a value of the syntax is compared with nothing.
        const value = rule === undefined ? (values[clauses.get('SYNTAX')?.[0] ?? ''] ?? 'x') : valueFor(rule);
        const got = await count(tlv(tag, text(oid), text(value)));
        assert.equal(got, rule === undefined ? 0 : all, `${word} of ${oid}`);
      }
      const got = await count(tlv(0xa4, text(oid), tlv(0x30, text('x', 0x81))));
      assert.equal(got, clauses.has('SUBSTR') ? all : 0, `SUBSTR of ${oid}`);
    }
    for (const { oid, clauses } of schema.matchingRuleUse ?? []) {
      for (const name of clauses.get('APPLIES') ?? []) {
        const match = tlv(
          0xa9,
          text(oid, 0x81),
          text(name, 0x82),
          text(valueFor(oid), 0x83),
          tlv(0x84, bool(false).subarray(2)),
        );
        assert.equal(await count(match), all, `${oid} for ${name}`);
      }
    }
  });
});
