import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type LdapWorld, startWorld } from './support/ldap-world.ts';
import type { Answer } from './support/raw-client.ts';
import { and, equal, not, or, present, type SearchParts, searchRequest } from './support/requests.ts';

describe('the root DSE', () => {
  let world: LdapWorld;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.stop());

  async function read(parts: SearchParts = {}): Promise<Answer | undefined> {
    const client = await world.connect();
    client.send(searchRequest(1, { base: '', scope: 0, ...parts }));
    const { entries, done } = await client.searchResult();
    assert.equal(done.code, 0);
    client.close();
    return entries[0];
  }

  it('tells everybody what there is', async () => {
    assert.deepEqual((await read())?.entry, {
      dn: '',
      attributes: {
        objectClass: ['top'],
        namingContexts: ['o=icewarp'],
        defaultNamingContext: ['o=icewarp'],
        subschemaSubentry: ['cn=subschema'],
        supportedLDAPVersion: ['3'],
        supportedExtension: ['1.3.6.1.4.1.4203.1.11.3'],
        supportedControl: [
          '1.2.840.113556.1.4.319',
          '1.2.840.113556.1.4.473',
          '1.3.6.1.1.12',
          '2.16.840.1.113730.3.4.2',
          '1.3.6.1.1.22',
        ],
        supportedFeatures: ['1.3.6.1.4.1.4203.1.5.1', '1.3.6.1.4.1.4203.1.5.2', '1.3.6.1.4.1.4203.1.5.3'],
        supportedSASLMechanisms: ['PLAIN'],
        vendorName: ['IceWarp identity sidecar'],
        vendorVersion: ['1.2.3'],
      },
    });
  });

  it('gives what is asked for', async () => {
    assert.deepEqual(Object.keys((await read({ attributes: ['namingcontexts', 'x'] }))?.entry?.attributes ?? {}), [
      'namingContexts',
    ]);
    assert.deepEqual(Object.keys((await read({ attributes: ['1.3.6.1.1.4', '@top'] }))?.entry?.attributes ?? {}), [
      'objectClass',
      'vendorName',
    ]);
    assert.equal('objectClass' in ((await read({ attributes: ['+'] }))?.entry?.attributes ?? {}), false);
    assert.deepEqual((await read({ attributes: ['1.1'] }))?.entry?.attributes, {});
    assert.deepEqual((await read({ attributes: ['vendorName'], typesOnly: true }))?.entry?.attributes, {
      vendorName: [],
    });
  });

  it('obeys the filter', async () => {
    assert.ok(await read({ filter: equal('objectclass', 'TOP') }));
    assert.ok(await read({ filter: and(present('supportedControl'), not(equal('vendorVersion', '9'))) }));
    assert.equal(await read({ filter: equal('objectclass', 'person') }), undefined);
    assert.equal(await read({ filter: not(present('shoeSize')) }), undefined);
    assert.ok(await read({ filter: equal('supportedControl', '1.3.6.1.1.12') }));
    assert.ok(await read({ filter: equal('namingContexts', 'O = IceWarp') }));
    assert.ok(await read({ filter: not(present('mail')) }));
    assert.equal(await read({ filter: or(equal('mail', 'x'), equal('vendorVersion', '9')) }), undefined);
  });

  it('is there before any directory is', async () => {
    world.snapshot = undefined;
    assert.ok(await read());
  });
});
