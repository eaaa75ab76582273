import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { it } from 'node:test';
import { DomainError } from '../../sidecar/core/errors.ts';
import { type AccountFacts, noFacts, type User } from '../../sidecar/core/model.ts';
import type { LoginName } from '../../sidecar/core/names.ts';
import type { DirectoryStore } from '../../sidecar/core/ports/directory-store.ts';
import { buildChange, buildGroup, buildRun, buildUser } from './directory-builders.ts';

const awkward: Readonly<Record<string, string>> = {
  empty: '',
  spaces: '  \t two \u00a0 ',
  'a number': '007',
  'an exponent': '1e5',
  'quotes and backslashes': `O'Brien "\\\\" \`x\`; DROP TABLE users;-- $1 :name ? %`,
  'lines and controls': 'a\r\nb\u0001\u007f\u2028',
  emoji: '👩‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿',
  'right to left': 'שלום \u202eمرحبا',
  'composed and decomposed': 'é e\u0301 ß ẞ İ',
  'a byte order mark': '\ufeffx',
  'noncharacters and the last code point': '\uffff\u{10ffff}',
  '10,000 characters': '長'.repeat(10_000),
  'a command of the driver': 'PRAGMA INDEX_LIST(`users`)',
  'another command of the driver': '-- show FROM `users` PRAGMA foreign_keys; CREATE TEMPORARY TABLE',
};

