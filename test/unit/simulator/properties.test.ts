import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { leaves, propertiesOf, startTestSimulator, uidOf } from './simulator-client.ts';

describe('simulator properties', async () => {
  const { simulator, call, login } = await startTestSimulator();
  const sid = await login();
  const read = (address: string, ...names: string[]) =>
    call('getaccountproperties', propertiesOf(address, ...names), sid);
  const value = async (address: string, name: string) => {
    const reply = await read(address, name);
    assert.match(reply, /TPropertyString</, name);
    assert.equal(leaves(reply, 'propname')[0], name);
    return leaves(reply, 'val')[0] ?? '';
  };

  it('writes an item as documented, under the name that was asked for', async () => {
    const reply = await read('alice@example.com', 'u_NAME');
    assert.equal(
      reply.slice(reply.indexOf('<item>'), reply.indexOf('</result>')),
      '<item>\n<apiproperty>\n<propname>u_NAME</propname>\n</apiproperty>\n<propertyval>\n<classname>TPropertyString</classname>\n' +
        '<val>Alice Archer</val>\n</propertyval>\n<propertyright>2</propertyright>\n</item>\n',
    );
  });

  const expected: readonly (readonly [address: string, name: string, value: string])[] = [
    ['bob@example.com', 'U_Alias', 'robert'],
    ['bob@example.com', 'U_EmailAlias', 'robert'],
    ['bob@example.com', 'U_AliasList', 'bob@example.com;bob@example.net;robert@example.com;robert@example.net'],
    ['bob@example.com', 'U_Login', 'bob'],
    ['bob@example.com', 'U_Mailbox', 'bob'],
    ['guest@example.com', 'U_Mailbox', 'visitor@elsewhere.test'],
    ['guest@example.com', 'U_IsGuestAccount', '1'],
    ['mallory@example.org', 'U_Blocked', '1'],
    ['bob@example.com', 'U_AuthMode', '0'],
    ['alice@example.com', 'U_Created', '2024/01/15'],
    ['bob@example.com', 'U_Created', ''],
    ['bob@example.com', 'U_PasswordLastChanged', ''],
    ['bob@example.com', 'A_LastLoginTime', ''],
    ['news@example.com', 'M_SendAllLists', '0'],
    ['alice@example.com', 'U_Groups', 'legal-team@example.com;staff@example.com;public-folders@example.com;'],
    ['judy@example.org', 'U_Groups', 'auditors@example.com;public-folders@example.org;'],
    ['judy@example.org', 'U_GroupsList', 'auditors@example.com;auditors@example.net;public-folders@example.org;'],
    ['carol@example.com', 'U_AccountDisabled', '1'],
    ['oscar@example.org', 'U_AccountDisabled', '2'],
    ['frank@example.com', 'U_AccountValid', '1'],
    ['frank@example.com', 'U_AccountValidTill_Date', '2020/12/31'],
    ['bob@example.com', 'U_AccountValid', '0'],
    ['bob@example.com', 'U_AccountValidTill_Date', '1899/12/30'],
    ['erin@example.com', 'U_PasswordExpired', '1'],
    ['admin@example.com', 'U_Admin', '1'],
    ['postmaster@example.org', 'U_DomainAdmin', '1'],
    ['postmaster@example.org', 'U_Admin', '0'],
    ['admin@example.com', 'U_WebAdmin', '0'],
    ['staff@example.com', 'U_Comment', 'The whole domain'],
    ['bob@example.com', 'U_PhoneAlias', '+1 555 0101'],
    ['grace@example.com', 'U_Name', 'Grace, Countess of &lt;Lovelace&gt; &amp; Co'],
    ['nguyen@example.com', 'U_Name', 'Nguye\u0302\u0303n Va\u0306n An'],
    ['007@example.com', 'U_Name', '007'],
  ];
  for (const [address, name, wanted] of expected) {
    it(`reads ${name} of ${address}`, async () => {
      assert.equal(await value(address, name), wanted);
    });
  }

  it('gives names, cards and lists their own classes', async () => {
    assert.match(
      await read('heidi@example.com', 'A_Name'),
      /<classname>TAccountName<\/classname>\n<name>Heidi<\/name>\n<surname>Maiden<\/surname>/,
    );
    const card = await read('heidi@example.com', 'A_VCard');
    assert.match(card, /<classname>TAccountCard<\/classname>/);
    assert.deepEqual(leaves(card, 'lastname'), ['Married']);
    assert.deepEqual(leaves(card, 'jobtitle'), ['Archivist']);
    assert.match(card, /<birthday\/>/);
    assert.match(
      await read('bob@example.com', 'A_AliasList'),
      /<classname>TPropertyStringList<\/classname>\n<val>\n<item>robert<\/item>\n<\/val>/,
    );
    assert.match(await read('carol@example.com', 'A_AliasList'), /TPropertyStringList<\/classname>\n<val\/>/);
  });

  it('tells an empty text, an unset card, a missing right and an unknown name apart', async () => {
    simulator.company.patchAccount('trent@example.org', { card: null, unreadable: ['U_Name'] });
    assert.match(
      await read('trent@example.org', 'U_Comment'),
      /TPropertyString<\/classname>\n<val\/>[\s\S]*<propertyright>2</,
    );
    assert.match(await read('trent@example.org', 'A_VCard'), /TPropertyNoValue[\s\S]*<propertyright>2</);
    assert.match(await read('trent@example.org', 'U_Name'), /TPropertyNoValue[\s\S]*<propertyright>0</);
    assert.match(await read('trent@example.org', 'U_Unheard'), /TPropertyNoValue[\s\S]*<propertyright>0</);
    assert.match(await read('trent@example.org', 'U_AliasList'), /<propertyright>1</);
  });

  it('answers one item for every name, and sets by number', async () => {
    assert.equal(leaves(await read('bob@example.com', 'U_Name', 'U_Unheard', 'U_Name'), 'propname').length, 3);
    const set = (number: string) =>
      call(
        'getaccountproperties',
        `<accountemail>bob@example.com</accountemail><accountpropertyset>${number}</accountpropertyset>`,
        sid,
      );
    assert.equal(leaves(await set('1'), 'propname').length, 28);
    assert.equal(leaves(await set('0'), 'propname').length, 0);
    assert.equal(uidOf(await set('9')), 'simulator_accountpropertyset_invalid');
  });

  it('carries awkward texts unchanged', async () => {
    for (const text of ['true', '0042', '  both ends  ', '\u00a0', '&lt;', ']]>', 'two\nlines', '1e3', '🌻']) {
      simulator.company.patchAccount('trent@example.org', { comment: text });
      const escaped = text.replaceAll('&', '&amp;').replaceAll('>', '&gt;');
      assert.equal(await value('trent@example.org', 'U_Comment'), escaped);
    }
  });

  it('names a missing address and an unknown account', async () => {
    assert.equal(uidOf(await call('getaccountproperties', '', sid)), 'account_email_parameter_missing');
    assert.equal(uidOf(await read('nobody@example.com', 'U_Name')), 'account_invalid');
    assert.equal(uidOf(await read('nobody', 'U_Name')), 'account_invalid');
    assert.equal(uidOf(await read('robert@example.com', 'U_Name')), 'account_invalid');
  });

  it('reads properties of domains', async () => {
    const read = async (name: string, ...names: string[]) => {
      const items = names.map((each) => `<item><propname>${each}</propname></item>`).join('');
      return call(
        'getdomainproperties',
        `<domainstr>${name}</domainstr><domainpropertylist>${items}</domainpropertylist>`,
        sid,
      );
    };
    simulator.company.patchDomain('example.com', { aliases: ['example.net', 'example.edu'] });
    simulator.company.patchDomain('example.org', { loginDisabled: true, expiresOn: '2030/01/01' });
    simulator.company.addDomain({ name: 'mail.example.org', type: 'alias', target: 'example.org' });
    assert.deepEqual(leaves(await read('example.com', 'd_aliases', 'D_Description'), 'val'), [
      'example.net;example.edu',
      'Example Company',
    ]);
    const names = ['D_DisableLogin', 'D_Expires', 'D_ExpiresOn_Date'];
    assert.deepEqual(leaves(await read('example.org', ...names), 'val'), ['1', '1', '2030/01/01']);
    assert.deepEqual(leaves(await read('example.com', ...names), 'val'), ['0', '0', '1899/12/30']);
    assert.deepEqual(leaves(await read('mail.example.org', 'D_DomainValue'), 'val'), ['example.org']);
    assert.equal(
      await value('judy@example.org', 'U_AliasList'),
      'judy@example.org;judy@mail.example.org;jj@example.org;jj@mail.example.org',
    );
    assert.equal(uidOf(await call('getdomainproperties', '', sid)), 'domain_parameter_empty');
  });

  it('reads settings of the server, the defaults and the company’s own', async () => {
    const items = ['c_version', 'C_Niceversion', 'C_Accounts_Policies_Login_Attempts', 'C_Unheard'];
    const list = items.map((name) => `<item><propname>${name}</propname></item>`).join('');
    const reply = await call('getserverproperties', `<serverpropertylist>${list}</serverpropertylist>`, sid);
    assert.deepEqual(leaves(reply, 'val'), ['14.3.0.3', '14.3.0', '5']);
    assert.deepEqual(leaves(reply, 'propertyright'), ['1', '1', '2', '0']);
    simulator.company.patchServer({ settings: { C_Version: '10.3.0.1' } });
    assert.deepEqual(
      leaves(await call('getserverproperties', `<serverpropertylist>${list}</serverpropertylist>`, sid), 'val')[0],
      '10.3.0.1',
    );
  });
});
