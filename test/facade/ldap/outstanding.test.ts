import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startWorld } from './support/ldap-world.ts';
import { bindRequest, extendedRequest, whoAmIRequest } from './support/requests.ts';

describe('requests behind one that runs', () => {
  it('are read up to a number, then wait with the client, and are answered in the end', async () => {
    await using world = await startWorld({
      deadlineMs: 20_000,
      limits: { queuedRequests: 3, queuedBytes: 1_000_000_000, anonymousMessageBytes: 100_000 },
    });
    const answer = Promise.withResolvers<{ kind: 'accepted' }>();
    world.answer = () => answer.promise;
    const client = await world.connect();
    // More than the buffers of the system hold.
    const large = Array.from({ length: 400 }, (_, index) => extendedRequest(index + 3, '1.2.3', 'x'.repeat(50_000)));
    client.send(bindRequest(1, 'alice', 'x'), whoAmIRequest(2), ...large);
    await delay(1000);
    assert.ok(client.socket.writableLength > 0, 'the server read everything');
    answer.resolve({ kind: 'accepted' });
    assert.equal((await client.next()).code, 0);
    assert.match((await client.next()).extension.value ?? '', /^dn:uid=alice/);
    for (let id = 3; id < 403; id++) assert.equal((await client.next()).id, id);
  });
});
