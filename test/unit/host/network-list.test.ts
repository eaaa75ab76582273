import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createNetworkTest } from '../../../sidecar/host/network-list.ts';

describe('a list of networks', () => {
  const isInside = createNetworkTest(['127.0.0.0/8', '192.0.2.7/32', '2001:db8::/32']);
  for (const [address, expected] of [
    ['127.0.0.1', true],
    ['127.255.255.255', true],
    ['128.0.0.1', false],
    ['192.0.2.7', true],
    ['192.0.2.8', false],
    ['::ffff:127.0.0.1', true],
    ['::ffff:192.0.2.8', false],
    ['2001:db8:1::5', true],
    ['2001:db9::1', false],
    ['2001:db8::1%eth0', true],
    ['', false],
    ['localhost', false],
  ] as const) {
    it(`${expected ? 'holds' : 'does not hold'} "${address}"`, () => assert.equal(isInside(address), expected));
  }

  it('that is empty holds nobody', () => assert.equal(createNetworkTest([])('127.0.0.1'), false));
});
