import { createHash, randomUUID } from 'node:crypto';
import { type Group, noFacts, type User } from '../../sidecar/core/model.ts';
import type { GroupName, LoginName } from '../../sidecar/core/names.ts';
import type { DirectoryChange, RunRecord } from '../../sidecar/core/ports/directory-store.ts';

/** A UUID that is the same for the same text. */
export function idOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export function buildUser(name: string, given: Partial<User> = {}): User {
  return {
    id: idOf(`user ${name}`),
    sourceId: 'main',
    origin: 'synchronised',
    login: `${name}@example.com` as LoginName,
    displayName: name,
    givenName: '',
    surname: '',
    description: '',
    telephoneNumber: '',
    addresses: [`${name}@example.com`],
    state: 'enabled',
    missingSince: undefined,
    facts: noFacts,
    memberships: [],
    privileges: ['LogOn', 'ReadOwnArchive'],
    roles: [],
    createdAt: new Date('2026-01-02T03:04:05Z'),
    modifiedAt: new Date('2026-02-03T04:05:06Z'),
    ...given,
  };
}

export function buildGroup(name: string, given: Partial<Group> = {}): Group {
  return {
    id: idOf(`group ${name}`),
    sourceId: 'main',
    kind: 'group',
    name: `${name}@example.com` as GroupName,
    displayName: name,
    description: '',
    addresses: [`${name}@example.com`],
    members: [],
    createdAt: new Date('2026-01-02T03:04:05Z'),
    modifiedAt: new Date('2026-02-03T04:05:06Z'),
    ...given,
  };
}

export function buildRun(given: Partial<RunRecord> = {}): RunRecord {
  return {
    id: randomUUID(),
    sourceId: 'main',
    startedAt: new Date('2026-03-01T10:00:00.125Z'),
    endedAt: new Date('2026-03-01T10:00:07.250Z'),
    outcome: 'applied',
    summary: '+1 new',
    ...given,
  };
}

export function buildChange(given: {
  readonly users?: readonly User[];
  readonly groups?: readonly Group[];
  readonly removedUserIds?: readonly string[];
  readonly removedGroupIds?: readonly string[];
}): DirectoryChange {
  return {
    users: { saved: given.users ?? [], removedIds: given.removedUserIds ?? [] },
    groups: { saved: given.groups ?? [], removedIds: given.removedGroupIds ?? [] },
  };
}

/** A company of `count` users, 50 to a group. */
export function buildCompany(count: number): DirectoryChange {
  const groups = Array.from({ length: Math.ceil(count / 50) }, (_, index) => buildGroup(`team${index}`));
  const users = Array.from({ length: count }, (_, index) =>
    buildUser(`user${index}`, {
      addresses: [`user${index}@example.com`, `alias${index}@example.com`],
      memberships: [{ groupId: idOf(`group team${Math.floor(index / 50)}`), direct: true }],
    }),
  );
  return buildChange({ users, groups });
}
