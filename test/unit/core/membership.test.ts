import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type MembershipInput, parseDomainMember, resolveMemberships } from '../../../sidecar/core/membership.ts';
import type { Membership } from '../../../sidecar/core/model.ts';
import { measureCpuMs } from '../../support/cpu-time.ts';

const group = (id: string, ...members: string[]) => ({ id, addresses: [`${id}@g.test`], members });
const user = (...addresses: string[]) => ({ key: addresses[0] ?? '', addresses });

function membershipsOf(input: Partial<MembershipInput>, key: string): string[] {
  const resolved = resolveMemberships({ users: [], groups: [], domains: [], ...input });
  return (resolved.byUser.get(key) ?? []).map(({ groupId, direct }) => `${groupId}${direct ? '!' : ''}`);
}

describe('effective members', () => {
  it('takes a member by any of its addresses, in any spelling', () => {
    const users = [user('bob@a.test', 'robert@a.test', 'bob@xn--mnchen-3ya.test')];
    const groups = [group('g1', 'Robert@A.test'), group('g2', ' bob@MÜNCHEN.test '), group('g3', 'rob@a.test')];
    assert.deepEqual(membershipsOf({ users, groups }, 'bob@a.test'), ['g1!', 'g2!']);
  });

  it('resolves nested groups by any address of theirs and keeps apart what is direct', () => {
    const users = [user('alice@a.test')];
    const legal = { id: 'legal', addresses: ['legal@g.test', 'lawyers@g.test'], members: ['alice@a.test'] };
    const groups = [legal, group('auditors', 'LAWYERS@g.test'), group('top', 'auditors@g.test', 'alice@a.test')];
    assert.deepEqual(membershipsOf({ users, groups }, 'alice@a.test'), ['auditors', 'legal!', 'top!']);
  });

  it('ends in cycles, also of a group that lists itself', () => {
    const users = [user('alice@a.test')];
    const groups = [group('a', 'c@g.test', 'alice@a.test'), group('b', 'a@g.test', 'b@g.test'), group('c', 'b@g.test')];
    assert.deepEqual(membershipsOf({ users, groups }, 'alice@a.test'), ['a!', 'b', 'c']);
  });

  it('takes [domain] for every user whose primary address is below it or an alias of it', () => {
    const users = [user('alice@a.test', 'alice@b.test'), user('bob@b.test'), user('carol@alias.test')];
    const domains = [{ name: 'a.test', aliases: ['alias.test'] }];
    const groups = [group('all', '[A.test]'), group('by-alias', '[alias.test]'), group('other', '[b.test]')];
    assert.deepEqual(membershipsOf({ users, groups, domains }, 'alice@a.test'), ['all', 'by-alias']);
    assert.deepEqual(membershipsOf({ users, groups, domains }, 'carol@alias.test'), ['all', 'by-alias']);
    assert.deepEqual(membershipsOf({ users, groups, domains }, 'bob@b.test'), ['other']);
  });

  it('resolves a nested [domain] and prefers the direct membership when both hold', () => {
    const users = [user('alice@a.test')];
    const groups = [group('all', '[a.test]', 'alice@a.test'), group('outer', 'all@g.test')];
    assert.deepEqual(membershipsOf({ users, groups }, 'alice@a.test'), ['all!', 'outer']);
  });

  it('counts members that are nobody, and fails for none of them', () => {
    const strange = [
      'someone@elsewhere.test',
      '[elsewhere.test]',
      '',
      '@',
      '[]',
      'no address',
      '[a.test',
      'x'.repeat(9999),
    ];
    const input = { users: [user('alice@a.test')], groups: [group('g', 'alice@a.test', ...strange)], domains: [] };
    const resolved = resolveMemberships(input);
    assert.equal(resolved.unresolved.get('g'), strange.length);
    assert.equal(resolved.byUser.get('alice@a.test')?.length, 1);
  });

  it('reads only a bracketed domain as one', () => {
    assert.equal(parseDomainMember(' [Example.COM] '), 'example.com');
    for (const text of ['example.com', '[a@b]', '[', '[]', '[a b]']) assert.equal(parseDomainMember(text), undefined);
  });

  it('agrees with a naive fix-point for any company', () => {
    fc.assert(
      fc.property(anyCompany, (input) => assert.deepEqual(flatten(input), naive(input))),
      { numRuns: 300 },
    );
  });

  it('gives back what is known where it still holds, and nothing that does not', () => {
    const groups = [group('a', 'alice@a.test'), group('b', 'a@g.test')];
    const resolveKnowing = (known: readonly Membership[]) =>
      resolveMemberships({ users: [{ ...user('alice@a.test'), known }], groups, domains: [] }).byUser.get(
        'alice@a.test',
      );
    const right = [
      { groupId: 'a', direct: true },
      { groupId: 'b', direct: false },
    ];
    assert.equal(resolveKnowing(right), right);
    for (const wrong of [[], right.slice(1), [...right, { groupId: 'c', direct: true }], right.toReversed()]) {
      assert.deepEqual(resolveKnowing(wrong), right);
    }
    assert.deepEqual(resolveKnowing(right.map((each) => ({ ...each, direct: true }))), right);
  });

  it('resolves the same for any company whatever was known of another', () => {
    fc.assert(
      fc.property(anyCompany, anyCompany, (former, input) => {
        const { byUser } = resolveMemberships(former);
        const users = input.users.map((each) => ({ ...each, known: byUser.get(each.key) }));
        assert.deepEqual(flatten({ ...input, users }), flatten(input));
      }),
    );
  });

  it('stays quick with 100,000 users and 2,000 groups in a chain, one of all', () => {
    const users = Array.from({ length: 100_000 }, (_, index) => user(`user${index}@a.test`));
    const groups = Array.from({ length: 2000 }, (_, index) => {
      const below = index % 20 === 0 ? [] : [`g${index - 1}@g.test`];
      return group(
        `g${index}`,
        ...below,
        ...Array.from({ length: 50 }, (_, place) => `user${index * 50 + place}@a.test`),
      );
    });
    groups.push(group('everyone', '[a.test]'), group('listed', ...users.map(({ key }) => key)));
    const tookMs = measureCpuMs(() => {
      const resolved = resolveMemberships({ users, groups, domains: [] });
      assert.equal(resolved.byUser.get('user0@a.test')?.length, 22);
    });
    assert.ok(tookMs < 5000, `took ${tookMs} ms`);
  });
});

