import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { PasswordAnswer } from '../../../sidecar/core/ports/authenticator.ts';
import { text } from './support/ber.ts';
import { type LdapWorld, startWorld } from './support/ldap-world.ts';
import { abandonRequest, bindRequest, searchRequest, unbindRequest, whoAmIRequest } from './support/requests.ts';

/** The mail server holds every answer back until the given function is called. */
function holdAnswers(world: LdapWorld): (answer: PasswordAnswer) => void {
  const { promise, resolve } = Promise.withResolvers<PasswordAnswer>();
  world.answer = () => promise;
  return resolve;
}

describe('requests behind a bind', () => {
  it('wait for it, and have the new identity', async () => {
    await using world = await startWorld();
    const answer = holdAnswers(world);
    const client = await world.connectReader();
    client.send(bindRequest(2, 'alice', 'x'), whoAmIRequest(3));
    client.send(searchRequest(4));
    await delay(50);
    assert.equal(client.pending(), 0);
    answer({ kind: 'accepted' });
    assert.deepEqual(
      [(await client.next()).id, (await client.next()).extension.value],
      [2, 'dn:uid=alice@example.com,ou=users,o=icewarp'],
    );
    const { entries, done } = await client.searchResult();
    assert.deepEqual([entries.length, done.id], [1, 4]);
  });

  it('are done with no identity when it fails', async () => {
    await using world = await startWorld();
    const answer = holdAnswers(world);
    const client = await world.connectReader();
    client.send(bindRequest(2, 'alice', 'x'), searchRequest(3));
    await delay(20);
    answer({ kind: 'refused' });
    assert.equal((await client.next()).code, 49);
    assert.equal((await client.searchResult()).done.code, 50);
  });

  it('of other connections are not held up', async () => {
    await using world = await startWorld();
    holdAnswers(world);
    for (const name of ['alice', 'bob', 'nobody']) (await world.connect()).send(bindRequest(1, name, 'x'));
    const client = await world.connectReader();
    client.send(searchRequest(2));
    assert.equal((await client.searchResult()).entries.length, 23);
  });

  it('are read no further than the bound, and all answered in the end', async () => {
    await using world = await startWorld();
    const answer = holdAnswers(world);
    const client = await world.connect();
    const large = text('x'.repeat(60_000), 0x87);
    const count = 500;
    client.send(bindRequest(1, 'alice', 'x'));
    for (let id = 2; id < count + 2; id++) client.send(searchRequest(id, { filter: large }));
    await delay(300);
    // Of 30 MB the kernel holds a few; what it does not take stays with the client.
    assert.ok(client.socket.writableLength > 15_000_000, `${client.socket.writableLength}`);
    answer({ kind: 'accepted' });
    for (let id = 1; id < count + 2; id++) assert.equal((await client.next()).id, id);
  });

  it('that bear an id in use end the session', async () => {
    await using world = await startWorld();
    holdAnswers(world);
    const client = await world.connect();
    client.send(bindRequest(1, 'alice', 'x'), whoAmIRequest(1));
    const notice = await client.next();
    assert.deepEqual([notice.id, notice.code], [0, 2]);
  });

  it('can be abandoned, the bind not', async () => {
    await using world = await startWorld();
    const answer = holdAnswers(world);
    const client = await world.connect();
    client.send(
      bindRequest(1, 'alice', 'x'),
      searchRequest(2),
      whoAmIRequest(3),
      abandonRequest(4, 2),
      abandonRequest(5, 1),
    );
    await delay(20);
    answer({ kind: 'accepted' });
    assert.deepEqual([(await client.next()).id, (await client.next()).id], [1, 3]);
  });

  it('are dropped by unbind, which ends the session at once', async () => {
    await using world = await startWorld();
    const answer = holdAnswers(world);
    const client = await world.connect();
    client.send(bindRequest(1, 'alice', 'x'), whoAmIRequest(2), unbindRequest(3), whoAmIRequest(4));
    await client.closed;
    answer({ kind: 'accepted' });
    await delay(20);
    assert.equal(client.pending(), 0);
    assert.equal(world.server.connections, 0);
  });
});
