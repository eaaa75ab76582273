import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { account, accountItem, corp, rejectsWith, rowOf, startSource } from './fixtures.ts';
import { type Answer, type Asked, failure, list, properties, result, unreadable } from './scripted-server.ts';

const addresses = ['al@corp.test', 'bo@corp.test', 'cy@corp.test', 'di@corp.test'];

interface World {
  /** What the server says about one account or group, in place of a good answer. */
  readonly bad?: Readonly<Record<string, Answer>>;
  /** What it says to every question for a group's members. */
  readonly members?: Answer;
}

function serving({ bad = {}, members }: World) {
  return ({ command, param }: Asked): Answer | undefined => {
    if (command === 'getaccountsinfolist') {
      const type = param('typemask') === undefined ? 0 : Number(param('typemask'));
      return list(addresses.map((address) => accountItem(address, '', type)));
    }
    const address = param('accountemail') ?? param('who') ?? '';
    if (address === 'svc@corp.test') return undefined;
    if (command === 'getaccountproperties') return bad[address] ?? account();
    if (command !== 'getaccountmemberinfolist') return undefined;
    return bad[`members of ${address}`] ?? members ?? list(['<val>al@corp.test</val>']);
  };
}

const contradictions: readonly (readonly [what: string, answer: string, detail: RegExp])[] = [
  ['an error about it', failure('some_uid'), /getaccountproperties for account al@corp\.test.*some_uid/],
  ['something that are no properties', result('<item><x/></item>'), /account al@corp\.test.*unexpected/],
  ['text in the place of properties', result('oops'), /account al@corp\.test.*unexpected/],
  ['a state that may not be read', account({ U_AccountDisabled: unreadable }), /U_AccountDisabled of account al@corp/],
  ['a value of a wrong class', account({ U_Comment: ['a'] }), /U_Comment of account al@corp\.test/],
  ['half a reply', account().slice(0, 200), /account al@corp\.test.*unusable XML/],
  ['invalid XML', '<iq type="result"><query></iq>', /account al@corp\.test.*unusable XML/],
];

