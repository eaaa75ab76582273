import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { parseCompany } from '../../../sidecar/simulator/simulator.ts';
import { credentials, leaves, startTestSimulator, uidOf } from './simulator-client.ts';

// Linux answers on all of 127.0.0.0/8, so that one machine can be several clients.
const severalClients = process.platform === 'linux' ? {} : { skip: 'needs all of 127.0.0.0/8' };
const elsewhere = '127.0.0.2';

function envelope(email: string, password: string): string {
  return `<iq><query xmlns="admin:iq:rpc"><commandname>getauthtoken</commandname><commandparams>${credentials(email, password)}</commandparams></query></iq>`;
}

/** Logs in from a local address, on a connection of its own unless there is an agent; the reply, or the code of the error. */
function askFrom(
  localAddress: string,
  url: string,
  email: string,
  password: string,
  agent: Agent | false = false,
): Promise<string> {
  return new Promise((resolve) => {
    const options = { method: 'POST', agent, localAddress };
    const call = request(`${url}icewarpapi/`, options, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve(body));
    });
    call.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
    call.end(envelope(email, password));
  });
}

/** Resolves when a connection on which nothing is sent is closed. */
async function closedWithoutAWord(localAddress: string, port: number): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port, localAddress });
  socket.on('error', () => {}).resume();
  await new Promise((resolve) => socket.once('close', resolve));
}

describe('simulator settings by address of the client', async () => {
  const { simulator, call } = await startTestSimulator();

  it('asks listed addresses for no second factor', severalClients, async () => {
    simulator.company.patchServer({ settings: { C_Accounts_Policies_Login_Bypass_2f: '127.0.0.2/32; ::1' } });
    assert.match(await askFrom(elsewhere, simulator.url, 'dave@example.com', 'dave-demo'), /<authtoken>/);
    assert.equal(
      uidOf(await askFrom('127.0.0.1', simulator.url, 'dave@example.com', 'dave-demo')),
      'auth_two_factor_required',
    );
  });

  it('opens an account with addresses to those only, when the server restricts accounts', severalClients, async () => {
    simulator.company.patchAccount('bob@example.com', { sources: ['127.0.0.2'] });
    assert.match(await call('getauthtoken', credentials('bob@example.com', 'bob-demo')), /<authtoken>/);
    simulator.company.patchServer({ settings: { C_Accounts_Policies_Login_IPRestriction: '1' } });
    const refused = await call('getauthtoken', credentials('bob@example.com', 'bob-demo'));
    assert.equal(uidOf(refused), 'simulator_login_refusal_undocumented');
    assert.match(await askFrom(elsewhere, simulator.url, 'bob@example.com', 'bob-demo'), /<authtoken>/);
    assert.match(await call('getauthtoken', credentials('grace@example.com', 'grace-demo')), /<authtoken>/);
  });

  it('names settings and addresses that it cannot act upon', () => {
    const text = `
server:
  settings:
    C_Accounts_Policies_Login_Block: "3"
    c_accounts_policies_login_attempts: "0"
    C_Accounts_Policies_Login_BlockPeriod: ten
    C_Accounts_Policies_Login_Bypass_2f: 127.0.0.1; everywhere
    C_Unheard: anything
domains: [{ name: a.test }]
accounts: [{ address: a@a.test, sources: [127.0.0.0/8, 127.0.0.0/33, "::/129", ""] }]`;
    assert.throws(
      () => parseCompany(text, 'company.yaml'),
      (error: { faults: { path: string }[] }) => {
        assert.deepEqual(error.faults.map((fault) => fault.path).sort(), [
          'accounts[0].sources[1]',
          'accounts[0].sources[2]',
          'accounts[0].sources[3]',
          'server.settings.C_Accounts_Policies_Login_Block',
          'server.settings.C_Accounts_Policies_Login_BlockPeriod',
          'server.settings.C_Accounts_Policies_Login_Bypass_2f',
          'server.settings.c_accounts_policies_login_attempts',
        ]);
        return true;
      },
    );
  });

  it('shows the policy and how an account is checked as properties', async () => {
    const sid = await startedSession();
    simulator.company.patchServer({ settings: { c_accounts_policies_login_block: '2' } });
    simulator.company.patchAccount('grace@example.com', { authMode: 'directory', authModeValue: 'ldap.example.com' });
    const settings = '<item><propname>C_Accounts_Policies_Login_Block</propname></item>';
    const server = `<serverpropertylist>${settings}</serverpropertylist>`;
    assert.deepEqual(leaves(await call('getserverproperties', server, sid), 'val'), ['2']);
    const names = '<item><propname>U_AuthMode</propname></item><item><propname>U_AuthModeValue</propname></item>';
    const account = `<accountemail>grace@example.com</accountemail><accountpropertylist>${names}</accountpropertylist>`;
    assert.deepEqual(leaves(await call('getaccountproperties', account, sid), 'val'), ['2', 'ldap.example.com']);
    assert.match(await call('getauthtoken', credentials('grace@example.com', 'grace-demo')), /<authtoken>/);
    simulator.company.patchAccount('grace@example.com', { authMode: 'any_password' });
    assert.match(await call('getauthtoken', credentials('grace@example.com', 'anything')), /<authtoken>/);
    assert.equal(uidOf(await call('getauthtoken', credentials('grace@example.com', ''))), 'auth_login_invalid');
  });

  async function startedSession(): Promise<string> {
    const reply = await call('authenticate', credentials('admin@example.com', 'admin-demo'));
    return /sid="([^"]+)"/.exec(reply)?.[1] ?? '';
  }
});

