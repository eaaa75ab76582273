import assert from 'node:assert/strict';
import { request } from 'node:http';
import { describe, it } from 'node:test';
import { generateCompany } from '../../../sidecar/simulator/simulator.ts';
import { credentials, leaves, listOf, startTestSimulator, uidOf } from './simulator-client.ts';

describe('simulator control endpoint', async () => {
  const { simulator, call, login, control } = await startTestSimulator();
  const sid = await login();
  const status = async (...parameters: Parameters<typeof control>) => (await control(...parameters)).status;

  it('counts calls and keeps the names received, not their parameters', async () => {
    assert.equal(await status('DELETE', 'statistics'), 204);
    await Promise.all([call('getDomainsInfoList', '', sid), call('setaccountpassword', '', sid)]);
    await call('getauthtoken', credentials('alice@example.com', 'sesame'));
    const text = await (await control('GET', 'statistics')).text();
    const report = JSON.parse(text);
    assert.deepEqual(report.calls, { getauthtoken: 1, getdomainsinfolist: 1, setaccountpassword: 1 });
    assert.equal(report.total, 3);
    assert.equal(report.log.length, 3);
    assert.ok(report.maxConcurrent >= 1 && report.concurrent === 0);
    assert.doesNotMatch(text, /sesame|alice/);
  });

  it('adds, changes and removes accounts', async () => {
    const account = { address: 'ann@example.com', displayName: 'Ann', password: 'ann-demo', aliases: ['annie'] };
    assert.equal(await status('POST', 'accounts', account), 201);
    assert.match(await call('getauthtoken', credentials('annie@example.net', 'ann-demo')), /<authtoken>/);
    assert.equal(
      await status('PATCH', 'accounts/ann%40example.com', { address: 'anna@example.com', aliases: [] }),
      200,
    );
    assert.match(await call('getauthtoken', credentials('anna@example.com', 'ann-demo')), /<authtoken>/);
    for (const old of ['ann@example.com', 'annie@example.com']) {
      assert.equal(uidOf(await call('getauthtoken', credentials(old, 'ann-demo'))), 'auth_login_invalid');
    }
    assert.equal(await status('DELETE', 'accounts/anna@example.com'), 204);
    assert.equal(await status('DELETE', 'accounts/anna@example.com'), 404);
    assert.equal(await status('GET', 'accounts/anna@example.com'), 404);
    assert.equal(await status('PATCH', 'accounts/anna@example.com', {}), 404);
  });

  it('adds and removes members, each once', async () => {
    const members = async () =>
      leaves(
        await call(
          'getaccountmemberinfolist',
          '<who>legal-team@example.com</who><offset>0</offset><count>9</count>',
          sid,
        ),
        'val',
      );
    await control('POST', 'accounts/legal-team@example.com/members', {
      members: ['bob@example.com', 'bob@example.com'],
    });
    assert.deepEqual(await members(), ['alice@example.com', 'bob@example.com']);
    const groups =
      '<accountemail>bob@example.com</accountemail><accountpropertylist><item><propname>U_Groups</propname></item></accountpropertylist>';
    assert.match(await call('getaccountproperties', groups, sid), /legal-team@example\.com;/);
    await control('DELETE', 'accounts/legal-team@example.com/members', { members: ['bob@example.com'] });
    assert.deepEqual(await members(), ['alice@example.com']);
    assert.doesNotMatch(await call('getaccountproperties', groups, sid), /legal-team/);
    assert.equal(await status('POST', 'accounts/nobody@example.com/members', { members: [] }), 404);
  });

  it('adds, changes and removes domains with their accounts', async () => {
    assert.equal(await status('POST', 'domains', { name: 'example.edu' }), 201);
    assert.equal(await status('POST', 'accounts', { address: 'x@example.edu', password: 'x-demo' }), 201);
    assert.equal(await status('PATCH', 'domains/example.edu', { aliases: ['edu.test'] }), 200);
    assert.match(await call('getauthtoken', credentials('x@edu.test', 'x-demo')), /<authtoken>/);
    assert.deepEqual(leaves(await call('getaccountsinfolist', listOf('example.edu', '7'), sid), 'email'), [
      'public-folders@example.edu',
    ]);
    assert.equal(await status('PATCH', 'domains/example.edu', { publicFolders: false }), 200);
    assert.deepEqual(leaves(await call('getaccountsinfolist', listOf('example.edu', '7'), sid), 'email'), []);
    assert.equal(await status('DELETE', 'domains/example.edu'), 204);
    assert.equal(uidOf(await call('getauthtoken', credentials('x@edu.test', 'x-demo'))), 'auth_login_invalid');
    assert.equal(await status('DELETE', 'domains/example.edu'), 404);
    assert.equal(await status('PATCH', 'domains/example.edu', {}), 404);
  });

  it('refuses unusable edits with every fault, and changes nothing', async () => {
    const refused = await control('POST', 'accounts', { address: 'nowhere', state: 'odd', passwort: 'x' });
    assert.equal(refused.status, 400);
    const { faults } = (await refused.json()) as { faults: { path: string }[] };
    assert.deepEqual(faults.map((fault) => fault.path).sort(), ['address', 'passwort', 'state']);
    assert.equal(await status('POST', 'accounts', { address: 'alice@example.com' }), 400);
    assert.equal(await status('POST', 'accounts', { address: 'x@unknown.test' }), 400);
    assert.equal(await status('PATCH', 'accounts/bob@example.com', { address: 'alice@example.com' }), 400);
    assert.equal(await status('POST', 'domains', { name: 'EXAMPLE.com' }), 400);
    assert.equal(await status('POST', 'domains', { name: 'a.test', type: 'alias', target: 'unknown.test' }), 400);
    assert.equal(await status('PATCH', 'domains/example.com', { name: 'other.test' }), 400);
    assert.equal(await status('POST', 'faults', { kind: 'flood' }), 400);
    assert.equal(await status('PUT', 'tarpit', { ms: -1 }), 400);
    assert.equal(await status('GET', 'unknown'), 404);
    assert.match(await call('getauthtoken', credentials('alice@example.com', 'alice-demo')), /<authtoken>/);
    assert.match(await call('getauthtoken', credentials('robert@example.com', 'bob-demo')), /<authtoken>/);
  });

  it('refuses what is no JSON and names that are not local', async () => {
    const headers = { 'Content-Type': 'application/json' };
    const broken = await fetch(`${simulator.controlUrl}faults`, { method: 'POST', body: '{', headers });
    assert.equal(broken.status, 400);
    const foreign = await new Promise((resolve, reject) => {
      request(`${simulator.controlUrl}statistics`, { headers: { Host: 'evil.example' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    assert.equal(foreign, 403);
  });

  it('gives the company as data and takes it back, or another one', async () => {
    const before = await (await control('GET', 'company')).json();
    assert.equal(await status('PUT', 'company', generateCompany({ users: 20, seed: 1 }).toData()), 204);
    assert.deepEqual(
      leaves(await call('getaccountsinfolist', listOf('example.com', '0', 0, 1, 'alice'), sid), 'email'),
      [],
    );
    assert.equal(await status('PUT', 'company', { domains: [] }), 400);
    assert.equal(await status('PUT', 'company', before), 204);
    assert.deepEqual(await (await control('GET', 'company')).json(), before);
    assert.deepEqual(
      leaves(await call('getaccountsinfolist', listOf('example.com', '0', 0, 1, 'alice'), sid), 'email'),
      ['alice@example.com'],
    );
  });
});
