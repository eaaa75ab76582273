import { createArchiveFinder } from '../core/mapping/archives.ts';
import { compileGlob, isGlob } from '../core/mapping/glob.ts';
import { groupPatternsOf } from '../core/mapping/match.ts';
import { toArchiveRight } from '../core/mapping/privileges.ts';
import { type Condition, conditionsOf, type Rule } from '../core/mapping/rules.ts';
import { domainOf, localPartOf } from '../core/names.ts';
import type { MappingCheck } from './mapping-check.ts';

/** Finds names in a mapping that the directory does not know. */
export interface NameChecker {
  /** One message for each unknown name. */
  ofRule(rule: Rule): readonly string[];
  ofConstraints(): readonly string[];
}

/** Beyond this many names a suggestion costs more than it helps. */
const maxCandidates = 5000;
/** So many unknown names get a suggestion. */
const maxSuggestions = 100;

export function createNameChecker({
  mapping,
  directory,
  findNearest,
}: Omit<MappingCheck, 'places' | 'now'>): NameChecker {
  const groups = new Set([...directory.groups.values()].flatMap((group) => group.addresses));
  const users = new Set([...directory.users.values()].flatMap((user) => user.addresses));
  const finder = createArchiveFinder(directory);
  let suggestions = 0;
  const didYouMean = (address: string, candidates: ReadonlySet<string>) => {
    if (candidates.size > maxCandidates || suggestions >= maxSuggestions) return '';
    suggestions += 1;
    const domain = domainOf(address);
    // A long domain in common would make any two addresses look alike.
    const neighbours = [...candidates].filter((each) => domainOf(each) === domain).map(localPartOf);
    const nearest = findNearest(localPartOf(address), neighbours);
    return nearest === undefined ? '' : `; did you mean ${nearest}@${domain}?`;
  };
  const knownPatterns = new Map<string, boolean>();
  const isKnownGroup = (pattern: string) => {
    const known =
      knownPatterns.get(pattern) ?? (isGlob(pattern) ? [...groups].some(compileGlob(pattern)) : groups.has(pattern));
    knownPatterns.set(pattern, known);
    return known;
  };
  const checkGroups = (condition: Condition): readonly string[] => [
    ...groupPatternsOf(condition)
      .flat()
      .filter((pattern) => !isKnownGroup(pattern))
      .map((pattern) =>
        isGlob(pattern) ? `no group matches ${pattern}` : `there is no group ${pattern}${didYouMean(pattern, groups)}`,
      ),
    ...(condition.not ?? []).flatMap(checkGroups),
  ];
  const checkUsers = ({ user = [], not = [] }: Condition): readonly string[] => [
    ...user
      .filter((name) => !isGlob(name) && !users.has(name))
      .map((name) => `there is no user ${name}${didYouMean(name, users)}`),
    ...not.flatMap(checkUsers),
  ];
  const checkArchive = (privilege: string): readonly string[] => {
    const archives = toArchiveRight(privilege)?.archives;
    if (archives === undefined || archives.kind === 'all') return [];
    if (archives.kind === 'group') {
      return groups.has(archives.address)
        ? []
        : [`${privilege} opens nothing: there is no group ${archives.address}${didYouMean(archives.address, groups)}`];
    }
    return finder.archiveOf(archives.address).owner === undefined && !groups.has(archives.address)
      ? [
          `${privilege} opens no archive of a user: there is no user ${archives.address}${didYouMean(archives.address, users)}`,
        ]
      : [];
  };
  return {
    ofRule: (rule) => [
      ...conditionsOf(rule).flatMap((condition) => [...checkGroups(condition), ...checkUsers(condition)]),
      ...rule.grant.flatMap(checkArchive),
    ],
    ofConstraints: () =>
      (mapping.constraints?.protected ?? [])
        .filter((address) => !users.has(address) && !groups.has(address))
        .map(
          (address) =>
            `protected: there is no user or group ${address}${didYouMean(address, new Set([...users, ...groups]))}`,
        ),
  };
}
