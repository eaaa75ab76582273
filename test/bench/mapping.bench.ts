import { parseArgs } from 'node:util';
import { checkMappings } from '../../sidecar/application/check-mappings.ts';
import { findBreaches } from '../../sidecar/core/mapping/constraints.ts';
import { compileMapping, evaluateMapping } from '../../sidecar/core/mapping/evaluate.ts';
import type { Condition, Mapping, Rule } from '../../sidecar/core/mapping/rules.ts';
import { type Directory, type Group, noFacts, type User } from '../../sidecar/core/model.ts';
import type { GroupName, LoginName } from '../../sidecar/core/names.ts';
import { medianOfThree } from './support/medians.ts';
import { toFigureText } from './support/print-figures.ts';

/** Who may do what: a whole directory judged anew, and one user. Nothing is read from files. */
const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '100000' },
    rules: { type: 'string', default: '200' },
    groups: { type: 'string', default: '2000' },
  },
});
const userCount = Number(values.users);
const groupCount = Number(values.groups);
const since = new Date('2026-11-01T00:00:00Z');
const now = new Date('2026-11-24T10:00:00Z');

function makeGroup(index: number): Group {
  const name = `team-${index}@example.com` as GroupName;
  const rest = { displayName: '', description: '', members: [], createdAt: since, modifiedAt: since };
  return { id: `group-${index}`, sourceId: 'icewarp', kind: 'group', name, addresses: [name], ...rest };
}

/** Everybody is in three to eight groups. */
function makeUser(index: number): User {
  const login = `user-${index}@${index % 10 === 0 ? 'branch.example.com' : 'example.com'}` as LoginName;
  const memberships = Array.from({ length: 3 + (index % 6) }, (_, step) => ({
    groupId: `group-${(index * 7 + step * 131) % groupCount}`,
    direct: step % 2 === 0,
  }));
  return {
    id: `user-${index}`,
    sourceId: 'icewarp',
    origin: 'synchronised',
    login,
    displayName: login,
    givenName: '',
    surname: '',
    description: index % 50 === 0 ? 'Contractor' : '',
    telephoneNumber: '',
    addresses: [login, `alias-${login}`],
    state: 'enabled',
    missingSince: undefined,
    facts: noFacts,
    memberships,
    privileges: [],
    roles: [],
    createdAt: since,
    modifiedAt: since,
  };
}

/** Conditions of every kind, in turn. */
function makeRule(index: number): Rule {
  const team = (step: number) => `team-${(index * 13 + step) % groupCount}@example.com`;
  const kinds: readonly Condition[] = [
    { group: team(0) },
    { group: `team-${index % 90}*@example.com` },
    { anyGroup: [team(1), team(2), `team-1${index % 10}*@example.com`] },
    { allGroups: [`team-${index % 9}*@example.com`, team(3)] },
    { user: [`user-${index}@example.com`] },
    { group: team(4), nested: false },
    { domain: ['branch.example.com'], not: [{ group: team(5) }] },
    { attribute: { comment: '*contract*' }, group: `team-${index % 7}*@example.com` },
    { user: [`user-${index % 10}*@branch.example.com`] },
    { not: [{ domain: ['*.example.com'] }, { group: `team-${index % 5}*@example.com` }] },
  ];
  return {
    name: `rule ${index}`,
    when: kinds[index % kinds.length] ?? {},
    grant: index % 3 === 0 ? [`ReadArchive:user-${index}@example.com`] : ['ExportEmail'],
    deny: index % 17 === 0 ? ['DeleteEmail'] : [],
    roles: index % 5 === 0 ? [`role ${index}`] : [],
  };
}

const groups = Array.from({ length: groupCount }, (_, index) => makeGroup(index));
const users = Array.from({ length: userCount }, (_, index) => makeUser(index));
const mapping: Mapping = {
  defaults: ['LogOn', 'ReadOwnArchive'],
  rules: Array.from({ length: Number(values.rules) }, (_, index) => makeRule(index)),
  constraints: {
    never: [['Administrator', 'ReadArchive:*']],
    atMost: [{ name: 'Administrator', count: 5 }],
    protected: ['user-1@example.com'],
  },
};
const directory: Directory = {
  generation: 1,
  users: new Map(users.map((user) => [user.id, user])),
  groups: new Map(groups.map((group) => [group.id, group])),
};

function secondsOf(work: () => void): number {
  const startedAt = performance.now();
  work();
  return (performance.now() - startedAt) / 1000;
}

const medians = await medianOfThree(async () => {
  let compiled = compileMapping(mapping, groups, now);
  const compile = secondsOf(() => {
    compiled = compileMapping(mapping, groups, now);
  });
  const everybody = secondsOf(() => {
    for (const user of users) evaluateMapping(compiled, user);
  });
  const several = users.filter((_, index) => index % 97 === 0);
  // Each as if it had changed: nothing is remembered of others.
  const single = secondsOf(() => {
    for (const user of several) {
      compiled.verdicts.clear();
      evaluateMapping(compiled, user);
    }
  });
  const breaches = secondsOf(() => findBreaches(mapping, directory, now));
  const check = secondsOf(() =>
    checkMappings({ mapping, places: new Map(), directory, now, findNearest: () => undefined }),
  );
  return { compile, everybody, single: single / several.length, verdicts: compiled.verdicts.size, breaches, check };
});
process.stdout.write(
  toFigureText(`Mapping, ${userCount} users, ${values.rules} rules of every kind, ${groupCount} groups`, [
    { name: 'rules matched against groups', value: medians.compile * 1000, unit: 'ms' },
    { name: 'all users judged', value: medians.everybody, unit: 's' },
    { name: 'both', value: medians.compile + medians.everybody, unit: 's' },
    { name: 'one changed user', value: medians.single * 1e6, unit: 'µs' },
    { name: 'constraints of the whole directory', value: medians.breaches, unit: 's' },
    { name: 'whole check', value: medians.check, unit: 's' },
  ]),
);
