import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { and, equal, present } from '../facade/ldap/support/requests.ts';
import { byMail, nina, startBeforeUse } from './support/before-use-world.ts';
import { deadlineMs } from './support/login-scenario.ts';

const ninaDn = `uid=${nina},ou=users,o=icewarp`;
const linuxOnly = { skip: process.platform !== 'linux' };

/** For what is refused or cannot be told, which leaves at the deadline. */
const soon = { SIDECAR_LOGIN_DEADLINE_SECONDS: String(deadlineMs / 1000) };

/** By the rule of release a refusal of ours is 51 where IceWarp was not seen to be well meanwhile, as on a busy machine. */
function assertRefused(code: number): void {
  assert.ok(code === 49 || code === 51, `result code ${code}`);
}

describe('an account that came after the last synchronisation', linuxOnly, () => {
  it('logs in at once, and is served with its groups, privileges and roles', async (t) => {
    const { bind, create, search, app } = await startBeforeUse(t);
    await create({ aliases: ['n.new'] }, ['legal-team@example.com']);
    const before = app.directory.snapshot()?.generation ?? 0;
    assert.deepEqual((await search('reader', byMail(nina))).dns, []);
    assert.equal((await bind(nina, 'nina-demo')).code, 0);
    assert.equal(app.directory.snapshot()?.generation, before + 1);
    const { dns, memberOf, attributes } = await search('reader', byMail('n.new@example.com'));
    assert.deepEqual(dns, [ninaDn]);
    assert.deepEqual(memberOf.toSorted(), [
      'cn=LogOn,ou=privileges,o=icewarp',
      'cn=ReadOwnArchive,ou=privileges,o=icewarp',
      'cn=auditor,ou=roles,o=icewarp',
      'cn=auditors@example.com,ou=groups,o=icewarp',
      'cn=legal-team@example.com,ou=groups,o=icewarp',
      // Its members are the whole domain.
      'cn=staff@example.com,ou=groups,o=icewarp',
    ]);
    assert.deepEqual(attributes.cn, ['Nina New']);
    const auditors = await search('reader', and(equal('cn', 'auditors@example.com'), equal('member', ninaDn)));
    assert.equal(auditors.dns.length, 1);
    assert.equal((await bind('n.new@example.com', 'nina-demo')).code, 0);
  });

  it('stays as it is in the synchronisation that follows, which finds nothing to change', async (t) => {
    const { bind, create, search, app } = await startBeforeUse(t);
    await create({ aliases: ['n.new'], comment: 'new' }, ['legal-team@example.com']);
    assert.equal((await bind(nina, 'nina-demo')).code, 0);
    const uuidOf = async () => (await search('reader', byMail(nina))).memberOf;
    const served = await uuidOf();
    const { outcome, counts } = await app.directory.schedule.trigger();
    // The group's own list of members is told by the group alone.
    assert.deepEqual([outcome, counts?.new, counts?.changed, counts?.disabled], ['applied', 0, 0, 0]);
    assert.deepEqual(await uuidOf(), served);
    assert.equal((await app.directory.schedule.trigger()).outcome, 'unchanged');
  });

  it('is not read for a wrong password, which is refused as for nobody', async (t) => {
    const { bind, create, calls, forgetCalls } = await startBeforeUse(t, { env: soon });
    await create();
    await forgetCalls();
    const refusals = [await bind(nina, 'wrong'), await bind('nobody@example.com', 'wrong')];
    for (const { code, ms } of refusals) {
      assertRefused(code);
      assert.ok(ms > deadlineMs - 50 && ms < deadlineMs + 700, `${ms} ms`);
    }
    assert.equal(await calls('getaccountsinfolist'), 0);
  });

  it('that the filter leaves out is refused, and is asked for once a minute', async (t) => {
    const { bind, create, calls, forgetCalls } = await startBeforeUse(t, {
      env: { ...soon, SIDECAR_ICEWARP_GROUPS: 'archive-admins@example.com' },
    });
    await create();
    await forgetCalls();
    assertRefused((await bind(nina, 'nina-demo')).code);
    assert.equal(await calls('getaccountsinfolist'), 1);
    assertRefused((await bind(nina, 'nina-demo')).code);
    assert.equal(await calls('getaccountsinfolist'), 1);
  });

  it('that the filter takes by its group alone is let in', async (t) => {
    const { bind, create } = await startBeforeUse(t, { env: { SIDECAR_ICEWARP_GROUPS: 'archive-admins@example.com' } });
    await create({}, ['archive-admins@example.com']);
    assert.equal((await bind(nina, 'nina-demo')).code, 0);
  });

  it('that is disabled is refused', async (t) => {
    const { bind, create } = await startBeforeUse(t, { env: soon });
    await create({ state: 'disabled' });
    assertRefused((await bind(nina, 'nina-demo')).code);
  });

  it('is 52 and not 49 while its properties cannot be read, though its password can be checked', async (t) => {
    const { bind, create, simulator } = await startBeforeUse(t, { env: soon });
    await create();
    await fetch(new URL('/faults', simulator.controlUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ command: 'getaccountsinfolist', kind: 'status', status: 503, count: 20 }),
    }).then((answer) => assert.equal(answer.status, 201));
    const { code, ms } = await bind(nina, 'nina-demo');
    assert.equal(code, 52);
    assert.ok(ms > deadlineMs - 50, `${ms} ms`);
  });

  it('stays when a synchronisation that began before it ends after it', async (t) => {
    const { bind, create, app, simulator, search } = await startBeforeUse(t);
    // The list is read before the account is there, and the groups only then.
    await fetch(new URL('/faults', simulator.controlUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ command: 'getaccountmemberinfolist', kind: 'slow', ms: 400, count: 1000 }),
    });
    const run = app.directory.schedule.trigger();
    while (!(await app.directory.schedule.state()).isRunning) await sleep(5);
    await sleep(300);
    await create();
    assert.equal((await bind(nina, 'nina-demo')).code, 0);
    assert.ok(app.directory.schedule.state().isRunning, 'the synchronisation goes on');
    const { outcome } = await run;
    assert.notEqual(outcome, 'failed');
    const { dns, attributes } = await search('reader', byMail(nina));
    assert.deepEqual([dns, attributes.accountEnabled], [[ninaDn], ['TRUE']]);
    assert.equal((await bind(nina, 'nina-demo')).code, 0);
  });

  it('waits for the next synchronisation where `sync.beforeUse` is off', async (t) => {
    const { bind, create, app } = await startBeforeUse(t, { env: { ...soon, SIDECAR_SYNC_BEFORE_USE: 'false' } });
    await create();
    assertRefused((await bind(nina, 'nina-demo')).code);
    await app.directory.schedule.trigger();
    assert.equal((await bind(nina, 'nina-demo')).code, 0);
  });
});

