import { type Directory, type Group, noFacts, type User } from '../../../sidecar/core/model.ts';
import type { GroupName, LoginName } from '../../../sidecar/core/names.ts';

const created = new Date('2026-01-02T03:04:05Z');

/** A UUID that says its number. */
export function toUuid(kind: 'user' | 'group', number: number): string {
  return `${kind === 'user' ? '00000000' : '11111111'}-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

export function buildUser(number: number, login: string, fields: Partial<User> = {}): User {
  return {
    ...{ id: toUuid('user', number), sourceId: 'main', origin: 'synchronised', login: login as LoginName },
    ...{ displayName: '', givenName: '', surname: '', description: '', telephoneNumber: '', addresses: [login] },
    ...{ state: 'enabled', missingSince: undefined, facts: noFacts, memberships: [], privileges: [], roles: [] },
    ...{ createdAt: created, modifiedAt: created },
    ...fields,
  };
}

export function buildGroup(number: number, name: string, fields: Partial<Group> = {}): Group {
  return {
    ...{ id: toUuid('group', number), sourceId: 'main', kind: 'group', name: name as GroupName, displayName: '' },
    ...{ description: '', addresses: [name], members: [], createdAt: created, modifiedAt: created },
    ...fields,
  };
}

export function buildDirectory(users: readonly User[], groups: readonly Group[] = []): Directory {
  return {
    generation: 7,
    users: new Map(users.map((user) => [user.id, user])),
    groups: new Map(groups.map((group) => [group.id, group])),
  };
}

/** A small company: a group, its direct member with everything filled in, and a disabled one. */
export const sales = buildGroup(1, 'sales@example.com', {
  addresses: ['sales@example.com', 'vertrieb@example.com'],
  description: 'Sells',
  modifiedAt: new Date('2026-03-01T00:00:00.001Z'),
});
export const jane = buildUser(1, 'jane@example.com', {
  ...{
    displayName: 'Jane Müller',
    givenName: 'Jane',
    surname: 'Müller',
    description: 'Boss',
    telephoneNumber: '+49 30 1',
  },
  addresses: ['jane@example.com', 'j.mueller@example.com'],
  memberships: [{ groupId: sales.id, direct: true }],
  privileges: ['LogOn', 'ReadArchive:bob@example.com'],
  roles: ['auditor'],
  createdAt: new Date('2026-02-01T00:00:00Z'),
  modifiedAt: new Date('2026-02-02T00:00:00Z'),
});
export const bob = buildUser(2, 'bob@example.com', {
  state: 'disabled',
  memberships: [{ groupId: sales.id, direct: false }],
});
export const janeDn = 'uid=jane@example.com,ou=users,o=icewarp';
export const company = buildDirectory([jane, bob], [sales]);

const given = ['Anna', 'Bernd', 'Çiğdem', 'Dóra', 'Émile', 'Françoise', 'Götz', 'Hana', 'Ivo', 'Jürgen'];
const surnames = ['Müller', 'Novák', "O'Neil", 'Schmidt', 'Straße', 'Kowalski', 'Nguyen', 'Öztürk', 'Smith', 'Jones'];

/** A company of any size, the same for the same numbers: a group of all and groups of 5 to 5,000. */
export function generateCompany(userCount: number, groupCount: number): Directory {
  const groups = Array.from({ length: groupCount }, (_, number) => buildGroup(number, `group-${number}@example.com`));
  const memberships = Array.from({ length: userCount }, (): number[] => (groupCount === 0 ? [] : [0]));
  for (let group = 1; group < groupCount; group++) {
    const size = Math.min(
      userCount,
      5 * 10 ** (group % 97 === 0 ? 3 : group % 11 === 0 ? 2 : 1) * (group % 3 === 0 ? 1 : 0.2),
    );
    for (let member = 0; member < size; member++) memberships[(group * 7919 + member * 31) % userCount]?.push(group);
  }
  const users = Array.from({ length: userCount }, (_, number) => {
    const givenName = given[number % given.length] ?? '';
    const surname = surnames[Math.floor(number / 10) % surnames.length] ?? '';
    const login = `user${number}.${surname.toLowerCase().replace(/[^a-z]/g, '')}@example.com`;
    return buildUser(number, login, {
      ...{
        givenName,
        surname,
        displayName: `${givenName} ${surname}`,
        addresses: [login, `alias-${number}@example.com`],
      },
      memberships: [...new Set(memberships[number])].map((group) => ({
        groupId: toUuid('group', group),
        direct: true,
      })),
      privileges: number % 100 === 0 ? ['ExportEmail', 'LogOn', 'ReadOwnArchive'] : ['LogOn', 'ReadOwnArchive'],
      roles: number % 50 === 0 ? ['auditor'] : [],
      state: number % 40 === 0 ? 'disabled' : 'enabled',
      createdAt: new Date(created.getTime() + number * 1000),
      modifiedAt: new Date(created.getTime() + (number % 1000) * 60_000),
    });
  });
  return buildDirectory(users, groups);
}
