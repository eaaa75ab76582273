import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Mapping } from '../../../../sidecar/core/mapping/rules.ts';
import { regrant } from '../../../../sidecar/core/reconcile/regrant.ts';
import { plan, userOf } from '../../../support/reconcile-harness.ts';
import { aGroup, anAccount } from '../../../support/scripted-source.ts';
import { usualPolicy } from '../../../support/sync-harness.ts';

const names = ['alice', 'bob', 'carol', 'dave', 'erin'];
const accounts = names.map((name) => anAccount(`${name}@example.com`));
const reading = { users: accounts, groups: [aGroup('audit@example.com', ['alice@example.com'])] };
const current = plan({ reading }).next;
const defaults = ['LogOn', 'ReadOwnArchive'];
const mappingOf = (given: Partial<Mapping>): Mapping => ({ defaults, rules: [], ...given });
const rule = { name: 'a', grant: [], deny: [], roles: [] };
const later = new Date('2026-11-25T10:00:00.500Z');

function apply(mapping: Mapping, given: { confirm?: string | undefined; limitUsers?: number; now?: Date } = {}) {
  const { confirm, now = later, limitUsers = 20 } = given;
  const policy = { ...usualPolicy, limitUsers };
  const confirmed = { risk: confirm, renames: new Map<string, string>() };
  return regrant({ current, mapping, sourceId: 'icewarp', policy, confirmed, now });
}

describe('applying a mapping to the directory as it is kept', () => {
  it('changes nothing when every user has what the mapping says', () => {
    const { isEmpty, next } = apply(mappingOf({}));
    assert.equal(isEmpty, true);
    for (const [id, user] of current.users) assert.equal(next.users.get(id), user);
  });

  it('gives by groups as they are kept, and moves the time of those users alone', () => {
    const audit = { ...rule, when: { group: 'audit@example.com' }, roles: ['auditor'] };
    const { change, lines, next } = apply(mappingOf({ rules: [audit] }));
    assert.deepEqual(
      change.users.saved.map(({ login }) => login),
      ['alice@example.com'],
    );
    assert.deepEqual(lines, [
      {
        kind: 'changed',
        address: 'alice@example.com',
        changes: [{ field: 'roles', added: ['auditor'], removed: [] }],
      },
    ]);
    assert.deepEqual(userOf(next, 'alice@example.com')?.modifiedAt, new Date('2026-11-25T10:00:01Z'));
  });

  it('begins and ends a grant at its minute', () => {
    const until = new Date('2026-11-25T10:00:00Z');
    const timed = mappingOf({ rules: [{ ...rule, when: {}, roles: ['x'], until }] });
    assert.deepEqual(apply(timed, { now: new Date(until.getTime() - 1) }).counts.changed, 5);
    assert.equal(apply(timed, { now: until }).isEmpty, true);
  });

  it('gives a manual user what the rules say, and no defaults', () => {
    const manual = { ...[...current.users.values()][0], id: 'm', login: 'm@x.test', origin: 'manual' };
    const users = new Map([...current.users, ['m', manual as never]]);
    const confirmed = { risk: undefined, renames: new Map<string, string>() };
    const mapping = mappingOf({ rules: [{ ...rule, when: { group: 'audit@example.com' }, roles: ['auditor'] }] });
    const terms = { sourceId: 'icewarp', policy: usualPolicy, confirmed, now: later, mapping };
    const { next } = regrant({ ...terms, current: { ...current, users } });
    assert.deepEqual([next.users.get('m')?.privileges, next.users.get('m')?.roles], [[], ['auditor']]);
  });
});

describe('the limits of a plan by the mapping', () => {
  const out = mappingOf({ rules: [{ ...rule, when: {}, deny: ['LogOn'] }] });

  it('count LogOn taken away like disabling, and are lifted by the name of the plan', () => {
    const held = apply(out, { limitUsers: 4 });
    assert.match(held.held.join(), /0 users would be disabled and 0 removed, and 5 would lose LogOn: more than 4/);
    assert.match(apply(out).held.join(), /more than 10 % of 5/);
    assert.deepEqual(apply(out, { limitUsers: 4, confirm: held.riskHash }).held, []);
  });

  it('are those of a sync, whose plan bears the same name', () => {
    const sync = plan({ current, reading, mapping: out, now: later });
    assert.match(sync.held.join(), /5 would lose LogOn/);
    assert.equal(sync.riskHash, apply(out).riskHash);
  });

  it('hold what breaks a constraint, in the first sync and later', () => {
    const breaking = mappingOf({
      rules: [{ ...rule, when: { user: ['bob@example.com'] }, grant: ['Administrator', 'ReadArchive:*'] }],
      constraints: { never: [['Administrator', 'ReadArchive:*']], atMost: [], protected: [] },
    });
    const first = plan({ reading, mapping: breaking });
    assert.match(first.held.join(), /must not meet in one person, and do in bob@example\.com/);
    const { held, riskHash } = apply(breaking);
    assert.match(held.join(), /breaks its constraints: .* bob@example\.com/);
    assert.deepEqual(apply(breaking, { confirm: riskHash }).held, []);
  });

  it('hold no plan for a breach that it has no part in, but warn of it', () => {
    const breaking = mappingOf({
      rules: [],
      constraints: { never: [], atMost: [{ name: 'LogOn', count: 1 }], protected: [] },
    });
    const { held, warnings, riskHash } = apply(breaking);
    assert.deepEqual([held, riskHash], [[], undefined]);
    assert.match(warnings.join(), /LogOn may be held by 1 at most/);
  });

  it('hold the smallest change of a right by a mapping that may not be meant', () => {
    const doubtful: Mapping = { ...mappingOf({ defaults: ['LogOn'] }), doubt: 'no file any more' };
    const { held, riskHash } = apply(doubtful, { limitUsers: 100 });
    assert.match(held.join(), /^no file any more; the rights of 5 users would change$/);
    assert.deepEqual(apply(doubtful, { confirm: riskHash }).held, []);
    const sync = plan({ current, reading, mapping: doubtful, now: later });
    assert.equal(sync.riskHash, riskHash);
    assert.deepEqual(apply({ ...mappingOf({}), doubt: 'no file any more' }).held, []);
  });

  it('hold a rule that opens a protected archive to anybody', () => {
    const opening = mappingOf({
      rules: [{ ...rule, when: { user: ['bob@example.com'] }, grant: ['ReadArchive:alice@example.com'] }],
      constraints: { never: [], atMost: [], protected: ['alice@example.com'] },
    });
    assert.match(apply(opening).held.join(), /opens the archive of alice@example\.com, which is protected/);
  });
});
