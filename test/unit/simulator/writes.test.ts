import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { credentials, leaves, listOf, propertiesOf, startTestSimulator, uidOf } from './simulator-client.ts';

type Value = string | readonly string[];

/** A property to be written: a text, a list, or leaves of a class. */
function item(name: string, value: Value | { readonly of: string; readonly xml: string }): string {
  const [of, xml] =
    typeof value === 'string'
      ? ['TPropertyString', `<val>${value}</val>`]
      : 'of' in value
        ? [value.of, value.xml]
        : ['tpropertystringlist', `<val>${value.map((each) => `<item>${each}</item>`).join('')}</val>`];
  return `<item><apiproperty><propname>${name}</propname></apiproperty><propertyval><classname>${of}</classname>${xml}</propertyval></item>`;
}

describe('simulator writes', async () => {
  const { simulator, call, login } = await startTestSimulator();
  const sid = await login();
  const resultOf = (reply: string) => uidOf(reply) ?? leaves(reply, 'result')[0];
  const create = async (items: string, domain = 'example.com', as = sid) =>
    resultOf(
      await call(
        'createaccount',
        `<domainstr>${domain}</domainstr><accountproperties>${items}</accountproperties>`,
        as,
      ),
    );
  const set = async (address: string, items: string, as = sid) =>
    resultOf(
      await call(
        'setaccountproperties',
        `<accountemail>${address}</accountemail><propertyvaluelist>${items}</propertyvaluelist>`,
        as,
      ),
    );
  const read = async (address: string, name: string) => call('getaccountproperties', propertiesOf(address, name), sid);
  const value = async (address: string, name: string) => leaves(await read(address, name), 'val')[0] ?? '';

  it('creates a user that can be listed, changed, log in and be deleted', async () => {
    assert.equal(await create(item('U_Mailbox', 'ann') + item('u_type', '0') + item('u_name', 'Ann')), '1');
    assert.deepEqual(leaves(await call('getaccountsinfolist', listOf('example.com', '0', 0, 9, 'ann'), sid), 'email'), [
      'ann@example.com',
    ]);
    const password =
      '<accountemail>ann@example.com</accountemail><ignorepolicy>0</ignorepolicy><password>S3same!x</password>';
    assert.equal(resultOf(await call('setaccountpassword', password, sid)), '1');
    assert.match(await call('getauthtoken', credentials('ann@example.com', 'S3same!x')), /<authtoken>/);
    const list =
      '<domainstr>example.com</domainstr><accountlist><classname>tpropertystringlist</classname><val><item>ann@example.com</item></val></accountlist>';
    assert.equal(resultOf(await call('deleteaccounts', list, sid)), '1');
    assert.equal(resultOf(await call('deleteaccounts', list, sid)), 'account_invalid');
    assert.equal(uidOf(await read('ann@example.com', 'u_name')), 'account_invalid');
  });

  it('names what a new account lacks', async () => {
    assert.equal(await create(item('u_type', '0')), 'account_mailbox_property_missing');
    assert.equal(await create(item('u_mailbox', 'x')), 'account_type_property_missing');
    assert.equal(await create(item('u_mailbox', 'x') + item('u_type', '0'), ''), 'domain_parameter_empty');
    assert.equal(await create(item('u_mailbox', 'alice') + item('u_type', '0')), 'simulator_account_unusable');
    assert.equal(await create(item('u_mailbox', 'a b') + item('u_type', '0')), 'simulator_account_unusable');
    const weak = item('u_mailbox', 'weak') + item('u_type', '0') + item('u_password', 'weak');
    assert.equal(await create(weak), 'account_password_policy');
    assert.equal(uidOf(await read('weak@example.com', 'u_name')), 'account_invalid');
  });

  it('refuses weak passwords and those with the name in them, unless the policy is left aside', async () => {
    const change = async (password: string, ignore: string) =>
      resultOf(
        await call(
          'setaccountpassword',
          `<accountemail>bob@example.com</accountemail><ignorepolicy>${ignore}</ignorepolicy><password>${password}</password>`,
          sid,
        ),
      );
    for (const weak of ['', 'lower-1', 'UPPER-1', 'Letters-', 'Digits11', 'Bob-1234']) {
      assert.equal(await change(weak, '0'), 'account_password_policy', weak);
    }
    assert.match(await call('getauthtoken', credentials('bob@example.com', 'bob-demo')), /<authtoken>/);
    assert.equal(await change('bob', '1'), '1');
    assert.match(await call('getauthtoken', credentials('bob@example.com', 'bob')), /<authtoken>/);
  });

  const written = [
    ['U_Name', 'Ålïce &amp; Co', 'Ålïce &amp; Co'],
    ['u_comment', '  two\nlines ', '  two\nlines '],
    ['u_alias', 'ally;alex;', 'ally;alex'],
    ['u_accountdisabled', '3', '3'],
    ['u_authmode', '2', '2'],
    ['u_authmodevalue', 'host;uid=x', 'host;uid=x'],
    ['u_passwordexpired', '1', '1'],
    ['u_accountvalidtill_date', '2030/01/31', '2030/01/31'],
    ['u_accountvalid', '0', '0'],
    ['u_domainadmin', '1', '1'],
    ['u_isguestaccount', '1', '1'],
    ['u_phonealias', '0042', '0042'],
  ] as const;
  for (const [name, text, shown] of written) {
    it(`writes ${name}`, async () => {
      assert.equal(await set('trent@example.org', item(name, text)), '1');
      assert.equal(await set('trent@example.org', item(name, text)), '1');
      assert.equal(await value('trent@example.org', name), shown);
    });
  }

  it('writes lists, and names as parts that make the full name', async () => {
    assert.equal(await set('alice@example.com', item('a_aliaslist', ['one', 'two'])), '1');
    assert.deepEqual(leaves(await read('alice@example.com', 'a_aliaslist'), 'item'), ['one', 'two']);
    const name = { of: 'taccountname', xml: '<name>Al</name><surname>Bo</surname>' };
    assert.equal(await set('alice@example.com', item('a_name', name)), '1');
    assert.equal(await value('alice@example.com', 'u_name'), 'Al Bo');
  });

  it('replaces the whole card', async () => {
    const card = { of: 'TAccountCard', xml: '<firstname>Al</firstname><nickname>Ace</nickname><jobtitle/>' };
    assert.equal(await set('alice@example.com', item('a_vcard', card)), '1');
    const reply = await read('alice@example.com', 'a_vcard');
    assert.match(reply, /<firstname>Al<\/firstname>\s*<lastname\/>[\s\S]*<nickname>Ace<\/nickname>/);
    assert.match(reply, /<email1address\/>/);
  });

  it('answers 0 and writes nothing when one property is unknown, read only or unusable', async () => {
    const before = await value('alice@example.com', 'u_comment');
    const others = [
      item('u_unheard', '1'),
      item('u_login', 'x'),
      item('u_accountdisabled', '5'),
      item('u_blocked', 'yes'),
      item('a_name', 'Al Bo'),
      item('m_sendalllists', '1'),
      item('u_name', { of: 'TUnheard', xml: '<val>x</val>' }),
    ];
    for (const other of others) {
      assert.equal(await set('alice@example.com', item('u_comment', 'changed') + other), '0', other);
      assert.equal(await value('alice@example.com', 'u_comment'), before);
    }
    assert.equal(await set('alice@example.com', item('u_accountvalidtill_date', 'soon')), 'simulator_account_unusable');
    assert.equal(await set('nobody@example.com', item('u_comment', 'x')), 'account_invalid');
    assert.equal(await set('', item('u_comment', 'x')), 'account_email_parameter_missing');
  });

  it('unblocks an account, whoever blocked it', async () => {
    simulator.company.patchServer({
      settings: { C_Accounts_Policies_Login_Block: '2', C_Accounts_Policies_Login_Attempts: '1' },
    });
    simulator.loginElsewhere('grace@example.com', 'wrong');
    for (const address of ['grace@example.com', 'mallory@example.org']) {
      assert.equal(await value(address, 'u_blocked'), '1');
      assert.equal(await set(address, item('u_blocked', '0')), '1');
      assert.equal(await value(address, 'u_blocked'), '0');
    }
    assert.match(await call('getauthtoken', credentials('grace@example.com', 'grace-demo')), /<authtoken>/);
  });

  it('lets a domain administrator write in his own domain, and make nobody an administrator', async () => {
    const postmaster = await login('postmaster@example.org', 'postmaster-demo');
    assert.equal(await set('judy@example.org', item('u_comment', 'x'), postmaster), '1');
    assert.equal(await set('postmaster@example.org', item('u_admin', '1'), postmaster), 'access_denied');
    assert.equal(await set('alice@example.com', item('u_comment', 'x'), postmaster), 'access_denied');
    const admin = item('u_mailbox', 'root') + item('u_type', '0') + item('u_admin', '1');
    assert.equal(await create(admin, 'example.org', postmaster), 'access_denied');
    assert.equal(await set('judy@example.org', item('u_comment', 'x'), 'no-session'), 'session_invalid');
  });

  it('deletes nothing when one address is unknown or in another domain', async () => {
    for (const other of ['nobody@example.com', 'trent@example.org']) {
      const list = `<domainstr>example.com</domainstr><accountlist><classname>TPropertyStringList</classname><val><item>alice@example.com</item><item>${other}</item></val></accountlist>`;
      assert.equal(resultOf(await call('deleteaccounts', list, sid)), 'account_invalid');
    }
    assert.equal(await value('alice@example.com', 'u_mailbox'), 'alice');
  });

  it('creates a group and adds and removes members that need not exist', async () => {
    const change = async (command: string, members: readonly string[]) => {
      const items = members.map(
        (each) => `<item><classname>tpropertymember</classname><val>${each}</val><default>1</default></item>`,
      );
      const params = `<accountemail>team@example.com</accountemail><members><classname>tpropertymembers</classname><val>${items.join('')}</val></members>`;
      return resultOf(await call(command, params, sid));
    };
    const clear = async (mask: string) =>
      resultOf(
        await call(
          'deleteAllAccountMembers',
          `<accountemail>team@example.com</accountemail><filter><namemask>${mask}</namemask></filter>`,
          sid,
        ),
      );
    const members = async () =>
      leaves(
        await call('getaccountmemberinfolist', '<who>team@example.com</who><offset>0</offset><count>9</count>', sid),
        'val',
      );
    assert.equal(await change('addaccountmembers', ['a@b.test']), 'account_invalid');
    assert.equal(await create(item('u_mailbox', 'team') + item('u_type', '7')), '1');
    const all = ['alice@example.com', 'ghost@example.com', '[example.org]', 'team@example.com'];
    assert.equal(await change('addaccountmembers', all), '1');
    assert.equal(await change('addaccountmembers', all.slice(0, 2)), '1');
    assert.deepEqual(await members(), all);
    assert.equal(await change('addaccountmembers', ['x@example.com', '']), 'simulator_member_unusable');
    assert.equal(await change('deleteaccountmembers', ['ghost@example.com', 'absent@example.com']), '1');
    assert.deepEqual(await members(), ['alice@example.com', '[example.org]', 'team@example.com']);
    assert.equal(await clear(''), 'simulator_namemask_missing');
    assert.equal(await clear('*@EXAMPLE.com'), '1');
    assert.deepEqual(await members(), ['[example.org]']);
    assert.equal(await clear('*'), '1');
    assert.deepEqual(await members(), []);
    const user = '<accountemail>bob@example.com</accountemail><members/>';
    assert.equal(uidOf(await call('addaccountmembers', user, sid)), 'simulator_account_has_no_members');
  });
});
