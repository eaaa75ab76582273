import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startWorld } from './support/ldap-world.ts';
import { equal, searchRequest } from './support/requests.ts';

describe('message ids', () => {
  it('of every length come back in entries and results', async () => {
    await using world = await startWorld();
    const client = await world.connectReader();
    for (const id of [2, 127, 128, 255, 256, 32_767, 32_768, 8_388_607, 8_388_608, 2_147_483_647]) {
      client.send(searchRequest(id, { filter: equal('mail', 'robert@example.com') }));
      const { entries, done } = await client.searchResult();
      assert.deepEqual(
        entries.map((entry) => entry.id),
        [id],
      );
      assert.deepEqual([done.id, done.code, done.text, done.matchedDn], [id, 0, '', '']);
    }
  });
});
