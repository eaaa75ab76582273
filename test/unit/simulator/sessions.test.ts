import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { leaves, listOf, propertiesOf, startTestSimulator, uidOf } from './simulator-client.ts';

describe('simulator sessions', async () => {
  const { simulator, call, login, control } = await startTestSimulator();

  it('tells who is logged in', async () => {
    const reply = await call('getsessioninfo', '', await login('erin@example.com', 'erin-demo'));
    assert.deepEqual(leaves(reply, 'email'), ['erin@example.com']);
    assert.deepEqual(leaves(reply, 'domain'), ['example.com']);
    assert.deepEqual(leaves(reply, 'admintype'), ['0']);
    assert.deepEqual(leaves(reply, 'passwordexpired'), ['1']);
  });

  it('ends a session at logout', async () => {
    const sid = await login();
    assert.match(await call('logout', '', sid), /<result>1<\/result>/);
    assert.equal(uidOf(await call('getsessioninfo', '', sid)), 'session_invalid');
  });

  it('gives session_invalid for a missing, a wrong and an expired sid', async () => {
    const sid = await login();
    assert.equal(uidOf(await call('getdomainsinfolist')), 'session_invalid');
    assert.equal(uidOf(await call('getdomainsinfolist', '', 'wrong')), 'session_invalid');
    assert.ok(((await (await control('POST', 'sessions/expire')).json()) as { expired: number }).expired >= 1);
    assert.equal(uidOf(await call('getdomainsinfolist', '', sid)), 'session_invalid');
  });

  it('ends a session after its time, in use or not', async () => {
    const short = await startTestSimulator({ sessionTtlMs: 300 });
    const sid = await short.login();
    assert.match(await short.call('getsessioninfo', '', sid), /type="result"/);
    await new Promise((resolve) => setTimeout(resolve, 350));
    assert.equal(uidOf(await short.call('getsessioninfo', '', sid)), 'session_invalid');
  });

  it('ends a session whose account is disabled or gone', async () => {
    simulator.company.addAccount({ address: 'temp@example.com', password: 'temp-demo' });
    const sid = await login('temp@example.com', 'temp-demo');
    simulator.company.patchAccount('temp@example.com', { state: 'disabled' });
    assert.equal(uidOf(await call('getsessioninfo', '', sid)), 'session_invalid');
    simulator.company.removeAccount('temp@example.com');
    assert.equal(uidOf(await call('getsessioninfo', '', sid)), 'session_invalid');
  });
});

describe('simulator rights', async () => {
  const { simulator, call, login } = await startTestSimulator();

  it('gives any account a session and refuses it every administration command', async () => {
    const sid = await login('alice@example.com', 'alice-demo');
    const calls = [
      ['getdomainsinfolist', ''],
      ['getaccountsinfolist', listOf('example.com', '0')],
      ['getaccountproperties', propertiesOf('alice@example.com', 'U_Name')],
      ['getaccountmemberinfolist', '<who>staff@example.com</who>'],
      ['getdomainproperties', '<domainstr>example.com</domainstr>'],
      ['getserverproperties', ''],
    ] as const;
    for (const [command, params] of calls)
      assert.equal(uidOf(await call(command, params, sid)), 'access_denied', command);
  });

  it('shows a domain administrator the own domain only, and no settings of the server', async () => {
    const sid = await login('postmaster@example.org', 'postmaster-demo');
    const domains = await call('getdomainsinfolist', '<offset>0</offset><count>100</count>', sid);
    assert.deepEqual(leaves(domains, 'name'), ['example.org']);
    assert.ok(leaves(await call('getaccountsinfolist', listOf('example.org', '0'), sid), 'email').length > 5);
    assert.equal(uidOf(await call('getaccountsinfolist', listOf('example.com', '0'), sid)), 'access_denied');
    assert.equal(
      uidOf(await call('getaccountproperties', propertiesOf('bob@example.com', 'U_Name'), sid)),
      'access_denied',
    );
    assert.equal(uidOf(await call('getaccountmemberinfolist', '<who>staff@example.com</who>', sid)), 'access_denied');
    const version = '<serverpropertylist><item><propname>C_Version</propname></item></serverpropertylist>';
    assert.match(await call('getserverproperties', version, sid), /TPropertyNoValue/);
  });

  it('answers license_evaluation to administrators of an unlicensed server', async () => {
    const sid = await login();
    simulator.company.patchServer({ unlicensed: true });
    assert.equal(uidOf(await call('getdomainsinfolist', '', sid)), 'license_evaluation');
    simulator.company.patchServer({ unlicensed: false });
  });
});
