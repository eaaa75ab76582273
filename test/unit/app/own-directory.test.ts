import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toOwnPlaces } from '../../../sidecar/app-own-directory.ts';
import { loadSettings } from '../../../sidecar/config/load.ts';

const machine = { hostName: 'Sidecar.example.com', addresses: ['127.0.0.1', '::1', '192.0.2.5', '2001:db8::5'] };

function placesOf(env: Readonly<Record<string, string>>, icewarpUrl = 'https://mail.example.com') {
  const { settings } = loadSettings({ env, flags: {}, cwd: '/' });
  return toOwnPlaces(settings, icewarpUrl, machine);
}

const own = ['sidecar.example.com:10389', '192.0.2.5:10389', '[2001:db8::5]:10389'];
const loopback = ['localhost:10389', '127.0.0.1:10389', '[::1]:10389'];

describe('where IceWarp may reach our own LDAP', () => {
  it('is every name of this machine with our port, and its loopback names only where IceWarp is on it too', () => {
    assert.deepEqual(placesOf({}), own);
    for (const url of [
      'http://127.0.0.1:8080',
      'http://[::1]/',
      'https://SIDECAR.example.com',
      'http://[2001:db8::5]/',
    ]) {
      assert.deepEqual(placesOf({}, url), [...own, ...loopback], url);
    }
  });

  it('is the address that is listened on, and whatever the administrator says', () => {
    const env = { SIDECAR_LDAP_HOST: '192.0.2.77', SIDECAR_LDAP_PORT: '389' };
    assert.ok(placesOf(env).includes('192.0.2.77:389'));
    assert.ok(!placesOf({ SIDECAR_LDAP_HOST: '0.0.0.0' }).some((place) => place.startsWith('0.0.0.0')));
    const named = placesOf({ SIDECAR_ICEWARP_OWN_DIRECTORY: 'ldap.example.com, [2001:DB8::9]:389 , ldap:3389' });
    assert.deepEqual(named.slice(own.length), ['ldap.example.com', '[2001:db8::9]:389', 'ldap:3389']);
  });

  for (const bad of [
    'ldap://x.example',
    'a b',
    'x.example:0',
    'x.example:70000',
    '[x.example]:389',
    '1.2.3',
    'a:b:c',
  ]) {
    it(`is refused as "${bad}", naming the setting`, () => {
      assert.throws(() => placesOf({ SIDECAR_ICEWARP_OWN_DIRECTORY: bad }), /ownDirectory|OWN_DIRECTORY/);
    });
  }
});
