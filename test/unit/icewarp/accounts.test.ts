import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { accountItem, corp, rejectsWith, rowOf, startSource } from './fixtures.ts';
import { readUser } from './read-user.ts';
import { failure, list, properties, unreadable, type WireValue } from './scripted-server.ts';

const noRight = '<propertyval><classname>TPropertyNoValue</classname></propertyval><propertyright>0</propertyright>';
const card = (first: string, last: string, display = ''): WireValue => ({
  raw: `<propertyval><classname>TAccountCard</classname><firstname>${first}</firstname><lastname>${last}</lastname><fileas>${display}</fileas><businessaddress><city>X</city></businessaddress></propertyval>`,
});
const older = (first: string, last: string): WireValue => ({
  raw: `<propertyval><classname>taccountname</classname><name>${first}</name><surname>${last}</surname></propertyval>`,
});

describe('the users of a domain', () => {
  it('are its accounts of type 0, with the state the list tells', async () => {
    const rows = [
      accountItem('al@corp.test', 'Al Bo'),
      accountItem('list@corp.test', 'A list', 1),
      accountItem('staff@corp.test', 'A group', 7),
      accountItem('Carol@corp.test', '', 0, '1'),
      '<name>Old</name><email>old@corp.test</email><accounttype>0</accounttype>',
    ];
    const { source, done } = await startSource(({ command, param }) =>
      command === 'getaccountsinfolist' && param('domainstr') === 'corp.test' ? list(rows) : undefined,
    );
    assert.deepEqual(await source.listUsers(corp), [
      { address: 'al@corp.test', displayName: 'Al Bo', enabled: true, kind: 'user' },
      { address: 'Carol@corp.test', displayName: '', enabled: false, kind: 'user' },
      { address: 'old@corp.test', displayName: 'Old', enabled: undefined, kind: 'user' },
    ]);
    await done();
  });
});

describe('a row with a state that is none', () => {
  it('costs neither the list nor the account, whose properties decide', async () => {
    const rows = [accountItem('al@corp.test', '', 0, 'odd'), accountItem('bo@corp.test', '', 0, '-1')];
    const { source, done } = await startSource(({ command }) =>
      command === 'getaccountsinfolist' ? list(rows) : undefined,
    );
    assert.deepEqual(
      (await source.listUsers(corp)).map(({ address, enabled }) => [address, enabled]),
      [
        ['al@corp.test', undefined],
        ['bo@corp.test', false],
      ],
    );
    await done();
  });
});

describe('the name of a user', () => {
  for (const [what, over, names] of [
    ['the card', { A_VCard: card('Al', 'Bo', 'Bo, Al'), A_Name: older('X', 'Y'), U_Name: 'Z' }, ['Bo, Al', 'Al', 'Bo']],
    ['the card without "display as"', { A_VCard: card('Al', 'Bo'), U_Name: 'Z' }, ['Al Bo', 'Al', 'Bo']],
    ['a card with a surname only', { A_VCard: card('', 'Bo'), A_Name: older('X', 'Y') }, ['Bo', '', 'Bo']],
    ['the older name', { A_Name: older('Al', 'Bo'), U_Name: 'Z' }, ['Al Bo', 'Al', 'Bo']],
    [
      'the older name, the card being empty',
      { A_VCard: card('', ''), A_Name: older('Al', 'Bo') },
      ['Al Bo', 'Al', 'Bo'],
    ],
    ['the full name', { U_Name: ' Al Bo ' }, [' Al Bo ', '', '']],
    ['the list', {}, ['Listed Name', '', '']],
    [
      'the list, nothing else being readable',
      { A_VCard: { raw: noRight }, A_Name: { raw: noRight }, U_Name: { raw: noRight } },
      ['Listed Name', '', ''],
    ],
    ['the older name, the card being unset', { A_VCard: '', A_Name: older('Al', 'Bo') }, ['Al Bo', 'Al', 'Bo']],
  ] as const) {
    it(`comes from ${what}`, async () => {
      const user = await readUser(over);
      assert.deepEqual([user?.displayName, user?.givenName, user?.surname], names);
    });
  }
});

describe('the addresses of a user', () => {
  const aliased = { ...corp, aliases: ['corp.example'] };

  it('are those of all three forms, completed by the domain and its aliases', async () => {
    const user = await readUser(
      {
        A_AliasList: ['albert', 'x@elsewhere.test', ' b ', 'u@CORP.test', ''],
        U_Alias: 'al;albert;[pattern]',
        U_EmailAlias: 'ally;[a]@corp.test',
        U_AliasList: 'al@corp.test;z@corp.test;al@corp.example;',
      },
      aliased,
    );
    assert.deepEqual([...(user?.aliases ?? [])].sort(), [
      'al@corp.example',
      'albert@corp.example',
      'albert@corp.test',
      'ally@corp.example',
      'ally@corp.test',
      'b@corp.example',
      'b@corp.test',
      'u@CORP.test',
      'u@corp.example',
      'x@elsewhere.test',
      'z@corp.example',
      'z@corp.test',
    ]);
  });

  it('have no alias below the domain for an account from outside', async () => {
    const user = await readUser({}, aliased, rowOf('guest@elsewhere.test'));
    assert.deepEqual(user?.aliases, []);
  });

  it('may be told in one form only', async () => {
    const hidden = { A_AliasList: unreadable, U_Alias: unreadable, U_EmailAlias: unreadable };
    assert.deepEqual((await readUser({ ...hidden, U_AliasList: 'b@corp.test' }))?.aliases, ['b@corp.test']);
  });

  it('are a failure when no form may be read', async () => {
    const hidden = { A_AliasList: unreadable, U_Alias: unreadable, U_EmailAlias: unreadable, U_AliasList: unreadable };
    await rejectsWith(readUser(hidden), 'forbidden', /A_AliasList.*account al@corp\.test/);
  });
});

describe('an account', () => {
  it('that the server does not know is none', async () => {
    assert.equal(await readUser(failure('account_invalid')), undefined);
  });

  it('that cannot be read for another reason is a failure, not absent', async () => {
    await rejectsWith(readUser(failure('some_uid')), 'upstream_unavailable', /account al@corp\.test.*some_uid/);
    await rejectsWith(readUser(failure('account_email_parameter_missing')), 'upstream_unavailable', /missing/);
    await rejectsWith(readUser(properties({})), 'forbidden');
  });

  it('without right to comment and phone has none', async () => {
    const user = await readUser({ U_Comment: unreadable, U_PhoneAlias: unreadable });
    assert.deepEqual([user?.description, user?.telephoneNumber], ['', '']);
  });
});