/** Values come back from another handle exactly as they were committed. */
export function itCarriesValues(use: () => { store: DirectoryStore; reopen: () => Promise<DirectoryStore> }): void {
  async function loadAnew() {
    const store = await use().reopen();
    try {
      return await store.load();
    } finally {
      await store.close();
    }
  }

  it('gives back every awkward text unchanged, in every place', async () => {
    const texts = Object.values(awkward);
    const users = texts.map((text, index) =>
      buildUser(`user${index}`, {
        sourceId: text,
        login: text as LoginName,
        displayName: text,
        givenName: text,
        surname: text,
        description: text,
        telephoneNumber: text,
        addresses: [text, 'same@example.com', text],
        privileges: [`ReadArchive:${text}`],
        roles: [text],
        facts: { ...noFacts, loginText: text, rowHash: text, createdOn: text, expiresOn: text, defaultsGiven: [text] },
      }),
    );
    const groups = texts.map((text, index) =>
      buildGroup(`group${index}`, {
        displayName: text,
        description: text,
        addresses: [text],
        members: [text, '[example.com]', text],
      }),
    );
    const run = buildRun({ summary: texts.join('|') });
    await use().store.commit(0, buildChange({ users, groups }), run);
    const loaded = await loadAnew();
    for (const user of users) assert.deepEqual(loaded.users.get(user.id), user);
    for (const group of groups) assert.deepEqual(loaded.groups.get(group.id), group);
    assert.deepEqual(await use().store.lastRuns(1), [run]);
  });

  it('keeps the order of addresses and members and sorts the rest', async () => {
    const addresses = Array.from({ length: 40 }, (_, index) => `a${(index * 17) % 40}@example.com`);
    const teams = ['x', 'y', 'z', 'w'].map((name) => buildGroup(name, { members: addresses.toReversed() }));
    const memberships = teams
      .map(({ id }, index) => ({ groupId: id, direct: index % 2 === 0 }))
      .sort((a, b) => (a.groupId < b.groupId ? -1 : 1));
    const user = buildUser('alice', {
      addresses,
      memberships,
      privileges: ['Administrator', 'LogOn', 'ReadArchive:*'],
      roles: ['a', 'B', '\u{10000}', '\uffee'].sort(),
    });
    await use().store.commit(0, buildChange({ users: [user], groups: teams }), buildRun());
    const loaded = await loadAnew();
    assert.deepEqual(loaded.users.get(user.id), user);
    for (const team of teams) assert.deepEqual(loaded.groups.get(team.id), team);
  });

  it('gives back every state, kind, origin and date', async () => {
    const states: User['state'][] = [
      'enabled',
      'disabled',
      'expired',
      'password_expired',
      'domain_disabled',
      'missing',
    ];
    const dates = [
      '0001-01-01T00:00:00.000Z',
      '1969-12-31T23:59:59.999Z',
      '2026-03-29T01:30:00.001Z',
      '9999-12-31T23:59:59.999Z',
    ];
    const users = states.flatMap((state) =>
      dates.map((date, index) =>
        buildUser(`${state}${index}`, {
          state,
          origin: index === 0 ? 'manual' : 'synchronised',
          createdAt: new Date(date),
          modifiedAt: new Date(date),
          missingSince: index === 1 ? undefined : new Date(date),
          facts: { ...noFacts, readAt: index === 2 ? undefined : new Date(date) },
        }),
      ),
    );
    const list = buildGroup('list', { kind: 'mailing_list' });
    await use().store.commit(0, buildChange({ users, groups: [list] }), buildRun());
    const loaded = await loadAnew();
    for (const user of users) assert.deepEqual(loaded.users.get(user.id), user);
    assert.deepEqual(loaded.groups.get(list.id), list);
  });

  it('gives back every fact of an account, and which could not be read', async () => {
    const facts: AccountFacts[] = [
      noFacts,
      {
        admin: 'domain_administrator',
        isBlocked: true,
        passwordCheck: 'any_password',
        loginText: '',
        createdOn: '2020-02-29',
        expiresOn: '2030-12-31',
        rowHash: 'f00',
        readAt: new Date('2026-01-01T00:00:00Z'),
        defaultsGiven: ['LogOn', 'ReadOwnArchive'],
      },
      { ...noFacts, defaultsGiven: [], heldSince: {} },
      { ...noFacts, heldSince: { LogOn: 1_790_000_000, 'ReadArchive:žluť@example.com': 1 } },
      { ...noFacts, admin: 'web_administrator', isBlocked: false, passwordCheck: 'nt', loginText: 'alice' },
    ];
    const users = facts.map((given, index) => buildUser(`user${index}`, { facts: given }));
    await use().store.commit(0, buildChange({ users }), buildRun());
    const loaded = await loadAnew();
    for (const user of users) assert.deepEqual(loaded.users.get(user.id), user);
    const changed = users.map((user) => ({ ...user, facts: noFacts }));
    await use().store.commit(1, buildChange({ users: changed }), buildRun());
    const again = await loadAnew();
    for (const user of changed) assert.deepEqual(again.users.get(user.id), user);
  });

  it('keeps names that are too long for an index', async () => {
    // Random, so that no compression makes them short.
    const long = Array.from({ length: 60 }, () => randomUUID()).join('');
    const texts = { login: long as LoginName, addresses: [long], privileges: [`ReadArchive:${long}`], roles: [long] };
    const user = buildUser('alice', { ...texts, sourceId: long });
    const group = buildGroup('team', { members: [long], addresses: [long] });
    await use().store.commit(0, buildChange({ users: [user], groups: [group] }), buildRun());
    const loaded = await loadAnew();
    assert.deepEqual(loaded.users.get(user.id), user);
    assert.deepEqual(loaded.groups.get(group.id), group);
  });

  const unstorable = [
    ['a NUL', { displayName: 'a\0b' }, /alice@example.com.*NUL.*displayName/],
    ['a NUL in a list', { addresses: ['alice@example.com', '\0'] }, /NUL.*addresses/],
    ['a NUL in a fact', { facts: { ...noFacts, loginText: '\0' } }, /NUL.*facts\.loginText/],
    ['a fact of no date', { facts: { ...noFacts, readAt: new Date('x') } }, /impossible date in facts\.readAt/],
    ['a role given twice', { roles: ['auditor', 'auditor'] }, /twice in roles/],
    ['half a surrogate pair', { surname: 'a\ud83d' }, /half a surrogate pair in surname/],
    ['no date', { createdAt: new Date(Number.NaN) }, /impossible date in createdAt/],
    ['a date after 9999', { missingSince: new Date('+010000-01-01T00:00:00Z') }, /impossible date in missingSince/],
  ] as const;
  for (const [what, given, text] of unstorable) {
    it(`refuses ${what} instead of changing it`, async () => {
      await assert.rejects(
        use().store.commit(0, buildChange({ users: [buildUser('alice', given)] }), buildRun()),
        (error) => error instanceof DomainError && error.code === 'invalid_input' && text.test(error.message),
      );
      assert.equal(await use().store.generation(), 0);
    });
  }

  it('refuses an entry that is saved twice or both saved and removed', async () => {
    const alice = buildUser('alice');
    const twice = (error: unknown) =>
      error instanceof DomainError && /saved twice, or saved and removed/.test(error.message);
    await assert.rejects(use().store.commit(0, buildChange({ users: [alice, alice] }), buildRun()), twice);
    const both = buildChange({ users: [alice], removedUserIds: [alice.id] });
    await assert.rejects(use().store.commit(0, both, buildRun()), twice);
  });
}