describe('an exact look-up over LDAP of an account that came after the last synchronisation', linuxOnly, () => {
  it('finds it for service accounts with `beforeUse`, within a second, and for no others', async (t) => {
    const { create, search, calls, forgetCalls } = await startBeforeUse(t);
    await create();
    await forgetCalls();
    assert.deepEqual((await search('reader', byMail(nina))).dns, []);
    assert.equal(await calls('getaccountsinfolist'), 0);
    const byProxy = and(equal('objectClass', 'person'), equal('proxyAddresses', `SMTP:${nina}`));
    let found = await search('archive', byProxy);
    // On a busy machine a second is too short: it goes on being read.
    for (let turn = 0; found.code === 51 && turn < 10; turn += 1) found = await search('archive', byProxy);
    assert.deepEqual([found.code, found.dns], [0, [ninaDn]]);
    assert.deepEqual((await search('reader', equal('uid', nina))).dns, [ninaDn]);
  });

  it('asks once a minute for an address that nobody has, and never for another domain or for a pattern', async (t) => {
    const { search, calls, forgetCalls } = await startBeforeUse(t);
    await search('archive', byMail('someone@example.com'));
    await forgetCalls();
    for (let turn = 0; turn < 3; turn += 1) {
      for (const filter of [byMail('someone@example.com'), byMail('x@elsewhere.test'), present('mail')]) {
        assert.equal((await search('archive', filter)).code, 0);
      }
    }
    assert.equal(await calls('getaccountsinfolist'), 0);
    assert.equal(await calls('getaccountproperties'), 0);
  });

  it('asks for five a second at most; the rest is busy, never absent', async (t) => {
    const { search, calls, forgetCalls } = await startBeforeUse(t);
    await search('archive', byMail('warm@example.com'));
    await sleep(1000);
    await forgetCalls();
    const names = Array.from({ length: 20 }, (_, index) => `someone${index}@example.com`);
    const codes = (await Promise.all(names.map((name) => search('archive', byMail(name))))).map(({ code }) => code);
    assert.deepEqual([...new Set(codes)].sort(), [0, 51]);
    const asked = codes.filter((code) => code === 0).length;
    assert.ok(asked >= 5 && asked <= 10, `${asked} were asked for`);
    // Each is looked for under two masks.
    assert.equal(await calls('getaccountsinfolist'), 2 * asked);
  });

  it('is busy within a second while IceWarp is down', async (t) => {
    const { search, simulator } = await startBeforeUse(t);
    await simulator.stop();
    const { code, ms } = await search('archive', byMail(nina));
    assert.equal(code, 51);
    assert.ok(ms < 1_500, `${ms} ms`);
  });
});

describe('a known account that logs in', linuxOnly, () => {
  it('is read anew in the background, once a minute', async (t) => {
    const { bind, search, simulator, calls, forgetCalls } = await startBeforeUse(t);
    simulator.company.patchAccount('bob@example.com', { comment: 'moved to Graz' });
    await forgetCalls();
    assert.equal((await bind('bob@example.com', 'bob-demo')).code, 0);
    const until = Date.now() + 5_000;
    const descriptionOf = async () => (await search('reader', byMail('bob@example.com'))).attributes.description?.[0];
    while ((await descriptionOf()) !== 'moved to Graz' && Date.now() < until) await sleep(20);
    assert.equal(await descriptionOf(), 'moved to Graz');
    assert.equal((await bind('bob@example.com', 'bob-demo')).code, 0);
    await sleep(200);
    assert.equal(await calls('getaccountsinfolist'), 1);
  });
});