describe('an account that cannot be read', () => {
  for (const [what, answer, detail] of contradictions) {
    it(`is its own fault when the server gives ${what} and another account is read well`, async () => {
      const { source, done } = await startSource(serving({ bad: { 'al@corp.test': answer } }));
      await source.listUsers(corp);
      await rejectsWith(source.readUser(corp, rowOf('al@corp.test')), 'conflict', detail);
      assert.equal((await source.readUser(corp, rowOf('bo@corp.test')))?.address, 'bo@corp.test');
      await done();
    });

    it(`is the server's fault when it gives ${what} for the others as well`, async () => {
      const bad = Object.fromEntries(addresses.map((address) => [address, answer]));
      const { server, source, done } = await startSource(serving({ bad }));
      await source.listUsers(corp);
      const code = answer.includes('TPropertyNoValue</classname></propertyval><propertyright>0')
        ? 'forbidden'
        : 'upstream_unavailable';
      await rejectsWith(source.readUser(corp, rowOf('al@corp.test')), code, detail);
      assert.ok(server.commands().filter((command) => command === 'getaccountproperties').length <= 5);
      await done();
    });
  }

  for (const [what, answer] of [
    ['HTTP 500', (response) => response.writeHead(500).end('oops')],
    ['a dropped connection', (_, request) => request.socket.destroy()],
    ['an invalid session', failure('session_invalid')],
    ['an unknown command', failure('invoker_commandname_invalid')],
    ['no licence', failure('license_evaluation')],
    ['silence', () => {}],
  ] as const satisfies readonly (readonly [string, Answer])[]) {
    it(`is the server's fault on ${what}, without asking for another`, async () => {
      const { server, source, done } = await startSource(serving({ bad: { 'al@corp.test': answer } }), {
        timeoutMs: 200,
      });
      await source.listUsers(corp);
      const read = source.readUser(corp, rowOf('al@corp.test'));
      await rejectsWith(read, 'upstream_unavailable', /getaccountproperties for account al@corp\.test/);
      assert.ok(server.asked.every(({ param }) => param('accountemail') !== 'bo@corp.test'));
      await done();
    });
  }

  it('is the fault of a server that fails when it is asked for another', async () => {
    const down: Answer = (response) => response.writeHead(500).end('oops');
    const bad = Object.fromEntries(addresses.slice(1).map((address) => [address, down]));
    const { server, source, done } = await startSource(serving({ bad: { ...bad, 'al@corp.test': failure('x') } }));
    await source.listUsers(corp);
    await rejectsWith(source.readUser(corp, rowOf('al@corp.test')), 'upstream_unavailable', /account al@corp.*error x/);
    assert.equal(server.commands().filter((command) => command === 'getaccountproperties').length, 2);
    await done();
  });

  it('is asked for once more when the answer is no XML, and read when the next one is', async () => {
    const answers = ['<iq type="result"><query></iq>'];
    const base = serving({});
    const { source, server, done } = await startSource((asked) =>
      asked.param('accountemail') === 'al@corp.test' ? (answers.shift() ?? account()) : base(asked),
    );
    await source.listUsers(corp);
    assert.equal((await source.readUser(corp, rowOf('al@corp.test')))?.address, 'al@corp.test');
    assert.equal(server.asked.filter(({ param }) => param('accountemail') === 'bo@corp.test').length, 0);
    await done();
  });

  it('is not asked for once more when the answer is an error', async () => {
    const { source, server, done } = await startSource(serving({ bad: { 'al@corp.test': failure('x') } }));
    await source.listUsers(corp);
    await rejectsWith(source.readUser(corp, rowOf('al@corp.test')), 'conflict', /error x/);
    assert.equal(server.asked.filter(({ param }) => param('accountemail') === 'al@corp.test').length, 1);
    await done();
  });

  it('is not excused by accounts that are gone', async () => {
    const gone = Object.fromEntries(addresses.slice(1).map((address) => [address, failure('account_invalid')]));
    const { source, done } = await startSource(serving({ bad: { ...gone, 'al@corp.test': failure('x') } }));
    await source.listUsers(corp);
    await rejectsWith(source.readUser(corp, rowOf('al@corp.test')), 'upstream_unavailable', /error x/);
    await done();
  });

  it('is proved by the account that was read last, whatever the list has', async () => {
    const bad = Object.fromEntries(addresses.map((address) => [address, failure('x')]));
    const { source, done } = await startSource(serving({ bad }));
    await source.listUsers(corp);
    await source.readUser(corp, rowOf('zoe@corp.test'));
    await rejectsWith(source.readUser(corp, rowOf('al@corp.test')), 'conflict', /error x/);
    await done();
  });

  it('is not asked for when no command can carry its address', async () => {
    const { server, source, done } = await startSource(serving({}));
    await rejectsWith(source.readUser(corp, rowOf('a\u0001l@corp.test')), 'conflict', /account a\?l@corp\.test/);
    assert.deepEqual(server.asked, []);
    await done();
  });

  it('ends with the reason of the caller who gives up while another is asked for', async () => {
    const abort = new AbortController();
    const bad: Record<string, Answer> = { 'al@corp.test': failure('x') };
    for (const address of addresses.slice(1)) bad[address] = () => abort.abort(new RangeError('enough'));
    const { source, done } = await startSource(serving({ bad }));
    await source.listUsers(corp);
    await assert.rejects(source.readUser(corp, rowOf('al@corp.test'), abort.signal), RangeError);
    await done();
  });
});

describe('a group that cannot be read', () => {
  const group = { ...rowOf('al@corp.test'), kind: 'group' as const };

  for (const [what, bad] of [
    ['its properties', { 'al@corp.test': failure('some_uid') }],
    ['its members', { 'members of al@corp.test': failure('some_uid') }],
    ['a member that is none', { 'members of al@corp.test': list(['<val><x/></val>']) }],
    ['an alias form', { 'al@corp.test': properties({}) }],
  ] as const) {
    it(`for ${what} is its own fault when another group is read well`, async () => {
      const { source, done } = await startSource(serving({ bad }));
      await source.listGroups(corp, false);
      await rejectsWith(source.readGroup(corp, group), 'conflict', /group al@corp\.test/);
      await done();
    });
  }

  it('is the fault of the server when no group tells its members', async () => {
    const { source, done } = await startSource(serving({ members: failure('some_uid') }));
    await source.listUsers(corp);
    await source.readUser(corp, rowOf('bo@corp.test'));
    await source.listGroups(corp, false);
    await rejectsWith(source.readGroup(corp, group), 'upstream_unavailable', /getaccountmemberinfolist.*some_uid/);
    await done();
  });

  it('is not excused by a mailing list, whose members need another command or none', async () => {
    const everybody = account({ M_SendAllLists: '1' });
    const bad = { 'news@corp.test': everybody };
    const { source, done } = await startSource(serving({ bad, members: failure('some_uid') }));
    await source.readGroup(corp, { ...rowOf('news@corp.test'), kind: 'mailing_list' });
    await rejectsWith(source.readGroup(corp, group), 'upstream_unavailable', /some_uid/);
    await done();
  });
});
