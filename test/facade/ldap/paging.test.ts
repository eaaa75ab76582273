import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Pagings } from '../../../sidecar/facade/ldap/controls/paging.ts';
import { text } from './support/ber.ts';
import { createCompany, type LdapWorld, publish, startWorld } from './support/ldap-world.ts';
import type { Answer, RawClient } from './support/raw-client.ts';
import {
  abandonRequest,
  control,
  equal,
  pagedControl,
  present,
  type SearchParts,
  searchRequest,
} from './support/requests.ts';

describe('a paged search', () => {
  let world: LdapWorld;
  let reader: RawClient;
  before(async () => {
    world = await startWorld({ limits: { pagings: 2 } }, publish(createCompany(20)));
    reader = await world.connectReader();
  });
  after(() => world.stop());

  async function page(
    size: number,
    cookie?: Uint8Array,
    parts: SearchParts = {},
    client = reader,
  ): Promise<{ names: string[]; done: Answer }> {
    const base = 'ou=users,o=icewarp';
    client.send(
      searchRequest(5, { base, scope: 1, attributes: ['1.1'], controls: [pagedControl(size, cookie)], ...parts }),
    );
    const { entries, done } = await client.searchResult();
    return { names: entries.map(({ entry }) => entry?.dn ?? ''), done };
  }

  async function readAll(
    sizes: readonly number[],
    parts: SearchParts = {},
  ): Promise<{ names: string[]; pages: number; code: number }> {
    const names: string[] = [];
    let cookie: Uint8Array | undefined;
    for (let pages = 1; ; pages++) {
      const { names: more, done } = await page(sizes[pages - 1] ?? sizes.at(-1) ?? 1, cookie, parts);
      names.push(...more);
      cookie = done.paging?.cookie;
      if (cookie === undefined || cookie.length === 0) return { names, pages, code: done.code };
    }
  }

  it('gives everything once, whatever the page sizes', async () => {
    const { names, pages, code } = await readAll([7]);
    assert.deepEqual([names.length, new Set(names).size, pages, code], [25, 25, 4, 0]);
    assert.equal((await readAll([1, 20, 3])).names.length, 25);
    assert.deepEqual((await readAll([25])).pages, 1);
    assert.deepEqual((await readAll([1000])).pages, 1);
  });

  it('estimates the whole', async () => {
    assert.equal((await page(3)).done.paging?.estimate, 25);
  });

  it('tells an empty result by an empty cookie', async () => {
    const { names, done } = await page(3, undefined, { filter: equal('mail', 'nobody@example.com') });
    assert.deepEqual([names.length, done.code, done.paging?.cookie.length], [0, 0, 0]);
  });

  it('goes on in the directory it began with', async () => {
    const { done } = await page(20);
    const before = world.snapshot;
    world.snapshot = publish(createCompany(0));
    const rest = await page(20, done.paging?.cookie);
    world.snapshot = before;
    assert.equal(rest.names.length, 5);
  });

  it('knows a cookie on its own connection, and once', async () => {
    const { done } = await page(3);
    const other = await world.connectReader();
    assert.equal((await page(3, done.paging?.cookie, {}, other)).done.code, 53);
    assert.equal((await page(3, done.paging?.cookie)).done.code, 0);
    assert.equal((await page(3, done.paging?.cookie)).done.code, 53);
    assert.equal((await page(3, Buffer.from('made up'))).done.code, 53);
  });

  it('knows a cookie for the search it was given to', async () => {
    const others: readonly SearchParts[] = [
      { base: 'ou=groups,o=icewarp' },
      { scope: 2 },
      { filter: present('mail') },
      { attributes: ['cn'] },
      { typesOnly: true },
      { sizeLimit: 4 },
    ];
    for (const parts of others) {
      const { done } = await page(3);
      const other = await page(3, done.paging?.cookie, parts);
      assert.deepEqual([other.done.code, other.names.length], [53, 0]);
      assert.match(other.done.text, /another search/);
    }
  });

  it('may be abandoned, and another one goes on', async () => {
    const first = await page(3);
    const { done } = await page(4);
    reader.send(abandonRequest(6, 5), abandonRequest(7, 99));
    assert.equal((await page(30, first.done.paging?.cookie)).names.length, 22);
    assert.equal((await page(30, done.paging?.cookie)).names.length, 21);
  });

  it('asks for the number alone with size 0 and no cookie', async () => {
    const { names, done } = await page(0);
    assert.deepEqual([names.length, done.code, done.paging?.estimate, done.paging?.cookie.length], [0, 0, 25, 0]);
  });

  it('of the root DSE and the subschema is one page', async () => {
    for (const base of ['', 'cn=subschema']) {
      const { names, done } = await page(1, undefined, { base, scope: 0 });
      assert.deepEqual([names, done.code, done.paging?.estimate, done.paging?.cookie.length], [[base], 0, 1, 0]);
    }
  });

  it('is given up with size 0', async () => {
    const { done } = await page(3);
    const end = await page(0, done.paging?.cookie);
    assert.deepEqual([end.names.length, end.done.code, end.done.paging?.cookie.length], [0, 0, 0]);
    assert.equal((await page(3, done.paging?.cookie)).done.code, 53);
  });

  it('stands beside others, until there are too many', async () => {
    const first = (await page(3)).done.paging?.cookie;
    const second = (await page(4)).done.paging?.cookie;
    const third = (await page(5)).done.paging?.cookie;
    assert.equal((await page(3, first)).done.code, 53);
    assert.equal((await page(30, third)).names.length, 20);
    assert.equal((await page(30, second)).names.length, 21);
  });

  it('obeys the size limit over all pages', async () => {
    const { names, pages, code } = await readAll([4], { sizeLimit: 10 });
    assert.deepEqual([names.length, pages, code], [10, 3, 4]);
  });

  it('refuses a control that is malformed', async () => {
    const oid = '1.2.840.113556.1.4.319';
    const codes: number[] = [];
    for (const controls of [
      [control(oid, true)],
      [control(oid, true, text('x'))],
      [control(oid, false, Buffer.from([0x30, 0x03, 0x02, 0x01, 0x03]))],
      [control(oid, true, Buffer.from([0x30, 0x05, 0x02, 0x01, 0xff, 0x04, 0x00]))],
      [control(oid, true, Buffer.from([0x30, 0x05, 0x02, 0x01, 0x01, 0x04, 0x00, 0x00]))],
      [pagedControl(1), pagedControl(2)],
    ]) {
      codes.push((await page(1, undefined, { controls })).done.code);
    }
    assert.deepEqual(codes, [2, 2, 2, 2, 2, 2]);
  });

  it('works when the control is not critical', async () => {
    const { names } = await page(1, undefined, { controls: [pagedControl(2, undefined, false)] });
    assert.equal(names.length, 2);
  });
});