const names = ['a', 'b', 'c', 'd', 'e'];
const anyMember = fc.oneof(
  fc.constantFrom(...names).map((name) => `${name}@u.test`),
  fc.constantFrom(...names).map((name) => `${name}@v.test`),
  fc.constantFrom(...names).map((name) => `alias-${name}@u.test`),
  fc.constantFrom(...names).map((name) => `${name.toUpperCase()}@G.test`),
  fc.constantFrom(...names).map((name) => `second-${name}@g.test`),
  fc.constantFrom('[u.test]', '[v.test]', '[w.test]', '[x.test]', 'nobody@x.test', ''),
);
const anyCompany: fc.Arbitrary<MembershipInput> = fc.record({
  users: fc
    .uniqueArray(fc.record({ name: fc.constantFrom(...names), domain: fc.constantFrom('u.test', 'v.test') }), {
      selector: ({ name }) => name,
    })
    .map((people) => people.map(({ name, domain }) => user(`${name}@${domain}`, `alias-${name}@u.test`))),
  groups: fc
    .uniqueArray(fc.record({ name: fc.constantFrom(...names), members: fc.array(anyMember, { maxLength: 6 }) }), {
      selector: ({ name }) => name,
    })
    .map((all) =>
      all.map(({ name, members }) => ({ id: name, addresses: [`${name}@g.test`, `second-${name}@g.test`], members })),
    ),
  domains: fc.constantFrom([], [{ name: 'u.test', aliases: ['w.test'] }]),
});

function flatten(input: MembershipInput) {
  const { byUser } = resolveMemberships(input);
  return new Map([...byUser].map(([key, list]) => [key, list.map(({ groupId, direct }) => [groupId, direct])]));
}

/** Adds users to groups until nothing is added any more. */
function naive(input: MembershipInput) {
  const members = new Map(input.groups.map(({ id }) => [id, new Set<string>()]));
  const direct = new Set<string>();
  for (let before = -1, after = 0; before !== after; ) {
    before = after;
    for (const { id, members: listed } of input.groups) {
      for (const text of listed.map((member) => member.toLowerCase())) {
        const nested = input.groups.find(({ addresses }) => addresses.includes(text));
        for (const key of members.get(nested?.id ?? '') ?? []) members.get(id)?.add(key);
        for (const { key, addresses } of input.users) {
          const own = addresses[0]?.split('@')[1] ?? '';
          const aliases = input.domains.find(({ name }) => name === own)?.aliases ?? [];
          if (addresses.includes(text)) direct.add(`${id} ${key}`);
          if (addresses.includes(text) || [own, ...aliases].some((each) => text === `[${each}]`))
            members.get(id)?.add(key);
        }
      }
    }
    after = [...members.values()].reduce((sum, set) => sum + set.size, 0);
  }
  const ids = [...members.keys()].sort();
  return new Map(
    input.users.map(({ key }) => [
      key,
      ids.filter((id) => members.get(id)?.has(key)).map((id) => [id, direct.has(`${id} ${key}`)]),
    ]),
  );
}
