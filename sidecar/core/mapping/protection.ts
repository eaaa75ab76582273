import type { Directory } from '../model.ts';
import { type Archive, type ArchiveFinder, createArchiveFinder } from './archives.ts';
import { toArchiveRight } from './privileges.ts';
import type { Mapping, Rule } from './rules.ts';

/** A grant that opens a protected archive and may not. */
export interface Opening {
  /** Undefined: the defaults. */
  readonly rule: string | undefined;
  readonly privilege: string;
  readonly message: string;
}

interface Protected {
  /** As the constraint names it. */
  readonly address: string;
  readonly archive: Archive;
}

/**
 * Grants that open a protected archive, but for those that may: a rule that names the archive, its owner's group where that
 * is what is protected, and carries `reason` and `until`. Whether the rule is in force, or denied, makes no difference.
 */
export function findOpenings(mapping: Mapping, directory: Directory): readonly Opening[] {
  const addresses = mapping.constraints?.protected ?? [];
  if (addresses.length === 0) return [];
  const find = indexProtected(addresses, createArchiveFinder(directory));
  const named = new Set(addresses);
  const grants: readonly (Pick<Rule, 'grant'> & { readonly rule?: Rule })[] = [
    { grant: mapping.defaults },
    ...mapping.rules.map((rule) => ({ grant: rule.grant, rule })),
  ];
  return grants.flatMap(({ grant, rule }) =>
    [...new Set(grant)].flatMap((privilege) => {
      const hit = find(privilege);
      if (hit === undefined || (rule !== undefined && isExcused(rule, privilege, named))) return [];
      return { rule: rule?.name, privilege, message: describe(privilege, hit, rule) };
    }),
  );
}

/** Gives, for a privilege, a protected archive that it opens: of a protected user, or of a protected group's member. */
function indexProtected(addresses: readonly string[], finder: ArchiveFinder) {
  const byAddress = new Map<string, Protected>();
  const byGroup = new Map<string, Protected>();
  const enter = (archive: Archive, address: string) => {
    const entry = { address, archive };
    for (const each of archive.addresses) if (!byAddress.has(each)) byAddress.set(each, entry);
    for (const each of archive.groups) if (!byGroup.has(each)) byGroup.set(each, entry);
  };
  for (const address of addresses) {
    const own = finder.archiveOf(address);
    enter(own, address);
    // A protected group's name opens its members' archives even while it has none.
    if (!byGroup.has(address)) byGroup.set(address, { address, archive: own });
    for (const member of finder.membersOf(address) ?? []) enter(finder.archiveOf(member.login), address);
  }
  const [any] = byAddress.values();
  return (privilege: string): Protected | undefined => {
    const archives = toArchiveRight(privilege)?.archives;
    if (archives === undefined) return undefined;
    if (archives.kind === 'all') return any;
    return (archives.kind === 'group' ? byGroup : byAddress).get(archives.address);
  };
}

function isExcused(rule: Rule, privilege: string, named: ReadonlySet<string>): boolean {
  if (rule.reason === undefined || rule.until === undefined) return false;
  const archives = toArchiveRight(privilege)?.archives;
  if (archives === undefined || archives.kind === 'all') return false;
  return archives.kind === 'user' || named.has(archives.address);
}

function describe(privilege: string, { address, archive }: Protected, rule: Rule | undefined): string {
  const whose = archive.owner === undefined ? address : archive.owner.login;
  const protectedAs = whose === address ? 'which is protected' : `protected as ${address}`;
  const who = rule === undefined ? 'the defaults grant' : `rule "${rule.name}" grants`;
  return (
    `${who} ${privilege}, which opens the archive of ${whose}, ${protectedAs}: ` +
    'only a rule that names that archive and carries reason and until may'
  );
}
