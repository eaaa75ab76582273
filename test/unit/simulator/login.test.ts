import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { totpCode } from '../../../sidecar/simulator/simulator.ts';
import { credentials, leaves, startTestSimulator, uidOf } from './simulator-client.ts';

describe('simulator getauthtoken', async () => {
  const { simulator, call } = await startTestSimulator();
  const ask = (email: string, password: string, more?: string) =>
    call('getauthtoken', credentials(email, password, more));

  it('answers a right password with name and token', async () => {
    const reply = await ask('alice@example.com', 'alice-demo');
    assert.match(
      reply,
      /<email>alice@example.com<\/email>\s*<name>\s*<classname>TAccountName<\/classname>\s*<name>Alice<\/name>\s*<surname>Archer<\/surname>\s*<\/name>\s*<avatartoken\/>\s*<authtoken>[0-9A-F]{64}<\/authtoken>/,
    );
    assert.doesNotMatch(reply, / sid=/);
  });

  it('resolves aliases of accounts and domains, a unique bare name and any case to the primary address', async () => {
    for (const name of ['robert@example.com', 'bob@example.net', 'ROBERT@EXAMPLE.NET', 'bob', 'robert']) {
      assert.deepEqual(leaves(await ask(name, 'bob-demo'), 'email'), ['bob@example.com'], name);
    }
  });

  it('gives one uid for wrong password, empty password, unknown account, unknown domain, no name and a group', async () => {
    simulator.company.addAccount({ address: 'locked-group@example.com', type: 'group', password: 'group-demo' });
    const tries = [
      ['alice@example.com', 'wrong'],
      ['alice@example.com', ''],
      ['alice@example.com', 'alice-demo '],
      ['nobody@example.com', 'x'],
      ['alice@unknown.test', 'alice-demo'],
      ['', ''],
      ['locked-group@example.com', 'group-demo'],
      ['service@##internalservicedomain.icewarp.com##', ''],
    ] as const;
    for (const [email, password] of tries) assert.equal(uidOf(await ask(email, password)), 'auth_login_invalid', email);
  });

  it('looks at the password, then at disabled, then at the second factor', async () => {
    simulator.company.addAccount({
      address: 'both@example.com',
      password: 'both-demo',
      state: 'disabled',
      secondFactor: { secret: 'JBSWY3DPEHPK3PXP', fixedCode: '' },
    });
    assert.equal(uidOf(await ask('both@example.com', 'wrong')), 'auth_login_invalid');
    assert.equal(uidOf(await ask('both@example.com', 'both-demo')), 'account_disabled_2');
    simulator.company.patchAccount('both@example.com', { state: 'enabled' });
    assert.equal(uidOf(await ask('both@example.com', 'both-demo')), 'auth_two_factor_required');
    assert.equal(uidOf(await ask('carol@example.com', 'carol-demo')), 'account_disabled_2');
  });

  it('takes a code of the authenticator and the fixed code, not a wrong or old one', async () => {
    const code = (at: number) => `<totpcode>${totpCode('JBSWY3DPEHPK3PXP', at)}</totpcode>`;
    assert.match(await ask('dave@example.com', 'dave-demo', code(Date.now())), /<authtoken>/);
    assert.match(await ask('dave@example.com', 'dave-demo', '<totpcode>123456</totpcode>'), /<authtoken>/);
    for (const wrong of ['', '<totpcode>abcdef</totpcode>', code(Date.now() - 300_000)]) {
      assert.equal(uidOf(await ask('dave@example.com', 'dave-demo', wrong)), 'auth_two_factor_required');
    }
  });

  it('refuses states without a known uid with one that nobody knows', async () => {
    for (const name of ['frank@example.com', 'mallory@example.org', 'oscar@example.org']) {
      const password = `${name.slice(0, name.indexOf('@'))}-demo`;
      assert.equal(uidOf(await ask(name, password)), 'simulator_login_refusal_undocumented', name);
      assert.equal(uidOf(await ask(name, 'wrong')), 'auth_login_invalid', name);
    }
  });

  it('lets an expired password in, as this interface does', async () => {
    assert.match(await ask('erin@example.com', 'erin-demo'), /<authtoken>/);
  });

  it('keeps white space and markup in passwords', async () => {
    simulator.company.addAccount({ address: 'odd@example.com', password: ' a<&>\u00a0"0 ' });
    assert.match(await ask('odd@example.com', ' a&lt;&amp;&gt;\u00a0"0 '), /<authtoken>/);
    assert.equal(uidOf(await ask('odd@example.com', 'a&lt;&amp;&gt;\u00a0"0')), 'auth_login_invalid');
  });

  it('lets nobody in by an alias that two accounts have', async () => {
    simulator.company.patchAccount('zoe@example.com', { aliases: ['shared'] });
    assert.match(await ask('shared@example.com', 'zoe-demo'), /<authtoken>/);
    simulator.company.patchAccount('layla@example.com', { aliases: ['shared'] });
    assert.equal(uidOf(await ask('shared@example.com', 'zoe-demo')), 'auth_login_invalid');
    simulator.company.patchAccount('layla@example.com', { aliases: [] });
    assert.match(await ask('shared@example.com', 'zoe-demo'), /<authtoken>/);
  });

  it('follows the settings for bare names and converted characters', async () => {
    const settings = { C_Accounts_Policies_Login_LoginSettings: '1', C_Accounts_Policies_Login_ConvertChars: '1' };
    simulator.company.patchServer({ settings });
    assert.equal(uidOf(await ask('bob', 'bob-demo')), 'auth_login_invalid');
    assert.match(await ask('bob%example.com', 'bob-demo'), /<authtoken>/);
    simulator.company.patchServer({ settings: {} });
    assert.equal(uidOf(await ask('bob%example.com', 'bob-demo')), 'auth_login_invalid');
  });

  it('hands out an RSA modulus as a challenge and refuses logins by it', async () => {
    const reply = await call('getauthchallenge', '<authtype>1</authtype>');
    assert.match(leaves(reply, 'hashid')[0] ?? '', /^[0-9a-f]{256}$/);
    assert.match(leaves(reply, 'timestamp')[0] ?? '', /^\d{10}$/);
    const login = '<authtype>1</authtype><email>bob@example.com</email><password>bob-demo</password>';
    assert.equal(uidOf(await call('getauthtoken', login)), 'simulator_authtype_unsupported');
  });
});

