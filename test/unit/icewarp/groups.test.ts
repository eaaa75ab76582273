import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SourceRow } from '../../../sidecar/core/ports/directory-source.ts';
import { account, accountItem, corp, rejectsWith, startSource } from './fixtures.ts';
import { type Asked, failure, list, properties, unreadable, type WireValue } from './scripted-server.ts';

const rows = {
  '7': [accountItem('staff@corp.test', 'Staff', 7), accountItem('Public-Folders@corp.test', 'Public', 7)],
  '1': [accountItem('news@corp.test', 'News', 1), accountItem('al@corp.test', 'Al', 0)],
};

function groupRow(kind: SourceRow['kind'], displayName = 'Staff'): SourceRow {
  return { address: 'staff@corp.test', displayName, enabled: true, kind };
}

/** A server with one group; `members` is the reply to the list of its members. */
async function readGroup(row: SourceRow, over: Readonly<Record<string, WireValue>> | string, members: string) {
  const { server, source, done } = await startSource((asked: Asked) => {
    if (asked.command === 'getdomainsinfolist') return list(domainRows);
    if (asked.command === 'getdomainproperties') return properties(plainDomain);
    if (asked.command === 'getaccountmemberinfolist') return asked.param('who') === row.address ? members : undefined;
    if (asked.command !== 'getaccountproperties' || asked.param('accountemail') !== row.address) return undefined;
    return typeof over === 'string' ? over : account(over);
  });
  try {
    const group = await source.readGroup(corp, row);
    return { group: group?.kind === 'left_out' ? undefined : group, answer: group, commands: server.commands() };
  } finally {
    await done();
  }
}

const domainRows = [
  ['corp.test', 0],
  ['other.test', 4],
  ['queue.test', 1],
].map(([name, type]) => `<name>${name}</name><desc/><domaintype>${type}</domaintype><accountcount>1</accountcount>`);
const plainDomain = { D_Aliases: '', D_DisableLogin: '0', D_Expires: '0', D_ExpiresOn_Date: '' };

const members = list(['<val>al@corp.test</val>', '<val>[corp.test]</val>', '<val>Other@corp.test</val>', '<val/>']);

describe('the groups of a domain', () => {
  const script = (asked: Asked) =>
    asked.command === 'getaccountsinfolist' ? list(rows[asked.param('typemask') as '7' | '1'] ?? []) : undefined;

  it('leave out the group of public folders, and mailing lists unless asked for', async () => {
    const { source, done } = await startSource(script);
    const groups = [{ address: 'staff@corp.test', displayName: 'Staff', enabled: true, kind: 'group' }];
    const lists = [{ address: 'news@corp.test', displayName: 'News', enabled: true, kind: 'mailing_list' }];
    assert.deepEqual(await source.listGroups(corp, false), groups);
    assert.deepEqual(await source.listGroups(corp, true), [...groups, ...lists]);
    await done();
  });
});

describe('a group', () => {
  it('has its members as the server lists them', async () => {
    const { group } = await readGroup(groupRow('group'), { U_Comment: 'Everybody', A_AliasList: ['team'] }, members);
    assert.deepEqual(group, {
      address: 'staff@corp.test',
      kind: 'group',
      displayName: 'Staff',
      description: 'Everybody',
      aliases: ['team@corp.test'],
      members: ['al@corp.test', '[corp.test]', 'Other@corp.test'],
      warnings: [],
    });
  });

  it('without a name in the list is named by its property', async () => {
    const { group } = await readGroup(groupRow('group', ''), { U_Name: 'The Staff' }, list([]));
    assert.equal(group?.displayName, 'The Staff');
    assert.deepEqual(group?.members, []);
  });

  it('that the server does not know is none, whichever command says so', async () => {
    assert.equal((await readGroup(groupRow('group'), failure('account_invalid'), members)).group, undefined);
    assert.equal((await readGroup(groupRow('group'), {}, failure('account_invalid'))).group, undefined);
  });

  it('whose members cannot be read is a failure, not empty', async () => {
    const group = readGroup(groupRow('group'), {}, failure('some_uid'));
    await rejectsWith(group, 'upstream_unavailable', /getaccountmemberinfolist for group staff@corp\.test.*some_uid/);
  });
});

describe('a mailing list', () => {
  for (const mode of ['0', '']) {
    it(`has the members of its file in mode "${mode}"`, async () => {
      const { group } = await readGroup(groupRow('mailing_list'), { M_SendAllLists: mode }, members);
      assert.equal(group?.kind, 'mailing_list');
      assert.equal(group?.members.length, 3);
    });
  }

  it('that goes to all of the domain has the domain as its member', async () => {
    const { group, commands } = await readGroup(groupRow('mailing_list'), { M_SendAllLists: '1' }, members);
    assert.deepEqual(group?.members, ['[corp.test]']);
    assert.ok(!commands.includes('getaccountmemberinfolist'));
  });

  it('that goes to all users has every domain with accounts as its member', async () => {
    const { group, commands } = await readGroup(groupRow('mailing_list'), { M_SendAllLists: '2' }, members);
    assert.deepEqual(group?.members, ['[corp.test]', '[other.test]']);
    assert.ok(!commands.includes('getaccountmemberinfolist'));
  });

  for (const [mode, why] of [
    ['3', /administrators of its domain/],
    ['4', /all administrators/],
    ['5', /ODBC/],
    ['6', /unknown kind of members \("6"\)/],
    ['-1', /unknown kind/],
  ] as const) {
    it(`whose members are not written anywhere (mode ${mode}) is left out, with a warning`, async () => {
      const { answer, commands } = await readGroup(groupRow('mailing_list'), { M_SendAllLists: mode }, members);
      assert.ok(answer?.kind === 'left_out');
      assert.equal(answer.address, 'staff@corp.test');
      assert.match(answer.warning, /^mailing list staff@corp\.test .*left out/);
      assert.match(answer.warning, why);
      assert.ok(!commands.includes('getaccountmemberinfolist'));
    });
  }

  it('that may not tell where its members come from is a failure', async () => {
    const group = readGroup(groupRow('mailing_list'), { M_SendAllLists: unreadable }, members);
    await rejectsWith(group, 'forbidden', /M_SendAllLists of mailing list staff@corp\.test/);
  });
});
