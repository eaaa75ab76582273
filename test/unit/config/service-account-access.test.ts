import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { printSettings } from '../../../sidecar/config/print.ts';
import { profiles } from '../../../sidecar/facade/ldap/profiles/profile-named.ts';
import { faultsOf, load } from './load-support.ts';

const accounts = (fields: object) => ({
  env: { SIDECAR_LDAP_SERVICE_ACCOUNTS: JSON.stringify([{ name: 'a', password: 'p', ...fields }]) },
});
const accessOf = (fields: object) => load(accounts(fields)).settings.ldap.serviceAccounts[0]?.access;

describe('what narrows a service account', () => {
  it('is nothing unless said otherwise', () => {
    assert.equal(accessOf({}), undefined);
  });

  it('is a profile and a scope, whose names come in their canonical form', () => {
    const scope = {
      domains: ['Bücher.example'],
      groups: 'Staff@Example.COM',
      role: 'auditor',
      attributes: ['uid', 'mail'],
    };
    assert.deepEqual(accessOf({ profile: 'piler', scope }), {
      profile: 'piler',
      scope: {
        ...{ domains: ['xn--bcher-kva.example'], groups: ['staff@example.com'] },
        ...{ role: 'auditor', attributes: ['uid', 'mail'] },
      },
    });
  });

  it('may be a part of a scope', () => {
    assert.deepEqual(accessOf({ scope: { domains: ['example.com'] } })?.scope, {
      ...{ domains: ['example.com'], groups: [], role: undefined, attributes: [] },
    });
  });

  it('may be every profile that there is', () => {
    for (const { name } of profiles) assert.equal(accessOf({ profile: name })?.profile, name);
  });

  it('is printed', () => {
    const printed = printSettings(load(accounts({ profile: 'piler', scope: { role: 'LogOn', domains: ['a.com'] } })));
    assert.match(printed, /name: a, password: .*redacted.*profile: piler, scope: \{ domains: \[a\.com\].*role: LogOn/);
  });

  for (const [fields, fault] of [
    [{ profile: 'pyler' }, /\[0\]\.profile.*none of generic, keycloak/],
    [{ scope: 'everything' }, /\[0\]\.scope.*no section/],
    [{ scope: { domain: 'example.com' } }, /\[0\]\.scope\.domain .*did you mean domains/],
    [{ scope: { domains: ['a b'] } }, /\[0\]\.scope\.domains\[0\].*no domain/],
    [{ scope: { groups: ['staff'] } }, /\[0\]\.scope\.groups\[0\].*no group address/],
    [{ scope: { attributes: ['mail;binary'] } }, /\[0\]\.scope\.attributes\[0\].*no name of an attribute/],
    [{ scope: { role: 'a'.repeat(1000) } }, /\[0\]\.scope\.role.*no role or privilege/],
  ] as const) {
    it(`is refused: ${JSON.stringify(fields).slice(0, 60)}`, () => {
      assert.match(faultsOf(accounts(fields)).join('\n'), fault);
    });
  }
});

describe('numbers of Unix hosts', () => {
  it('need a range with room', () => {
    const env = { SIDECAR_LDAP_POSIX_FIRST_NUMBER: '2000000000', SIDECAR_LDAP_POSIX_LAST_NUMBER: '2000000100' };
    assert.match(faultsOf({ env }).join(), /ldap\.posix\.lastNumber.*fewer than 1,000,000 numbers/);
  });
});
