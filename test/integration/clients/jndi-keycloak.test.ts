import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { missingPrograms } from '../../support/programs.ts';
import { runProgram } from '../../support/sidecar-process.ts';
import { type ClientWorld, type ClientWorldOptions, startClientWorld } from './support/client-world.ts';

type Row = Readonly<Record<string, readonly string[]>> & { readonly dn: string };
type Rows = readonly Row[];
interface Listing {
  readonly pages: number;
  readonly rows: Rows;
}

const account = { name: 'keycloak', password: 'keycloak-demo', profile: 'keycloak' };
const aliceDn = 'uid=alice@example.com,ou=users,o=icewarp';
const sources = fileURLToPath(new URL('support/jndi-keycloak', import.meta.url));

/** Starts the service and compiles the client beside it. */
async function startKeycloakWorld(options: ClientWorldOptions): Promise<ClientWorld> {
  const world = await startClientWorld({ accounts: [account], ...options });
  const files = readdirSync(sources).map((name) => `${sources}/${name}`);
  const { code, stderr } = await runProgram(
    'javac',
    ['-encoding', 'UTF-8', '-d', `${world.folder}/classes`, ...files],
    {
      timeoutMs: 60_000,
    },
  );
  if (code !== 0) await world.stop();
  assert.equal(code, 0, stderr);
  return world;
}

async function ask<Answer>(world: ClientWorld, url: string, step: string, more: object = {}): Promise<Answer> {
  const { name, password } = account;
  const order = { step, url, dn: `cn=${name}`, password, caFile: world.certificates.caFile, ...more };
  const options = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-cp', `${world.folder}/classes`];
  const { code, stdout, stderr } = await runProgram('java', [...options, 'KeycloakRequests'], {
    input: JSON.stringify(order),
    timeoutMs: 50_000,
  });
  assert.equal(code, 0, `${step}: ${stderr}`);
  return JSON.parse(stdout);
}

const dnsOf = (rows: Rows | undefined) => rows?.map(({ dn }) => dn);
const uidsOf = (rows: Rows | undefined) => rows?.map(({ uid }) => uid?.[0]);