describe('simulator intrusion prevention', async () => {
  const { simulator, control } = await startTestSimulator({
    intrusionPrevention: { enabled: true, failures: 3, windowMs: 60_000, blockMs: 600_000, bypass: ['127.0.0.1'] },
  });
  const ask = (from: string, email: string, password: string) => askFrom(from, simulator.url, email, password);
  const report = async () => JSON.parse(await (await control('GET', 'intrusion-prevention')).text());

  it('cuts an address off that fails too often, whoever it asks for, for the period', severalClients, async () => {
    await ask(elsewhere, 'alice@example.com', 'wrong');
    await ask(elsewhere, 'nobody@example.com', 'wrong');
    assert.match(await ask(elsewhere, 'bob@example.com', 'bob-demo'), /<authtoken>/);
    await ask(elsewhere, 'grace@example.com', 'wrong');
    assert.equal(await ask(elsewhere, 'bob@example.com', 'bob-demo'), 'ECONNRESET');
    await closedWithoutAWord(elsewhere, simulator.port);
    assert.match(await ask('127.0.0.3', 'bob@example.com', 'bob-demo'), /<authtoken>/);
    const { blocked, blocks, cut } = await report();
    assert.deepEqual({ blocked, blocks }, { blocked: [elsewhere], blocks: 1 });
    assert.ok(cut >= 1);
    simulator.advanceClock(600_000);
    assert.match(await ask(elsewhere, 'bob@example.com', 'bob-demo'), /<authtoken>/);
  });

  it('cuts a connection that was open before', severalClients, async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const again = () => askFrom('127.0.0.1', simulator.url, 'bob@example.com', 'bob-demo', agent);
    assert.match(await again(), /<authtoken>/);
    await control('PATCH', 'intrusion-prevention', { bypass: [] });
    for (let time = 0; time < 3; time++) simulator.loginElsewhere('alice@example.com', 'wrong', '127.0.0.1');
    assert.equal(await again(), 'ECONNRESET');
    await control('PATCH', 'intrusion-prevention', { bypass: ['127.0.0.0/8'] });
    assert.match(await again(), /<authtoken>/);
    agent.destroy();
    await control('PATCH', 'intrusion-prevention', { bypass: ['127.0.0.1'] });
  });

  it('counts failures within the window only', severalClients, async () => {
    for (let time = 0; time < 6; time++) {
      assert.equal(uidOf(await ask('127.0.0.4', 'nobody@example.com', 'wrong')), 'auth_login_invalid');
      simulator.advanceClock(30_000);
    }
  });

  it('spares addresses on the bypass list, and shares its count with other ways in', async () => {
    for (let time = 0; time < 5; time++) {
      assert.equal(uidOf(await ask('127.0.0.1', 'nobody@example.com', 'wrong')), 'auth_login_invalid');
    }
    for (let time = 0; time < 3; time++) simulator.loginElsewhere('nobody', 'wrong', '192.0.2.9');
    assert.deepEqual(simulator.loginElsewhere('bob', 'bob-demo', '192.0.2.9'), {
      kind: 'refused',
      reason: 'source',
      holdMs: 0,
    });
    assert.equal((await control('DELETE', 'intrusion-prevention')).status, 204);
    assert.equal(simulator.loginElsewhere('bob', 'bob-demo', '192.0.2.9').kind, 'accepted');
  });

  it('refuses unusable settings, logins and times', async () => {
    const refused = [
      ['PATCH', 'intrusion-prevention', { failures: 0 }],
      ['PATCH', 'intrusion-prevention', { bypass: ['everybody'] }],
      ['POST', 'logins', { name: 'bob' }],
      ['POST', 'logins', { name: 'bob', password: 'x', source: '127.0.0.0/8' }],
      ['POST', 'clock', { advanceMs: -1 }],
      ['POST', 'clock', {}],
    ] as const;
    for (const [method, path, body] of refused) assert.equal((await control(method, path, body)).status, 400, path);
  });

  it('moves the clock on', async () => {
    const before = JSON.parse(await (await control('GET', 'clock')).text());
    const after = JSON.parse(await (await control('POST', 'clock', { advanceMs: 86_400_000 })).text());
    assert.equal(after.advancedMs - before.advancedMs, 86_400_000);
    assert.ok(Date.parse(after.now) - Date.parse(before.now) >= 86_400_000);
  });
});
