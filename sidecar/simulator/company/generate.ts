import { Company } from './company.ts';
import { CompanyError } from './faults.ts';
import { generateGroups, generateLists } from './generate-groups.ts';
import { generateUser } from './generate-users.ts';
import { type Account, blankAccount, blankDomain, blankServer, type Domain } from './model.ts';
import { createRandom } from './random.ts';

/** Most users a generated company may have. */
const maxUsers = 1_000_000;

const domains: readonly Domain[] = [
  { ...blankDomain, name: 'example.com', description: 'Example Company', aliases: ['example.net'] },
  { ...blankDomain, name: 'example.org', description: 'Example Foundation' },
  { ...blankDomain, name: 'sales.example.com', description: 'Verkauf & Vertrieb' },
  { ...blankDomain, name: 'münchen.example', description: 'München' },
  { ...blankDomain, name: 'mail.example.org', type: 'alias', target: 'example.org' },
];

/**
 * Makes a company of `users` user accounts, the administrator `admin@example.com` (`admin-demo`) among them; guests,
 * groups and mailing lists come on top. The same seed gives the same company. How a user's number tells password and
 * state: see generate-users.ts. Throws {@link CompanyError} when a number is out of range.
 */
export function generateCompany(options: { readonly users: number; readonly seed: number }): Company {
  const { users: count, seed } = options;
  const faults = [];
  if (!Number.isInteger(count) || count < 1 || count > maxUsers) {
    faults.push({ path: 'users', message: `must be a whole number from 1 to ${maxUsers}` });
  }
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    faults.push({ path: 'seed', message: 'must be a whole number from 0 to 4294967295' });
  }
  if (faults.length > 0) throw new CompanyError(faults, 'generated company');

  const random = createRandom(seed);
  const admin: Account = {
    ...blankAccount,
    address: 'admin@example.com',
    displayName: 'Administrator',
    password: 'admin-demo',
    admin: 'administrator',
  };
  const users = [admin];
  for (let index = 1; index < count; index++) users.push(generateUser(index, homeOf(index), random));
  const names = domains.filter((domain) => domain.type === 'standard').map((domain) => domain.name);
  const groups = generateGroups(users, names, random);
  const lists = generateLists(users, 'example.com', random);
  return new Company({ server: blankServer, domains, accounts: [...users, ...guests(count), ...groups, ...lists] });
}

/** Seven in ten users in the first domain, two in the second; a few in the rest. */
function homeOf(index: number): string {
  const place = index % 20;
  if (place < 14) return 'example.com';
  if (place < 18) return 'example.org';
  return place === 18 ? 'sales.example.com' : 'münchen.example';
}

function guests(count: number): Account[] {
  return Array.from({ length: Math.max(1, Math.floor(count / 1000)) }, (_, index) => ({
    ...blankAccount,
    address: `guest${index + 1}@example.com`,
    displayName: `Guest ${index + 1}`,
    password: `guest${index + 1}-demo`,
    guest: true,
    mailbox: `visitor${index + 1}@elsewhere.test`,
  }));
}
