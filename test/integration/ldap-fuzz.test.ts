import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type OurServer, startOurServer } from '../fuzz/support/ldap-worlds.ts';
import { runLdapFuzz } from '../fuzz/support/run-ldap-fuzz.ts';

const messages = 200_000;

describe('the LDAP facade under messages made and spoiled by chance', () => {
  let server: OurServer;
  before(async () => {
    server = await startOurServer(300, { SIDECAR_LOGIN_DEADLINE_SECONDS: '1' });
  });
  after(() => server?.stop());

  it(`answers what was asked, closes what is broken and goes on, ${messages} messages long`, async (t) => {
    const seed = Date.now() % 2 ** 31;
    t.diagnostic(`seed ${seed}: npm run fuzz -- ldap --seed ${seed} --messages ${messages}`);
    const { conversations, cutShort, codes, rssBytes } = await runLdapFuzz(server, { messages, seed });
    const [early, late] = rssBytes.map((bytes) => Math.round(bytes / 2 ** 20));
    t.diagnostic(`${conversations} conversations, ${cutShort} cut short, memory ${early} and ${late} MiB`);
    assert.ok(cutShort > conversations / 20, 'hardly a message was broken');
    for (const code of [0, 2, 12, 32, 53]) assert.ok(codes.has(code), `no message was answered with ${code}`);
    assert.ok((late ?? 0) < (early ?? 0) * 1.25 + 64, `memory grew from ${early} to ${late} MiB`);
    assert.doesNotMatch(server.log(), /"level":"(?:error|fatal)"/);
  });
});
