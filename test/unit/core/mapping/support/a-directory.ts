import assert from 'node:assert/strict';
import type { Condition, Mapping, Rule } from '../../../../../sidecar/core/mapping/rules.ts';
import { resolveMemberships } from '../../../../../sidecar/core/membership.ts';
import { type Directory, type Group, noFacts, type User } from '../../../../../sidecar/core/model.ts';
import { parseGroupName, parseLoginName } from '../../../../../sidecar/core/names.ts';
import type { AdminKind } from '../../../../../sidecar/core/ports/directory-source.ts';

export interface UserSketch extends Partial<Pick<User, 'state' | 'origin' | 'privileges' | 'roles'>> {
  readonly aliases?: readonly string[];
  readonly comment?: string;
  readonly admin?: AdminKind;
  readonly defaultsGiven?: readonly string[];
}

export interface DirectorySketch {
  /** By primary address. */
  readonly users: Readonly<Record<string, UserSketch>>;
  /** Address → members. */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
}

const committedAt = new Date('2026-11-24T09:00:00Z');

/** A committed directory of a few people; a group's id is `id-` and its address. */
export function aDirectory({ users, groups = {} }: DirectorySketch): Directory {
  const entries = Object.entries(groups).map(([address, members]): Group => {
    const name = parseGroupName(address);
    assert.ok(name);
    const kept = { sourceId: 'icewarp', kind: 'group', createdAt: committedAt, modifiedAt: committedAt } as const;
    return { id: `id-${name}`, name, displayName: name, description: '', addresses: [name], members, ...kept };
  });
  const candidates = Object.entries(users).map(([key, { aliases = [] }]) => ({ key, addresses: [key, ...aliases] }));
  const { byUser } = resolveMemberships({ users: candidates, groups: entries, domains: [] });
  const people = Object.entries(users).map(([address, sketch], index): User => {
    const login = parseLoginName(address);
    assert.ok(login);
    return {
      id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
      sourceId: 'icewarp',
      origin: sketch.origin ?? 'synchronised',
      login,
      displayName: login,
      givenName: '',
      surname: '',
      description: sketch.comment ?? '',
      telephoneNumber: '',
      addresses: [login, ...(sketch.aliases ?? [])],
      state: sketch.state ?? 'enabled',
      missingSince: undefined,
      facts: { ...noFacts, admin: sketch.admin ?? 'none', defaultsGiven: sketch.defaultsGiven },
      memberships: byUser.get(address) ?? [],
      privileges: sketch.privileges ?? [],
      roles: sketch.roles ?? [],
      createdAt: committedAt,
      modifiedAt: committedAt,
    };
  });
  return {
    generation: 1,
    users: new Map(people.map((user) => [user.id, user])),
    groups: new Map(entries.map((group) => [group.id, group])),
  };
}

export function userAt(directory: Directory, login: string): User {
  const user = [...directory.users.values()].find((each) => each.login === login);
  assert.ok(user, `${login} is in the directory`);
  return user;
}

export function aRule(name: string, when: Condition | readonly Condition[], effects: Partial<Rule> = {}): Rule {
  return { name, when, grant: [], deny: [], roles: [], ...effects };
}

export function aMapping(rules: readonly Rule[], more: Partial<Mapping> = {}): Mapping {
  return { defaults: ['LogOn', 'ReadOwnArchive'], rules, ...more };
}
