import { compileMapping, evaluateMapping } from '../core/mapping/evaluate.ts';
import { compareText } from '../core/mapping/judge.ts';
import type { Mapping } from '../core/mapping/rules.ts';
import type { Directory } from '../core/model.ts';

/** Names that come and go. Sorted. */
export interface NameChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

export interface UserMappingChange {
  readonly login: string;
  readonly privileges: NameChanges;
  readonly roles: NameChanges;
}

/** What a mapping would change, per user and per privilege or role. */
export interface MappingDiff {
  /** By login; users for whom nothing changes are left out. */
  readonly users: readonly UserMappingChange[];
  /** How many users get and lose each privilege or role; by kind, then name. */
  readonly totals: readonly {
    readonly kind: 'privilege' | 'role';
    readonly name: string;
    readonly added: number;
    readonly removed: number;
  }[];
  /** Users in the directory. */
  readonly userCount: number;
}

/** Compares what the directory grants, as last committed, with what it would if the mapping were in force at `now`. */
export function diffMappings(directory: Directory, mapping: Mapping, now: Date): MappingDiff {
  const compiled = compileMapping(mapping, directory.groups.values(), now);
  const users: UserMappingChange[] = [];
  const totals = new Map<string, { kind: 'privilege' | 'role'; name: string; added: number; removed: number }>();
  const count = (kind: 'privilege' | 'role', names: readonly string[], side: 'added' | 'removed') => {
    for (const name of names) {
      const key = `${kind} ${name}`;
      const total = totals.get(key) ?? { kind, name, added: 0, removed: 0 };
      totals.set(key, total);
      total[side] += 1;
    }
  };
  for (const user of directory.users.values()) {
    const verdict = evaluateMapping(compiled, user);
    const privileges = compareNames(user.privileges, verdict.privileges);
    const roles = compareNames(user.roles, verdict.roles);
    if (isEmpty(privileges) && isEmpty(roles)) continue;
    users.push({ login: user.login, privileges, roles });
    for (const side of ['added', 'removed'] as const) {
      count('privilege', privileges[side], side);
      count('role', roles[side], side);
    }
  }
  return {
    users: users.sort((a, b) => compareText(a.login, b.login)),
    totals: [...totals].sort(([a], [b]) => compareText(a, b)).map(([, total]) => total),
    userCount: directory.users.size,
  };
}

function compareNames(before: readonly string[], after: readonly string[]): NameChanges {
  const had = new Set(before);
  const has = new Set(after);
  return { added: after.filter((name) => !had.has(name)), removed: before.filter((name) => !has.has(name)) };
}

function isEmpty({ added, removed }: NameChanges): boolean {
  return added.length + removed.length === 0;
}
