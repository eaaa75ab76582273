import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Directory, Group, User } from '../../../sidecar/core/model.ts';
import type { GroupName, LoginName } from '../../../sidecar/core/names.ts';
import { createCompany, publish } from '../ldap/support/ldap-world.ts';
import { alice, type OidcWorld, startOidcWorld } from './support/oidc-world.ts';
import { decode, exchange, openLogin, signIn, userinfo } from './support/sign-in.ts';

/** The company with alice changed. */
function withAlice(changes: Partial<User>, groups: readonly Group[] = []): Directory {
  const company = createCompany();
  const users = new Map(company.users);
  const known = users.get(alice.id);
  assert.ok(known);
  users.set(alice.id, { ...known, ...changes });
  return {
    ...company,
    users,
    groups: new Map([...company.groups, ...groups.map((group) => [group.id, group] as const)]),
  };
}

function createGroups(count: number): Group[] {
  const [pattern] = createCompany().groups.values();
  assert.ok(pattern);
  return Array.from({ length: count }, (_, index) => ({
    ...pattern,
    id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    name: `group${index}@example.com` as GroupName,
    addresses: [`group${index}@example.com`],
  }));
}

const inAll = (groups: readonly Group[]) => groups.map(({ id }) => ({ groupId: id, direct: true }));

async function signedIn(world: OidcWorld, changes: Record<string, string> = {}) {
  const { browser, back } = await signIn(world, changes);
  const tokens = await exchange(world, back, changes.client_id);
  return { browser, tokens, claims: decode(tokens.id_token) };
}

describe('claims', () => {
  it('name up to 200 groups in a token', async () => {
    const groups = createGroups(200);
    await using world = await startOidcWorld({ directory: withAlice({ memberships: inAll(groups) }, groups) });
    const { claims } = await signedIn(world);
    assert.equal((claims.groups as string[]).length, 200);
    assert.equal(claims._claim_names, undefined);
  });

  it('name the place of more than 200 groups, where all of them are', async () => {
    const groups = createGroups(201);
    await using world = await startOidcWorld({ directory: withAlice({ memberships: inAll(groups) }, groups) });
    const { claims, tokens } = await signedIn(world);
    assert.equal(claims.groups, undefined);
    assert.deepEqual(claims._claim_names, { groups: 'userinfo' });
    assert.deepEqual(claims._claim_sources, { userinfo: { endpoint: `${world.issuer}/me` } });
    const info = await userinfo(world, tokens.access_token);
    assert.equal((info.groups as string[]).length, 201);
  });

  it('name the groups that a client is for, by the name that it wants, which others do not see', async () => {
    const groups = createGroups(3);
    await using world = await startOidcWorld({
      clients: [
        {
          id: 'wiki',
          groups: ['group1@example.com', '*2@example.com'],
          claimNames: { groups: 'teams', roles: 'duties' },
        },
        { id: 'blog' },
      ],
      directory: withAlice({ memberships: inAll(groups), roles: ['auditor'] }, groups),
    });
    const { claims, browser } = await signedIn(world);
    assert.deepEqual(claims.teams, ['group1@example.com', 'group2@example.com']);
    assert.deepEqual(claims.duties, ['auditor']);
    assert.equal(claims.groups, undefined);
    assert.equal(claims.roles, undefined);
    const other = await browser.open(world.authorizationUrl({ client_id: 'blog' }));
    assert.ok(other.next);
    const { groups: all, teams } = decode((await exchange(world, other.next, 'blog')).id_token);
    assert.equal((all as string[]).length, 3);
    assert.equal(teams, undefined);
  });

  it('have the names that a client gets while the service runs', async () => {
    await using world = await startOidcWorld();
    const wiki = world.clients.get('wiki');
    assert.ok(wiki);
    world.clients.set('wiki', { ...wiki, claimNames: { groups: 'crews' } });
    const { claims } = await signedIn(world);
    assert.deepEqual(claims.crews, ['auditors@example.com']);
  });

  it('tell the rights in the archive, those in the archives of others apart and not expanded', async () => {
    const privileges = ['LogOn', 'ExportEmail', 'ReadArchive:*', 'ReadArchive:group:sales@example.com'];
    await using world = await startOidcWorld({ directory: withAlice({ privileges }) });
    const { claims } = await signedIn(world, { scope: 'openid archive' });
    assert.deepEqual(claims.privileges, ['ExportEmail', 'LogOn']);
    assert.deepEqual(claims.archives, ['ReadArchive:*', 'ReadArchive:group:sales@example.com']);
  });

  it('do not vouch for the address of a manual user', async () => {
    const passwordOf = 'bob@example.com' as LoginName;
    await using world = await startOidcWorld({ directory: withAlice({ origin: 'manual', passwordOf }) });
    const { back } = await signIn(world, {}, { name: alice.name, password: 'bob-demo' });
    const { email, email_verified: isVerified } = decode((await exchange(world, back)).id_token);
    assert.equal(email, 'alice@example.com');
    assert.equal(isVerified, false);
  });

  it('have no dot in their names', async () => {
    await using world = await startOidcWorld();
    const { claims } = await signedIn(world);
    for (const name of Object.keys(claims)) assert.doesNotMatch(name, /\./);
  });
});

