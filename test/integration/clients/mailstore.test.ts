import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Client, type Entry, InvalidCredentialsError, UnwillingToPerformError } from 'ldapts';
import { type ClientWorld, startClientWorld } from './support/client-world.ts';
import { withLdapts } from './support/ldapts-client.ts';

/** The administrator's own filter, as MailStore's examples for Active Directory have it. */
const directoryFilter = '(&(objectClass=user)(objectCategory=person)(proxyAddresses=*))';
const attributes = [
  'distinguishedName',
  'sAMAccountName',
  'userPrincipalName',
  'displayName',
  'mail',
  'proxyAddresses',
];
const password = 'mailstore-demo';

const listOf = (value: Entry[string] | undefined) => (value === undefined ? [] : [value].flat().map(String));

describe('MailStore’s generic LDAP', () => {
  let world: ClientWorld;
  before(async () => {
    world = await startClientWorld({
      listeners: [
        { name: 'starttls', tls: 'starttls', profile: 'mailstore', settings: { requireTls: true } },
        { name: 'ldaps', tls: 'ldaps', profile: 'mailstore' },
      ],
      accounts: [{ name: 'mailstore', password, profile: 'mailstore' }],
    });
  });
  after(() => world?.stop());

  const withClient = <T>(listener: string, use: (client: Client) => Promise<T>) => withLdapts(world, listener, use);
  const synchronise = (listener: string, base: string, filter = directoryFilter) =>
    withClient(listener, async (client) => {
      await client.bind('mailstore', password);
      return (await client.search(base, { scope: 'sub', filter, attributes })).searchEntries;
    });

  for (const listener of ['starttls', 'ldaps']) {
    it(`reads by ${listener} where the tree begins, before and after its login`, async () => {
      await withClient(listener, async (client) => {
        const read = async () => {
          const names = ['namingContexts', 'defaultNamingContext', 'supportedLDAPVersion'];
          const options = { scope: 'base', filter: '(objectClass=*)', attributes: names } as const;
          const { searchEntries } = await client.search('', options);
          return searchEntries[0];
        };
        const anonymous = await read();
        assert.equal(anonymous?.defaultNamingContext, 'o=icewarp');
        await client.bind('mailstore', password);
        assert.deepEqual(await read(), anonymous);
      });
    });
  }

  it('logs its administrative account in by name and by DN', async () => {
    for (const name of ['mailstore', 'MailStore', 'cn=mailstore', 'CN=MailStore']) {
      await withClient('ldaps', (client) => client.bind(name, password));
    }
    await withClient('ldaps', async (client) => {
      await assert.rejects(client.bind('mailstore', 'wrong'), InvalidCredentialsError);
      await assert.rejects(client.bind('mailstore', ''), UnwillingToPerformError);
      await assert.rejects(client.bind('nobody-of-that-name', password), InvalidCredentialsError);
    });
  });

  it('finds the same people with its base left empty and with the one it found', async () => {
    const empty = await synchronise('starttls', '');
    const named = await synchronise('starttls', 'o=icewarp');
    assert.ok(named.length > 20);
    assert.deepEqual(empty, named);
  });

  it('gets of every user a name, a full name, a bare address first and addresses with a prefix', async () => {
    const found = await synchronise('ldaps', '');
    assert.ok(found.length > 20);
    for (const user of found) {
      const mail = listOf(user.mail);
      const prefixed = listOf(user.proxyAddresses);
      assert.ok(user.dn.startsWith(`uid=${mail[0]},`), user.dn);
      assert.equal(listOf(user.displayName).length, 1, user.dn);
      assert.deepEqual(listOf(user.userPrincipalName), [mail[0]]);
      assert.deepEqual(
        prefixed.filter((value) => value.startsWith('SMTP:')),
        [`SMTP:${mail[0]}`],
      );
      assert.deepEqual(new Set(prefixed.map((value) => value.replace(/^smtp:/i, ''))), new Set(mail));
    }
  });

  it('narrows by what an administrator writes, and an attribute that nobody has is no error', async () => {
    const uids = async (filter: string) =>
      (await synchronise('ldaps', '', filter)).map(({ userPrincipalName }) => userPrincipalName).sort();
    const auditors = ['alice@example.com', 'judy@example.org'];
    const inGroup = '(memberOf=cn=auditors@example.com,ou=groups,o=icewarp)';
    assert.deepEqual(await uids(`(&(objectClass=user)${inGroup})`), auditors);
    assert.deepEqual(await uids(`(&(objectClass=inetOrgPerson)(mail=*)${inGroup})`), auditors);
    assert.deepEqual(await uids(`(&${directoryFilter}(|(sAMAccountName=ali*)(mail=*judy@example.org)))`), auditors);
    assert.deepEqual(
      await uids(`(&${directoryFilter}${inGroup}(!(userPrincipalName=judy@example.org)))`),
      auditors.slice(0, 1),
    );
    assert.deepEqual(await uids(`(&${directoryFilter}(msExchHideFromAddressLists=TRUE))`), []);
    assert.deepEqual(await uids(`(&${directoryFilter}${inGroup}(!(msExchHideFromAddressLists=TRUE)))`), []);
    assert.deepEqual(await uids(`(|(msExchHideFromAddressLists=TRUE)(&${directoryFilter}${inGroup}))`), auditors);
  });

  it('gets everybody in one answer and in pages', async () => {
    const whole = await synchronise('ldaps', '');
    assert.ok(whole.length > 20);
    const pages: Entry[] = [];
    await withClient('ldaps', async (client) => {
      await client.bind('cn=mailstore', password);
      const options = { scope: 'sub', filter: directoryFilter, attributes, paged: { pageSize: 5 } } as const;
      for await (const { searchEntries } of client.searchPaginated('', options)) pages.push(...searchEntries);
    });
    assert.deepEqual(pages, whole);
  });

  it('logs people in by the DN it has stored, of every domain, and says no to all else', async () => {
    const stored = new Map(
      (await synchronise('ldaps', '')).map(({ dn, userPrincipalName }) => [userPrincipalName, dn]),
    );
    const logIn = (address: string, typed: string) =>
      withClient('starttls', (client) => client.bind(stored.get(address) ?? assert.fail(address), typed));
    await logIn('alice@example.com', 'alice-demo');
    await logIn('bob@example.com', 'bob-demo');
    await logIn('judy@example.org', 'judy-demo');
    await assert.rejects(logIn('alice@example.com', 'bob-demo'), InvalidCredentialsError);
    await assert.rejects(logIn('carol@example.com', 'carol-demo'), InvalidCredentialsError, 'disabled');
    await assert.rejects(logIn('alice@example.com', ''), UnwillingToPerformError);
  });
});
