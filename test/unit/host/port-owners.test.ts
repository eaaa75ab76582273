import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, it } from 'node:test';
import { findListeningInodes, findPortOwners } from '../../../sidecar/host/port-owners.ts';

describe('the owners of a port', () => {
  it('are found in a table of sockets: those that listen, of that port alone, of IPv4 and IPv6', () => {
    const table = [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
      '   0: 0100007F:2895 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0',
      '   1: 0100007F:2895 0100007F:D2F0 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 20 4 30 10 -1',
      '   2: 00000000000000000000000000000000:2895 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 4713 1 0 1',
      '   3: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4714 1 0 100 0 0 10 0',
      'nonsense',
    ].join('\n');
    assert.deepEqual(findListeningInodes(table, 10389), ['4711', '4713']);
    assert.deepEqual(findListeningInodes('', 10389), []);
  });

  it('are named with their process on Linux', { skip: process.platform !== 'linux' }, async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      const owners = await findPortOwners(port);
      assert.ok(
        owners.some((owner) => owner === `node (process ${process.pid})`),
        owners.join(),
      );
    } finally {
      server.close();
      await once(server, 'close');
    }
    assert.deepEqual(await findPortOwners(port), []);
  });
});
