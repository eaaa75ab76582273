import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { leaves, listOf, startTestSimulator, uidOf } from './simulator-client.ts';

describe('simulator lists', async () => {
  const { simulator, call, login } = await startTestSimulator();
  const sid = await login();

  it('lists domains, the internal one included, by page, name and type', async () => {
    const all = await call('getdomainsinfolist', '<offset>0</offset><count>100</count>', sid);
    assert.deepEqual(leaves(all, 'name'), ['example.com', 'example.org', '##internalservicedomain.icewarp.com##']);
    assert.deepEqual(leaves(all, 'overallcount'), ['3']);
    const second = await call('getdomainsinfolist', '<offset>1</offset><count>1</count>', sid);
    assert.deepEqual(
      [leaves(second, 'name'), leaves(second, 'offset'), leaves(second, 'overallcount')],
      [['example.org'], ['1'], ['3']],
    );
    const filter =
      '<filter><namemask>*.ORG</namemask><typemask>0</typemask></filter><offset>0</offset><count>9</count>';
    assert.deepEqual(leaves(await call('getdomainsinfolist', filter, sid), 'name'), ['example.org']);
    const aliases = '<filter><typemask>2</typemask></filter><offset>0</offset><count>9</count>';
    assert.deepEqual(leaves(await call('getdomainsinfolist', aliases, sid), 'overallcount'), ['0']);
  });

  it('writes an account as documented', async () => {
    const reply = await call('getaccountsinfolist', listOf('example.com', '0', 0, 1, 'carol'), sid);
    assert.equal(
      reply.slice(reply.indexOf('<item>')),
      '<item>\n<name>Carol Clark</name>\n<email>carol@example.com</email>\n<displayemail>carol@example.com</displayemail>\n' +
        '<accounttype>0</accounttype>\n<accountstate>\n<classname>TAccountState</classname>\n<state>1</state>\n</accountstate>\n' +
        '<admintype>0</admintype>\n<quota>\n<classname>TAccountQuota</classname>\n<mailboxsize>0</mailboxsize>\n<mailboxquota>0</mailboxquota>\n</quota>\n' +
        '<image/>\n<planid/>\n<serviceinfo/>\n</item>\n<offset>0</offset>\n<overallcount>1</overallcount>\n</result>\n</query>\n</iq>',
    );
  });

  it('gives every account of a type exactly once over pages', async () => {
    const seen: string[] = [];
    for (let offset = 0; ; offset += 4) {
      const page = await call('getaccountsinfolist', listOf('example.com', '0', offset, 4), sid);
      const emails = leaves(page, 'email');
      assert.equal(leaves(page, 'overallcount')[0], '16');
      seen.push(...emails);
      if (emails.length === 0) break;
    }
    assert.equal(new Set(seen).size, 16);
    assert.equal(seen.length, 16);
  });

  it('lists groups with the built-in one, mailing lists, administrators, and everything without a mask', async () => {
    const groups = leaves(await call('getaccountsinfolist', listOf('example.com', '7'), sid), 'email');
    assert.deepEqual(groups.sort(), [
      'archive-admins@example.com',
      'auditors@example.com',
      'legal-team@example.com',
      'public-folders@example.com',
      'staff@example.com',
    ]);
    assert.deepEqual(leaves(await call('getaccountsinfolist', listOf('example.com', '1'), sid), 'email'), [
      'news@example.com',
    ]);
    const admins =
      '<domainstr>example.com</domainstr><filter><adminmask>1</adminmask></filter><offset>0</offset><count>9</count>';
    assert.deepEqual(leaves(await call('getaccountsinfolist', admins, sid), 'email'), ['admin@example.com']);
    const bare = '<domainstr>example.com</domainstr><offset>0</offset><count>100</count>';
    assert.deepEqual(leaves(await call('getaccountsinfolist', bare, sid), 'overallcount'), ['22']);
  });

  it('matches masks without case against login name and display name, and not against the address', async () => {
    const find = async (mask: string) =>
      leaves(await call('getaccountsinfolist', listOf('example.com', '0', 0, 50, mask), sid), 'email');
    assert.deepEqual(await find('ALI?E'), ['alice@example.com']);
    assert.deepEqual(await find('*baker'), ['bob@example.com']);
    assert.deepEqual(await find('*山田*'), ['yamada@example.com']);
    assert.deepEqual(await find('alice@*'), []);
    assert.deepEqual(await find('lic'), []);
  });

  it('gives no items without a count, with the true number of all', async () => {
    const reply = await call('getaccountsinfolist', '<domainstr>example.com</domainstr>', sid);
    assert.deepEqual([leaves(reply, 'email'), leaves(reply, 'overallcount')], [[], ['22']]);
  });

  it('follows edits of the company from one page to the next', async () => {
    simulator.company.addAccount({ address: 'new@example.org', password: 'new-demo' });
    assert.ok(
      leaves(await call('getaccountsinfolist', listOf('example.org', '0'), sid), 'email').includes('new@example.org'),
    );
    simulator.company.removeAccount('new@example.org');
    assert.ok(
      !leaves(await call('getaccountsinfolist', listOf('example.org', '0'), sid), 'email').includes('new@example.org'),
    );
  });

  it('names what is wrong with a request', async () => {
    assert.equal(uidOf(await call('getaccountsinfolist', '', sid)), 'domain_parameter_empty');
    assert.equal(uidOf(await call('getaccountsinfolist', listOf('unknown.test', '0'), sid)), 'domain_invalid');
    assert.equal(
      uidOf(await call('getaccountsinfolist', listOf('example.com', 'users'), sid)),
      'simulator_typemask_invalid',
    );
    const plans = '<domainstr>example.com</domainstr><filter><planmask>gold</planmask></filter>';
    assert.equal(uidOf(await call('getaccountsinfolist', plans, sid)), 'simulator_planmask_unsupported');
    const offset = '<domainstr>example.com</domainstr><offset>-1</offset>';
    assert.equal(uidOf(await call('getaccountsinfolist', offset, sid)), 'simulator_offset_invalid');
  });

  it('lists members as they were entered, by page and mask', async () => {
    const members = (more: string) => call('getaccountmemberinfolist', `<who>Staff@Example.com</who>${more}`, sid);
    const all = await members('<filter><namemask>*</namemask></filter><offset>0</offset><count>100</count>');
    assert.deepEqual(leaves(all, 'val'), [
      '[example.com]',
      'peggy@example.org',
      'consultant@elsewhere.test',
      'left-long-ago@example.com',
    ]);
    assert.match(
      all,
      /<item>\n<val>\[example\.com\]<\/val>\n<default>0<\/default>\n<recieve>0<\/recieve>\n<post>0<\/post>\n<digest>0<\/digest>\n<params\/>\n<\/item>/,
    );
    const page = await members('<offset>3</offset><count>5</count>');
    assert.deepEqual([leaves(page, 'val'), leaves(page, 'overallcount')], [['left-long-ago@example.com'], ['4']]);
    const masked = await members('<filter><namemask>*elsewhere*</namemask></filter><offset>0</offset><count>5</count>');
    assert.deepEqual([leaves(masked, 'val'), leaves(masked, 'overallcount')], [['consultant@elsewhere.test'], ['1']]);
    assert.equal(
      uidOf(await call('getaccountmemberinfolist', '<who>nobody@example.com</who>', sid)),
      'account_invalid',
    );
  });

  it('can write lists as old builds do', async () => {
    const { dialect } = simulator.company.server;
    simulator.company.patchServer({ dialect: { ...dialect, oldLists: true, bareEmptyLists: true } });
    const old = await call('getaccountsinfolist', listOf('example.com', '0', 0, 1), sid);
    assert.doesNotMatch(old, /accountstate|displayemail/);
    assert.match(
      await call('getaccountmemberinfolist', '<who>empty@example.org</who><offset>0</offset><count>9</count>', sid),
      /<result\/>/,
    );
    assert.match(await call('getdomainsinfolist', '<offset>0</offset><count>1</count>', sid), /<accountcount>-1</);
    simulator.company.patchServer({ dialect });
    const empty = await call(
      'getaccountmemberinfolist',
      '<who>empty@example.org</who><offset>0</offset><count>9</count>',
      sid,
    );
    assert.match(empty, /<result>\n<offset>0<\/offset>\n<overallcount>0<\/overallcount>\n<\/result>/);
  });
});
