import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';
import { isLoopback } from '../../../sidecar/facade/ldap/loopback.ts';
import { startWorld } from './support/ldap-world.ts';

describe('the addresses of this machine', () => {
  it('are the loopback ones alone', () => {
    for (const address of ['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'])
      assert.equal(isLoopback(address), true, address);
    for (const address of [
      '10.0.0.1',
      '::',
      '0.0.0.0',
      '::ffff:10.0.0.1',
      '127.0.0.1.example.com',
      'fe80::1',
      '',
      undefined,
    ]) {
      assert.equal(isLoopback(address), false, String(address));
    }
  });
});

describe('the listener', () => {
  it('names a taken port', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => holder.once('listening', resolve));
    const address = holder.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await assert.rejects(startWorld({ port }), {
      code: 'conflict',
      message: new RegExp(`127\\.0\\.0\\.1:${port}.*ldap\\.port`),
    });
    holder.close();
  });

  it('says that an address is not this machine’s', async () => {
    await assert.rejects(startWorld({ host: '192.0.2.1' }), { code: 'invalid_input' });
  });
});