describe('Keycloak’s requests, by JNDI', { skip: missingPrograms('java', 'javac') }, () => {
  let world: ClientWorld;
  before(async () => {
    world = await startKeycloakWorld({
      listeners: [
        { name: 'keycloak', tls: 'ldaps', profile: 'keycloak' },
        { name: 'starttls', tls: 'starttls', profile: 'keycloak', settings: { requireTls: true } },
      ],
    });
  });
  after(() => world?.stop());
  const run = <Answer>(step: string, more: object = {}) => ask<Answer>(world, world.url('keycloak'), step, more);

  it('finds one user by name, address, alias, UUID and DN, in any case, with what Keycloak maps', async () => {
    const { capabilities, byName, nobody, noUuid, bySurname, ...found } = await run<Record<string, Rows>>('lookups');
    const alice = byName?.[0];
    assert.deepEqual(dnsOf(byName), [aliceDn]);
    for (const [how, rows] of Object.entries(found)) assert.deepEqual(rows, byName, how);
    assert.deepEqual(alice?.mail, ['alice@example.com'], 'one address is shown');
    for (const name of [
      'uid',
      'givenName',
      'sn',
      'cn',
      'entryUUID',
      'createTimestamp',
      'modifyTimestamp',
      'memberOf',
    ]) {
      assert.ok((alice?.[name]?.length ?? 0) > 0, name);
    }
    assert.deepEqual(alice?.accountEnabled, ['TRUE']);
    assert.ok(alice?.objectClass?.includes('inetOrgPerson') && alice.objectClass.includes('organizationalPerson'));
    assert.deepEqual([nobody, noUuid], [[], []]);
    assert.deepEqual(uidsOf(bySurname), ['zoe@example.com']);
    const [rootDse] = capabilities ?? [];
    assert.ok(rootDse?.supportedControl?.includes('1.2.840.113556.1.4.319'));
    assert.ok((rootDse?.supportedExtension?.length ?? 0) > 0);
  });

  it('lists: console, fields, a full sync and a changed one, page by page', async () => {
    const answer = await run<Record<string, Listing> & { unpaged: Rows }>('listings');
    assert.deepEqual(uidsOf(answer.console?.rows), ['alice@example.com']);
    assert.deepEqual(uidsOf(answer.exact?.rows), ['alice@example.com']);
    assert.deepEqual(uidsOf(answer.field?.rows), ['alice@example.com']);
    const everybody = uidsOf(answer.unpaged) ?? [];
    assert.ok(everybody.length > 20);
    assert.deepEqual(answer.full?.rows, answer.unpaged, 'a page more or less would be a user more or less');
    assert.equal(answer.full?.pages, Math.ceil(everybody.length / 5));
    assert.deepEqual(uidsOf(answer.everybody?.rows), everybody);
    assert.deepEqual(uidsOf(answer.changed1970?.rows), everybody);
    assert.deepEqual(answer.changed2099?.rows, []);
    assert.deepEqual(
      answer.unpaged.filter(({ mail }) => mail?.length !== 1).map(({ dn }) => dn),
      [],
      'one address each',
    );
    assert.equal(new Set(answer.unpaged.map(({ entryUUID }) => entryUUID?.[0])).size, everybody.length);
  });

  it('loads groups, privileges and roles by member and by memberOf, with one spelling of every DN', async () => {
    const answer = await run<Record<string, Listing>>('members');
    const names = (listing: string) => answer[listing]?.rows.map(({ cn }) => cn?.[0]) ?? [];
    for (const group of ['auditors@example.com', 'legal-team@example.com']) assert.ok(names('groups').includes(group));
    assert.ok(!names('groups').includes('archive-admins@example.com'));
    assert.deepEqual(names('privileges').sort(), ['LogOn', 'ReadOwnArchive']);
    assert.deepEqual(names('roles'), []);
    assert.deepEqual(names('byNames').sort(), ['auditors@example.com', 'legal-team@example.com']);
    assert.deepEqual(uidsOf(answer.byMemberOf?.rows)?.sort(), ['alice@example.com', 'judy@example.org']);
    assert.deepEqual(uidsOf(answer.byManyNames?.rows)?.sort(), ['alice@example.com', 'judy@example.org']);
    const auditors = answer.all?.rows.find(({ cn }) => cn?.[0] === 'auditors@example.com');
    assert.deepEqual(auditors?.member, dnsOf(answer.byMemberOf?.rows));
    assert.ok((answer.all?.pages ?? 0) > 1);
  });

  it('checks passwords on connections of their own, with and without the password policy control', async () => {
    const { wrongMs, ...codes } = await run<Record<string, string | number>>('passwords');
    assert.deepEqual(codes, {
      right: 'accepted',
      rightWithPolicy: 'accepted',
      wrong: '49',
      wrongWithPolicy: '49',
      disabled: '49',
      unknown: '49',
    });
    assert.ok(Number(wrongMs) < 5000, 'after five seconds it is no refusal to Keycloak');
  });

  it('gets an error where there is one, and nobody where there is nobody', async () => {
    assert.deepEqual(await run('failures'), {
      absentBase: '32',
      badBase: 'InvalidNameException: Invalid name: ou',
      unknownAttribute: '0',
      badDnInFilter: '0',
      wrongService: '49',
    });
  });

  it('begins TLS, logs in, searches, ends TLS and says goodbye in clear', async () => {
    const { protocol, found } = await run<{ protocol: string; found: number }>('startTls', {
      startTlsUrl: world.url('starttls'),
    });
    assert.match(protocol, /^TLSv1\.[23]$/);
    assert.ok(found > 20);
  });

  it('keeps its connections in a pool: few logins for many searches', async () => {
    const before = await world.metric('icewarp_sidecar_ldap_binds_total');
    assert.deepEqual(await run('pool'), { found: 40, concurrent: 40 });
    const binds = (await world.metric('icewarp_sidecar_ldap_binds_total')) - before;
    assert.ok(binds >= 1 && binds <= 10, `${binds} logins for 80 searches`);
  });
});

describe('Keycloak’s listing that is larger than it may be', { skip: missingPrograms('java', 'javac') }, () => {
  it('ends with an error that JNDI does not swallow: an empty list would remove everybody', async () => {
    const world = await startKeycloakWorld({
      listeners: [{ name: 'keycloak', profile: 'keycloak' }],
      settings: { ldap: { limits: { entries: 3 } } },
    });
    try {
      const answer = await ask<Record<string, string>>(world, world.url('keycloak'), 'overrun');
      for (const code of Object.values(answer)) assert.match(code, /^(51|52|53|80)$/);
      assert.deepEqual(Object.keys(answer), ['unpaged', 'paged']);
    } finally {
      await world.stop();
    }
  });
});
