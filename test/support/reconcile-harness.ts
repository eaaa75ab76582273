import { type Directory, emptyDirectory, type Group, type User } from '../../sidecar/core/model.ts';
import type { Plan, Reading, ReconcileInput } from '../../sidecar/core/reconcile/plan.ts';
import { reconcile } from '../../sidecar/core/reconcile.ts';
import { aDomain } from './scripted-source.ts';

export interface PlanRequest extends Partial<Omit<ReconcileInput, 'reading' | 'policy'>> {
  readonly reading: Partial<Reading>;
  readonly policy?: Partial<ReconcileInput['policy']>;
}

let ids = 0;

/** Plans with everything usual left out: source `icewarp`, standard defaults, no filter, 2026-11-24 10:00:00 UTC. */
export function plan(request: PlanRequest): Plan {
  return reconcile({
    current: emptyDirectory,
    mapping: { defaults: ['LogOn', 'ReadOwnArchive'], rules: [] },
    sourceId: 'icewarp',
    filter: { domains: [], groups: [] },
    now: new Date('2026-11-24T10:00:00.000Z'),
    newId: () => {
      ids += 1;
      return `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`;
    },
    ...request,
    policy: { missingUsers: 'disable', graceDays: 30, limitUsers: 20, limitPercent: 10, ...request.policy },
    reading: { domains: [aDomain('example.com')], users: [], groups: [], ...request.reading },
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