describe('somebody whom a client does not admit', () => {
  const clients = [
    { id: 'wiki' },
    { id: 'audit', name: 'Audit', require: ['auditor'] },
    { id: 'ops', require: ['operator'] },
  ];

  it('is asked for another account, and may come back with one', async () => {
    await using world = await startOidcWorld({ clients });
    const { browser } = await signIn(world, {}, { name: 'bob@example.com', password: 'bob-demo' });
    const page = await browser.open(world.authorizationUrl({ client_id: 'audit' }));
    assert.match(page.html, /does not admit/);
    const silent = await browser.open(world.authorizationUrl({ client_id: 'audit', prompt: 'none' }));
    assert.equal(silent.next?.searchParams.get('error'), 'login_required');
  });

  it('is refused with the right password, by the one text', async () => {
    await using world = await startOidcWorld({ clients });
    const { browser, page } = await openLogin(world, { client_id: 'ops' });
    const end = await browser.submit(page, { username: alice.name, password: alice.password });
    assert.equal(end.status, 403);
    assert.match(end.html, /or this account may not sign in here/);
  });

  for (const [name, changes] of Object.entries<Partial<User>>({
    'is disabled': { state: 'disabled' },
    'loses what the client requires': { privileges: [] },
  })) {
    it(`gets no tokens any more, and its session ends, when the user ${name}`, async () => {
      await using world = await startOidcWorld();
      const { browser, tokens } = await signedIn(world, { scope: 'openid offline_access' });
      world.snapshot = publish(withAlice(changes));
      const response = await world.post('/token', {
        grant_type: 'refresh_token',
        refresh_token: tokens.refresh_token ?? '',
      });
      assert.equal(((await response.json()) as { error: string }).error, 'invalid_grant');
      const info = await fetch(`${world.issuer}/me`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
      assert.equal(info.status, 401);
      await openLogin(world, {}, browser);
    });
  }

  it('is not told gone while there is no directory', async () => {
    await using world = await startOidcWorld();
    const { browser, tokens } = await signedIn(world, { scope: 'openid offline_access' });
    const known = world.snapshot;
    world.snapshot = undefined;
    const fields = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' };
    const response = await world.post('/token', fields);
    assert.equal(response.status, 503);
    assert.equal(((await response.json()) as { error: string }).error, 'temporarily_unavailable');
    const info = await fetch(`${world.issuer}/me`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    assert.equal(info.status, 503);
    const page = await browser.open(world.authorizationUrl());
    assert.equal(page.status, 503);
    assert.match(page.html, /Not available at the moment.*Try again/s);
    world.snapshot = known;
    assert.equal((await world.post('/token', fields)).status, 200, 'nothing was taken away');
  });
});
