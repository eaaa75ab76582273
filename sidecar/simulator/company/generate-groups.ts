import { type Account, blankAccount } from './model.ts';
import type { Random } from './random.ts';

/** How many users there are for one group, and for one mailing list. */
const usersPerGroup = 50;
const usersPerList = 500;

/**
 * Groups and mailing lists over generated users: teams of 1 to 100 people, departments of teams (nested three deep), one
 * group with everybody of each domain, a cycle, members that exist nowhere, an empty group.
 */
export function generateGroups(users: readonly Account[], domains: readonly string[], random: Random): Account[] {
  const home = domains[0] ?? '';
  const groups: Account[] = [];
  const add = (local: string, displayName: string, members: readonly string[], domain = home) => {
    groups.push({ ...blankAccount, address: `${local}@${domain}`, type: 'group', displayName, members });
    return `${local}@${domain}`;
  };
  const teams = Math.max(4, Math.floor(users.length / usersPerGroup));
  let department: string[] = [];
  const departments: string[] = [];
  for (let team = 1; team <= teams; team++) {
    const members = pickMembers(users, 1 + random.below(100), random);
    if (team % 20 === 3) members.push('consultant@elsewhere.test', `left-long-ago@${home}`);
    department.push(add(`team-${team}`, `Équipe ${team}`, members));
    if (department.length < 10 && team < teams) continue;
    departments.push(add(`department-${departments.length + 1}`, `Department ${departments.length + 1}`, department));
    department = [];
  }
  add('divisions', 'All divisions', departments);
  for (const domain of domains) add('everybody', `Everybody at ${domain}`, [`[${domain}]`], domain);
  add('cycle-a', 'Cycle A', [`cycle-b@${home}`, ...pickMembers(users, 3, random)]);
  add('cycle-b', 'Cycle B', [`cycle-c@${home}`, ...pickMembers(users, 3, random)]);
  add('cycle-c', 'Cycle C', [`cycle-a@${home}`]);
  add('nobody', 'Nobody yet', []);
  return groups;
}

/** One mailing list for every 500 users, at least one. */
export function generateLists(users: readonly Account[], domain: string, random: Random): Account[] {
  return Array.from({ length: Math.max(1, Math.floor(users.length / usersPerList)) }, (_, index) => ({
    ...blankAccount,
    address: `list-${index + 1}@${domain}`,
    type: 'mailing_list' as const,
    displayName: `List ${index + 1}`,
    members: [...pickMembers(users, 1 + random.below(200), random), 'subscriber@elsewhere.test'],
  }));
}

function pickMembers(users: readonly Account[], count: number, random: Random): string[] {
  const members = new Set<string>();
  for (let tried = 0; tried < count && users.length > 0; tried++) {
    const user = users[random.below(users.length)];
    if (user !== undefined) members.add(user.address);
  }
  return [...members];
}
