import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Simulator, startSimulator } from '../../../sidecar/simulator/simulator.ts';
import { missingPrograms } from '../../support/programs.ts';
import { type ApacheServer, startApache } from './support/apache.ts';
import { type ClientWorld, reader, startClientWorld } from './support/client-world.ts';
import { readConversations } from './support/tshark.ts';
import { waitUntil } from './support/wait-until.ts';

describe('Apache’s mod_authnz_ldap', { skip: missingPrograms('apache2', 'tshark') }, () => {
  let world: ClientWorld;
  let restarted: Simulator | undefined;
  let apache: ApacheServer;
  const login = (attribute: string, mode = '') => [
    'AuthType Basic',
    'AuthName test',
    'AuthBasicProvider ldap',
    `AuthLDAPURL "${world.url('apache')}/ou=users,o=icewarp?${attribute},displayName?sub?(objectClass=inetOrgPerson)" ${mode}`,
    `AuthLDAPBindDN ${reader.dn}`,
    `AuthLDAPBindPassword ${reader.password}`,
  ];
  before(async () => {
    world = await startClientWorld({ listeners: [{ name: 'apache', profile: 'apache', tls: 'starttls' }] });
    apache = await startApache({
      // Groups are compared each time, so that a test sees what is asked.
      lines: ['LDAPOpCacheTTL 0', 'LDAPCacheTTL 0'],
      authorityFile: world.certificates.caFile,
      places: {
        '/by-uid': [...login('uid'), 'Require valid-user'],
        '/by-mail': [...login('mail'), 'Require valid-user'],
        '/by-sn': [...login('sn'), 'Require valid-user'],
        '/group': [...login('mail'), 'Require ldap-group cn=auditors@example.com,ou=groups,o=icewarp'],
        '/privilege': [...login('mail'), 'Require ldap-group cn=LogOn,ou=privileges,o=icewarp'],
        '/no-such-group': [...login('mail'), 'Require ldap-group cn=nobody@example.com,ou=groups,o=icewarp'],
        '/attribute': [...login('mail'), 'Require ldap-attribute telephoneNumber="+1 555 0101"'],
        '/filter': [...login('mail'), 'Require ldap-filter &(objectClass=inetOrgPerson)(givenName=Al*)'],
        '/starttls': [...login('mail', 'STARTTLS'), 'Require valid-user'],
      },
    });
  });
  after(async () => {
    await apache?.stop();
    await world?.stop();
    await restarted?.stop();
  });

  const status = async (path: string, name: string, password = `${name.split('@')[0]}-demo`) =>
    (await apache.get(`${path}/`, name, password)).status;

  it('finds the user, binds as the entry found and hands on its attributes', async () => {
    const { status: code, text } = await apache.get('/by-uid/', 'alice@example.com', 'alice-demo');
    assert.equal(code, 200, apache.readLog());
    assert.equal(text, 'alice@example.com|Alice Archer');
    assert.equal(await status('/by-mail', 'alice.archer@example.net', 'alice-demo'), 200);
  });

  it('lets nobody in by a wrong password, an unknown, empty or ambiguous name, or one with the signs of a filter', async () => {
    assert.equal((await apache.get('/by-uid/')).status, 401);
    for (const [name, password] of [
      ['heidi@example.com', 'wrong'],
      ['heidi@example.com', ''],
      ['nobody@example.com', 'alice-demo'],
      ['*', 'alice-demo'],
      ['heidi@example.com)(uid=*', 'heidi-demo'],
    ] as const) {
      assert.equal(await status('/by-uid', name, password), 401, name);
    }
    assert.equal(await status('/by-uid', 'carol@example.com'), 401, 'disabled');
  });

  it('asks for membership of a group or privilege by Compare', async () => {
    assert.equal(await status('/group', 'alice@example.com'), 200, apache.readLog());
    assert.equal(await status('/group', 'bob@example.com'), 401);
    assert.equal(await status('/privilege', 'bob@example.com'), 200);
    assert.equal(await status('/no-such-group', 'bob@example.com'), 401);
  });

  it('demands attributes and filters of the user', async () => {
    assert.equal(await status('/attribute', 'bob@example.com'), 200, apache.readLog());
    assert.equal(await status('/attribute', 'alice@example.com'), 401);
    assert.equal(await status('/filter', 'alice@example.com'), 200);
    assert.equal(await status('/filter', 'bob@example.com'), 401);
  });

  it('asks over StartTLS, and not at all where the certificate is a stranger’s', async () => {
    assert.equal(await status('/starttls', 'alice@example.com'), 200, apache.readLog());
    const distrusting = await startApache({
      authorityFile: world.certificates.strangerCaFile,
      places: { '/': [...login('mail', 'STARTTLS'), 'Require valid-user'] },
    });
    try {
      assert.equal((await distrusting.get('/', 'alice@example.com', 'alice-demo')).status, 500);
    } finally {
      await distrusting.stop();
    }
  });

  it('does not take an outage for a wrong password', async () => {
    const { port, company } = world.simulator;
    await world.simulator.stop();
    assert.equal(await status('/by-mail', 'grace@example.com'), 500);
    restarted = await startSimulator({ port, company, tarpitMs: 300 });
    await waitUntil(async () => (await status('/by-mail', 'grace@example.com')) === 200);
  });

  it('compared members of groups on a connection that it gave back to its own account', async () => {
    assert.ok(world.recording !== undefined);
    const conversations = await readConversations(world.recording.capture);
    const said = conversations.find((lines) => lines.some((line) => line.startsWith('compareRequest "cn=auditors@')));
    assert.ok(said !== undefined, 'a group was compared');
    const compared = said.findIndex((line) => line.startsWith('compareRequest "cn=auditors@'));
    const bound = said.slice(0, compared).findLast((line) => line.startsWith('bindRequest'));
    assert.equal(bound, `bindRequest "${reader.dn}" simple`);
    assert.match(said[compared + 1] ?? '', /^compareResponse compare(True|False)/);
  });
});
