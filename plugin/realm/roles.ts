import { toArchiveRight } from '../../sidecar/core/mapping/privileges.ts';
import { type Mapping, plainPrivileges } from '../../sidecar/core/mapping/rules.ts';
import type { DesiredItem } from '../items.ts';
import type { Composite } from '../settings.ts';

const plainDescriptions: Readonly<Record<(typeof plainPrivileges)[number], string>> = {
  LogOn: 'May log in to the archive',
  ReadOwnArchive: 'May read their own archived mail',
  WriteOwnArchive: 'May add to their own archive',
  DeleteOwnArchive: 'May delete from their own archive',
  ArchiveEmail: 'Their mail is archived',
  ModifyArchiveProfiles: 'May change archive profiles',
  ExportEmail: 'May export archived mail',
  ModifyExportProfiles: 'May change export profiles',
  DeleteEmail: 'May delete archived mail',
  ChangePassword: 'May change their own password',
  Administrator: 'Administers the archive',
};
const rightWords = { ReadArchive: 'read', WriteArchive: 'add to', DeleteArchive: 'delete from' } as const;

/** Realm roles for all privileges and roles that the mapping can give, with descriptions, those that others include first. */
export function toRoles(mapping: Mapping, composites: readonly Composite[]): readonly DesiredItem[] {
  const { rules, defaults } = mapping;
  const privileges = new Set([...plainPrivileges, ...defaults, ...rules.flatMap(({ grant }) => grant)]);
  const roles = new Set([...rules.flatMap((rule) => rule.roles), ...composites.map(({ role }) => role)]);
  const described = [
    ...[...privileges].map((name) => [name, describePrivilege(name)] as const),
    ...[...roles].filter((name) => !privileges.has(name)).map((name) => [name, describeRole(name, mapping)] as const),
  ];
  const depths = toDepths(composites);
  const depthOf = (name: string) => depths.get(name) ?? 0;
  return described
    .sort(([a], [b]) => depthOf(a) - depthOf(b) || (a < b ? -1 : 1))
    .map(([name, description]) => {
      const includes = composites.filter(({ role }) => role === name).map((each) => each.includes);
      // Not named where nothing is included, so that what an administrator adds by hand stays.
      const own = includes.length === 0 ? {} : { includes: [...new Set(includes)].sort().join(', ') };
      return { kind: 'role', name, properties: { description, ...own } };
    });
}

/** How many roles deep each composite is. */
function toDepths(composites: readonly Composite[]): ReadonlyMap<string, number> {
  const depths = new Map<string, number>();
  // Each round settles one level more; a circle, which the settings refuse, ends with the rounds.
  for (let round = 0; round < composites.length; round += 1) {
    for (const { role, includes } of composites) {
      depths.set(role, Math.max(depths.get(role) ?? 0, Math.min((depths.get(includes) ?? 0) + 1, composites.length)));
    }
  }
  return depths;
}

function describePrivilege(name: string): string {
  const plain = plainPrivileges.find((each) => each === name);
  if (plain !== undefined) return plainDescriptions[plain];
  const right = toArchiveRight(name);
  if (right === undefined) return 'A privilege of IceWarp users';
  const { archives } = right;
  const verb = rightWords[right.right];
  if (archives.kind === 'all') return `May ${verb} all archives`;
  const whose = archives.kind === 'group' ? `the archives of the members of ${archives.address}` : archives.address;
  return `May ${verb} ${archives.kind === 'group' ? whose : `the archive of ${whose}`}`;
}

function describeRole(name: string, { rules }: Mapping): string {
  const given = rules.filter(({ roles }) => roles.includes(name)).map((rule) => rule.name);
  return given.length === 0
    ? 'Includes other roles'
    : `Given by ${given.slice(0, 3).join(', ')}${given.length > 3 ? ' and others' : ''}`;
}
