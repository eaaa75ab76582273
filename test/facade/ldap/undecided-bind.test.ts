import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DomainError } from '../../../sidecar/core/errors.ts';
import { startWorld } from './support/ldap-world.ts';
import { bindRequest } from './support/requests.ts';

describe('a bind that cannot be told', () => {
  it('is 52 while IceWarp is down, 51 when it holds the answer back, 52 while there is no directory; never 49', async () => {
    await using world = await startWorld({ deadlineMs: 60, hasCanary: false });
    const client = await world.connect();
    world.answer = () => Promise.reject(new DomainError('upstream_unavailable', 'secret detail'));
    client.send(bindRequest(1, 'alice', 'alice-demo'));
    const down = await client.next();
    assert.equal(down.code, 52);
    assert.doesNotMatch(down.text, /secret/);
    world.answer = () => new Promise(() => {});
    client.send(bindRequest(2, 'nobody', 'x'));
    const held = await client.next();
    assert.deepEqual([held.code, held.text], [51, 'IceWarp is holding this account back, try again in 30 s']);
    world.snapshot = undefined;
    client.send(bindRequest(3, 'alice', 'alice-demo'));
    assert.equal((await client.next()).code, 52);
    client.send(bindRequest(4, 'cn=reader', 'reader-demo'));
    assert.equal((await client.next()).code, 0);
    assert.deepEqual(world.binds, [52, 51, 52, 0]);
  });
});
