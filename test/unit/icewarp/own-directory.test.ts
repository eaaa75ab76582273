import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { asksOwnDirectory } from '../../../sidecar/icewarp/own-directory.ts';

const places = [
  'sidecar.example.com:10389',
  '[2001:db8::5]:389',
  '192.0.2.5:389',
  'ldap.example.com',
  '127.0.0.1:10389',
];

const own = [
  'sidecar.example.com:10389',
  ' LDAP://Sidecar.Example.com.:10389/o=icewarp ',
  'ldaps://ldap.example.com:4636',
  'ldap.example.com',
  'ldap.example.com;uid=al@corp.test,ou=users,o=icewarp',
  '192.0.2.5',
  '[2001:db8::5]',
  '2001:db8::5',
  'dc1.corp.test|192.0.2.5:389;uid=al',
  '127.0.0.1:10389',
];
const others = [
  '',
  '|',
  'sidecar.example.com',
  'sidecar.example.com:389',
  'sidecar.example.com.evil.test:10389',
  '192.0.2.5:10389',
  '192.0.2.6',
  '127.0.0.1',
  'dc1.corp.test|dc2.corp.test',
  'corp.test;ldap.example.com',
  '[2001:db8::5]:10389',
  'a:b:c:10389',
  `${'x'.repeat(100_000)}|ldap.example.com`,
];

describe('whether IceWarp asks this very service for a password', () => {
  for (const value of own) it(`is so for "${value}"`, () => assert.equal(asksOwnDirectory(value, places), true));
  for (const value of others) {
    it(`is not so for "${value.slice(0, 50)}"`, () => assert.equal(asksOwnDirectory(value, places), false));
  }
  it('is never so where no place is known', () => assert.equal(asksOwnDirectory('ldap.example.com', []), false));
});
