import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { LoginOutcome } from '../../../sidecar/core/login/order.ts';
import { type LdapWorld, startWorld } from './support/ldap-world.ts';
import { bindRequest } from './support/requests.ts';

type Reason = Extract<LoginOutcome, { kind: 'refused' }>['reason'];

const codes: Readonly<Record<Reason, string>> = {
  unknown_name: '52e',
  ambiguous_name: '52e',
  empty_password: '52e',
  wrong_password: '52e',
  wrong_app_password: '52e',
  app_password_not_for_here: '52e',
  second_factor_required: '52e',
  any_password: '52e',
  directory_loop: '52e',
  disabled: '533',
  domain_disabled: '533',
  missing: '533',
  password_expired: '532',
  expired: '701',
  missing_privilege: '534',
  blocked: '775',
};

describe('why a bind was refused', () => {
  const worlds: Partial<Record<'none' | 'activedirectory', LdapWorld>> = {};
  let outcome: LoginOutcome;
  before(async () => {
    const login = async () => outcome;
    worlds.none = await startWorld({ login });
    worlds.activedirectory = await startWorld({ login, diagnostics: 'activedirectory' });
  });
  after(() => Promise.all(Object.values(worlds).map((world) => world.stop())));

  async function bind(listener: keyof typeof worlds, name = 'alice', password: string | Uint8Array = 'x') {
    const client = await (worlds[listener] ?? assert.fail()).connect();
    client.send(bindRequest(1, name, password));
    const { code, text: message } = await client.next();
    client.close();
    return { code, message };
  }

  for (const [reason, data] of Object.entries(codes)) {
    it(`is told for ${reason} as Active Directory does where the listener says so, and nowhere else`, async () => {
      outcome = { kind: 'refused', reason: reason as Reason };
      assert.deepEqual(await bind('activedirectory'), {
        code: 49,
        message: `80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data ${data}, v4563`,
      });
      assert.deepEqual(await bind('none'), { code: 49, message: 'invalid name or password' });
    });
  }

  it('is 52e for service accounts, passwords that are no text and a password without a name', async () => {
    for (const [name, password] of [
      ['cn=reader', 'wrong'],
      ['alice', Uint8Array.of(0xff, 0xfe)],
      ['', 'password'],
    ] as const) {
      const { code, message } = await bind('activedirectory', name, password);
      assert.equal(code, 49);
      assert.match(message, /, data 52e, /);
    }
  });

  it('is never told when it could not be told whether the password is right', async () => {
    outcome = { kind: 'could_not_tell', reason: 'held_back', message: 'secret matters' };
    assert.deepEqual(await bind('activedirectory'), await bind('none'));
    assert.equal((await bind('activedirectory')).code, 51);
  });
});
