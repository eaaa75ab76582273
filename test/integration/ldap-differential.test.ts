import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { differences } from '../fuzz/support/ldap-differences.ts';
import { startTwoServers, type TwoServers } from '../fuzz/support/ldap-worlds.ts';
import { runDifferential } from '../fuzz/support/run-differential.ts';
import { missingSlapd } from '../support/slapd.ts';

const cases = 5_000;
const seed = 231_728_315;

describe('the LDAP facade beside OpenLDAP with the same tree', { skip: missingSlapd() }, () => {
  let servers: TwoServers;
  before(async () => {
    servers = await startTwoServers(300);
  });
  after(() => servers?.stop());

  it(`answers ${cases} random searches and compares as slapd does`, async (t) => {
    // The same cases every time, so that a failure is always a change of ours; `npm run fuzz -- ldap-differential` looks for new ones.
    t.diagnostic(`seed ${seed}: npm run fuzz -- ldap-differential --seed ${seed} --cases ${cases}`);
    const { compared, withEntries, codes, leftOut } = await runDifferential(servers, { cases, seed });
    t.diagnostic(`${compared} compared, ${withEntries} with entries, codes ${JSON.stringify([...codes])}`);
    assert.ok(compared > cases * 0.7, `only ${compared} of ${cases} were compared: ${JSON.stringify([...leftOut])}`);
    assert.ok(withEntries > cases * 0.15, `only ${withEntries} of ${cases} found anything`);
    for (const code of [0, 4, 5, 6, 32, 34]) assert.ok(codes.has(code), `no case gave ${code}`);
    const idle = differences.filter(({ name, concerns }) => concerns !== undefined && !leftOut.has(name));
    assert.deepEqual(
      idle.map(({ name }) => name),
      [],
      'differences that no case met',
    );
  });
});