describe('the pagings of a server', () => {
  const paging = (ids: number) => {
    const snapshot = publish(createCompany());
    const found = { ids: new Uint32Array(ids), isCut: false, position: 0, sortControl: undefined, search: 'x' };
    return { snapshot, selection: snapshot.select([], false), ...found };
  };

  it('hold no more ids than allowed', () => {
    const pagings = new Pagings({ pagings: 100, pagedIds: 1000, pagingIdleMs: 1000 });
    const cookies = Array.from({ length: 20 }, (_, index) => pagings.keep({ identity: { index } }, paging(100), index));
    assert.equal(pagings.size, 10);
    assert.equal(cookies.length, 20);
  });

  it('are forgotten with their connection and when nobody goes on', () => {
    const pagings = new Pagings({ pagings: 8, pagedIds: 1000, pagingIdleMs: 1000 });
    const [first, second] = [{ identity: {} }, { identity: {} }];
    pagings.keep(first, paging(1), 0);
    const cookie = pagings.keep(second, paging(1), 500);
    pagings.sweep(1000);
    assert.equal(pagings.size, 1);
    assert.equal(pagings.take({ session: second, snapshot: undefined }, cookie, 'x').ids.length, 1);
    pagings.keep(first, paging(1), 2000);
    pagings.release(first);
    assert.equal(pagings.size, 0);
  });
});
