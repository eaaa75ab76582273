import { type Directory, emptyDirectory, type Group, type User } from '../../sidecar/core/model.ts';
import type { SourceUser } from '../../sidecar/core/ports/directory-source.ts';
import type { Plan, Reading, ReadUser, ReconcileInput } from '../../sidecar/core/reconcile/plan.ts';
import { reconcile } from '../../sidecar/core/reconcile.ts';
import { aDomain } from './scripted-source.ts';

/** A reading with everything usual left out: accounts were read at the time of the plan, their rows never change. */
export interface SomeReading extends Partial<Omit<Reading, 'users'>> {
  readonly users: readonly (SourceUser & Partial<Pick<ReadUser, 'rowHash' | 'readAt'>>)[];
}

export interface PlanRequest extends Partial<Omit<ReconcileInput, 'reading' | 'policy' | 'confirmed'>> {
  readonly reading: SomeReading;
  readonly policy?: Partial<ReconcileInput['policy']>;
  /** Hash of a held plan. */
  readonly confirm?: string | undefined;
  /** Old address → new address. */
  readonly renames?: Readonly<Record<string, string>>;
}

let ids = 0;

/** Plans with everything usual left out: source `icewarp`, standard defaults, no filter, 2026-11-24 10:00:00 UTC. */
export function plan(request: PlanRequest): Plan {
  const { confirm, renames = {}, reading, policy, now = new Date('2026-11-24T10:00:00.000Z'), ...rest } = request;
  return reconcile({
    current: emptyDirectory,
    mapping: { defaults: ['LogOn', 'ReadOwnArchive'], rules: [] },
    sourceId: 'icewarp',
    filter: { domains: [], groups: [] },
    includeGuests: false,
    newId: () => {
      ids += 1;
      return `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`;
    },
    ...rest,
    now,
    confirmed: { risk: confirm, renames: new Map(Object.entries(renames)) },
    policy: {
      missingUsers: 'disable',
      graceDays: 30,
      limitUsers: 20,
      limitPercent: 10,
      limitMembersPercent: 20,
      limitArchiveGrants: 20,
      ...policy,
    },
    reading: {
      domains: [aDomain('example.com')],
      groups: [],
      kept: [],
      ...reading,
      users: reading.users.map((user) => ({ rowHash: 'row', readAt: now, ...user })),
    },
  });
}

export function userOf(directory: Directory, login: string): User | undefined {
  return [...directory.users.values()].find((user) => user.login === login);
}

export function groupOf(directory: Directory, name: string): Group | undefined {
  return [...directory.groups.values()].find((group) => group.name === name);
}

/** The addresses of a user's groups, `!` behind those that list the user. */
export function groupsOf(directory: Directory, login: string): readonly string[] {
  const memberships = userOf(directory, login)?.memberships ?? [];
  const names = memberships.map(
    ({ groupId, direct }) => `${directory.groups.get(groupId)?.name ?? 'dangling'}${direct ? '!' : ''}`,
  );
  return names.sort();
}