describe('simulator tarpit', async () => {
  const { simulator, call, control } = await startTestSimulator({ tarpitMs: 500 });
  const timed = async (command: string, email: string, password: string) => {
    const started = performance.now();
    await call(command, credentials(email, password));
    return performance.now() - started;
  };

  it('holds back wrong passwords and unknown accounts for both commands, and nothing else', async () => {
    const held = await Promise.all([
      timed('getauthtoken', 'alice@example.com', 'wrong'),
      timed('getauthtoken', 'nobody@example.com', 'wrong'),
      timed('authenticate', 'bob@example.com', 'wrong'),
    ]);
    for (const ms of held) assert.ok(ms >= 495, `${ms} ms`);
    assert.ok((await timed('getauthtoken', 'carol@example.com', 'carol-demo')) < 450);
    assert.ok((await timed('getauthtoken', 'dave@example.com', 'dave-demo')) < 450);
    assert.ok((await timed('getauthtoken', 'grace@example.com', 'grace-demo')) < 450);
  });

  it('answers others while somebody is held back', async () => {
    const slow = timed('getauthtoken', 'alice@example.com', 'wrong');
    assert.ok((await timed('getauthtoken', 'grace@example.com', 'grace-demo')) < 450);
    await slow;
  });

  it('grows with repeated failures of the same name', async () => {
    await control('PUT', 'tarpit', { ms: 0 });
    for (let time = 0; time < 6; time++) await timed('getauthtoken', 'eve@example.com', 'wrong');
    await control('PUT', 'tarpit', { ms: 500 });
    assert.ok((await timed('getauthtoken', 'eve@example.com', 'wrong')) >= 590);
  });

  it('ends the wait when the client goes away', async () => {
    await control('PUT', 'tarpit', { ms: 60_000 });
    const body = `<iq><query xmlns="admin:iq:rpc"><commandname>getauthtoken</commandname><commandparams>${credentials('a@example.com', 'x')}</commandparams></query></iq>`;
    const signal = AbortSignal.timeout(100);
    await assert.rejects(fetch(`${simulator.url}icewarpapi/`, { method: 'POST', body, signal }));
    for (let time = 0; time < 50; time++) {
      const { concurrent } = (await (await control('GET', 'statistics')).json()) as { concurrent: number };
      if (concurrent === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.fail('the call is still being answered');
  });
});
