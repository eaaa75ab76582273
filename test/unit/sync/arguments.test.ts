import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addRename, parsePlanName, parseUserAddress } from '../../../sidecar/cli/sync-arguments.ts';

describe('the arguments of sync', () => {
  it('--confirm takes the name of a plan in either case', () => {
    assert.equal(parsePlanName(' 0123456789AB '), '0123456789ab');
    for (const bad of ['', '0123456789a', '0123456789abc', 'all', '0123456789ag']) {
      assert.throws(() => parsePlanName(bad), /12 digits/);
    }
  });

  it('--user takes an address and makes it canonical', () => {
    assert.equal(parseUserAddress('Bob@Example.COM'), 'bob@example.com');
    assert.throws(() => parseUserAddress('bob'), /whole address/);
  });

  it('--rename gathers pairs of addresses', () => {
    const both = addRename('B@x.test=Robert@x.test', addRename('a@x.test=c@x.test'));
    assert.deepEqual(
      [...both],
      [
        ['a@x.test', 'c@x.test'],
        ['b@x.test', 'robert@x.test'],
      ],
    );
    assert.deepEqual([...addRename('a=b@x.test=c@x.test')], [['a=b@x.test', 'c@x.test']]);
  });

  for (const bad of ['', '=', 'a@x.test', 'a@x.test=', '=a@x.test', 'a=b', 'a@x.test=A@X.test', 'a@x.test,b@x.test']) {
    it(`--rename refuses "${bad}"`, () => assert.throws(() => addRename(bad), /OLD=NEW/));
  }

  it('--rename refuses one address twice', () => {
    assert.throws(() => addRename('a@x.test=c@x.test', addRename('a@x.test=b@x.test')), /renamed twice/);
  });
});
