import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { accountItem, corp, membersOf, pagesOf, rejectsWith, rowOf, startSource } from './fixtures.ts';
import type { Script } from './scripted-server.ts';
import { failure, list, result } from './scripted-server.ts';

const items = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, index) => accountItem(`u${from + index}@corp.test`));

/** Answers list commands with what `answer` gives for the offset and the number of the call. */
function lists(answer: (offset: number, call: number) => string): Script {
  let call = 0;
  return (asked) => {
    if (asked.command !== 'getaccountsinfolist') return undefined;
    call += 1;
    return answer(Number(asked.param('offset')), call);
  };
}

async function listUsers(script: Script) {
  const { server, source, done } = await startSource(script);
  try {
    const rows = await source.listUsers(corp);
    return { addresses: rows.map((row) => row.address), pages: server.commands().length - 1 };
  } finally {
    await done();
  }
}

describe('a list read by pages', () => {
  for (const [count, pages] of [
    [0, 1],
    [1, 1],
    [250, 1],
    [251, 2],
    [1000, 4],
  ] as const) {
    it(`is whole with ${count} rows`, async () => {
      const rows = items(count);
      const seen = await listUsers((asked) =>
        asked.command === 'getaccountsinfolist' ? pagesOf(asked, rows) : undefined,
      );
      assert.equal(new Set(seen.addresses).size, count);
      assert.equal(seen.pages, pages);
    });
  }

  it('is whole when the server gives fewer rows a page than asked for', async () => {
    const rows = items(95);
    const seen = await listUsers(lists((offset) => list(rows.slice(offset, offset + 10), offset, 95)));
    assert.equal(new Set(seen.addresses).size, 95);
  });

  for (const [what, empty] of [
    ['<result/>', '<iq type="result" sid="1"><query xmlns="admin:iq:rpc"><result/></query></iq>'],
    ['white space', result('\n  ')],
    ['offset and count', list([])],
    ['empty counts', result('<offset/><overallcount/>')],
  ] as const) {
    it(`is empty when it comes as ${what}`, async () => {
      assert.deepEqual((await listUsers(lists(() => empty))).addresses, []);
    });
  }

  it('leaves out a row that comes twice in one page', async () => {
    const rows = [...items(2), ...items(1)];
    assert.deepEqual((await listUsers(lists(() => list(rows)))).addresses, ['u0@corp.test', 'u1@corp.test']);
  });

  it('is read again when its length changes on the way', async () => {
    const before = items(300);
    const later = items(301);
    const seen = await listUsers(
      lists((offset, call) => {
        const rows = call === 1 ? before : later;
        return list(rows.slice(offset, offset + 250), offset, rows.length);
      }),
    );
    assert.equal(seen.addresses.length, 301);
    assert.equal(seen.pages, 4);
  });

  it('is read again when a row moves between its pages, though the number stays', async () => {
    const before = items(300);
    // One row added in front and one removed at the end: row 249 comes twice, u999 never.
    const later = [accountItem('u999@corp.test'), ...items(299)];
    const seen = await listUsers(
      lists((offset, call) => {
        const rows = call === 1 ? before : later;
        return list(rows.slice(offset, offset + 250), offset, 300);
      }),
    );
    assert.equal(new Set(seen.addresses).size, 300);
    assert.ok(seen.addresses.includes('u999@corp.test'));
  });

  it('may hold the same row in two pages when it does so every time', async () => {
    const rows = [...items(299), ...items(1)];
    const seen = await listUsers(lists((offset) => list(rows.slice(offset, offset + 250), offset, 300)));
    assert.equal(seen.addresses.length, 299);
    assert.equal(seen.pages, 4);
  });

  const never: readonly (readonly [what: string, script: Script, pages: number, detail: RegExp])[] = [
    [
      'stops before its end',
      lists((offset) => (offset === 0 ? list(items(250), 0, 400) : list([], offset, 400))),
      6,
      /250 rows came of 400/,
    ],
    [
      'stops before its end without a count',
      lists((offset) => (offset === 0 ? list(items(250), 0, 400) : result(''))),
      6,
      /250 rows came of 400/,
    ],
    ['claims rows and gives none', lists(() => list([], 0, 5)), 3, /0 rows came of 5/],
    ['has more rows than it claims', lists(() => list(items(5), 0, 3)), 3, /5 rows came of 3/],
    ['ignores the offset', lists(() => list(items(250), 0, 1000)), 6, /seen before/],
    ['does not count its rows', lists(() => result(`<item>${items(1)[0]}</item>`)), 3, /how many rows/],
    [
      'changes its length every time',
      lists((offset, call) => list(items(1, offset), offset, 100 + call)),
      6,
      /105 rows and then 106/,
    ],
    ['claims more rows than any server has', lists(() => list(items(1), 0, 999_999_999)), 3, /999999999 rows/],
  ];
  for (const [what, script, pages, detail] of never) {
    it(`that ${what} is a failure after three readings, never a shorter list`, async () => {
      const { server, source, done } = await startSource(script);
      await rejectsWith(
        source.listUsers(corp),
        'upstream_unavailable',
        /getaccountsinfolist for domain corp\.test/,
        detail,
      );
      assert.equal(server.commands().length - 1, pages);
      await done();
    });
  }

  it('that fails on a later page is a failure', async () => {
    const script = lists((offset) => (offset === 0 ? list(items(250), 0, 400) : failure('some_uid')));
    const { source, done } = await startSource(script);
    await rejectsWith(source.listUsers(corp), 'upstream_unavailable', /getaccountsinfolist.*some_uid/);
    await done();
  });

  for (const [what, row] of [
    ['no address', '<name>Al</name><accounttype>0</accounttype>'],
    ['an empty address', '<name>Al</name><email/><accounttype>0</accounttype>'],
    ['no type', '<name>Al</name><email>al@corp.test</email>'],
    ['a type that is no number', '<email>al@corp.test</email><accounttype>user</accounttype>'],
  ] as const) {
    it(`with a row that has ${what} is a failure`, async () => {
      const { source, done } = await startSource(lists(() => list([row])));
      await rejectsWith(source.listUsers(corp), 'upstream_unavailable', /getaccountsinfolist.*unexpected.*item\/0/);
      await done();
    });
  }

  it('is given up between pages when the caller aborts', async () => {
    const abort = new AbortController();
    const { server, source, done } = await startSource(
      lists((offset) => {
        abort.abort(new RangeError('enough'));
        return list(items(250, offset), offset, 10_000);
      }),
    );
    await assert.rejects(source.listUsers(corp, abort.signal), RangeError);
    assert.equal(server.commands().filter((command) => command === 'getaccountsinfolist').length, 1);
    await done();
  });

  it('holds the members of a large group', async () => {
    const members = Array.from({ length: 600 }, (_, index) => `<val>m${index}@corp.test</val><default>0</default>`);
    const { source, done } = await startSource((asked) => {
      if (asked.command === 'getaccountmemberinfolist') return pagesOf(asked, members);
      return asked.command === 'getaccountproperties'
        ? result(
            '<item><apiproperty><propname>u_alias</propname></apiproperty><propertyval><classname>TPropertyString</classname><val/></propertyval><propertyright>2</propertyright></item>',
          )
        : undefined;
    });
    const group = await source.readGroup(corp, { ...rowOf('staff@corp.test'), kind: 'group' });
    assert.equal(new Set(membersOf(group)).size, 600);
    await done();
  });
});
