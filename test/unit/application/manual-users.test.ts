import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import {
  addManualUser,
  adoptManualUser,
  editManualUser,
  linkManualUser,
  type ManualUserPorts,
  removeManualUser,
  unlinkManualUser,
} from '../../../sidecar/application/manual-users.ts';
import { DomainError, type ErrorCode } from '../../../sidecar/core/errors.ts';
import type { Mapping, Rule } from '../../../sidecar/core/mapping/rules.ts';
import { emptyDirectory } from '../../../sidecar/core/model.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import { createMemoryDirectoryStore } from '../../support/memory-directory-store.ts';
import { plan, userOf } from '../../support/reconcile-harness.ts';
import { anAccount } from '../../support/scripted-source.ts';
import { buildDirectory, buildGroup, buildUser } from '../directory/company.ts';

const rule = (name: string, when: Rule['when'], given: Partial<Rule>): Rule => {
  return { name, when, grant: [], deny: [], roles: [], ...given };
};
const mapping: Mapping = {
  defaults: ['LogOn', 'ReadOwnArchive'],
  rules: [
    rule('partners', { domain: ['partner.example'] }, { grant: ['LogOn'] }),
    rule('auditors', { group: 'auditors@example.com' }, { grant: ['ExportEmail'], roles: ['auditor'] }),
  ],
};
const auditors = buildGroup(1, 'auditors@example.com', { members: ['bob@example.com', 'outside@example.com'] });
const outside = buildGroup(2, 'outside@example.com', { members: ['ext@partner.example', '[partner.example]'] });
const company = buildDirectory(
  [
    buildUser(1, 'bob@example.com', { addresses: ['bob@example.com', 'robert@example.com'], sourceId: 'icewarp' }),
    buildUser(2, 'carol@example.com', { state: 'disabled', sourceId: 'icewarp' }),
  ],
  [auditors, outside],
);

function world(start = company) {
  const store = createMemoryDirectoryStore(start);
  const clock = createManualClock('2026-11-24T10:00:00.500Z');
  const ports: ManualUserPorts = { store, mapping, clock, newId: randomUUID };
  const add = (login = 'ext@partner.example', icewarp = 'bob@example.com') => addManualUser(ports, { login, icewarp });
  return { store, clock, ports, add };
}

const fails = (work: Promise<unknown>, code: ErrorCode, text: RegExp) =>
  assert.rejects(work, (error) => {
    assert.ok(error instanceof DomainError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, text);
    return true;
  });

describe('a user that is added by hand', () => {
  it('is stored with its link, name and addresses, a time that no client misses, and the record of the run', async () => {
    const { store, ports } = world();
    const given = {
      login: ' Ext@PARTNER.example',
      icewarp: 'ROBERT@example.com',
      name: 'Ext Ern',
      mail: ['E2@x.example'],
    };
    const { user, warnings } = await addManualUser(ports, given);
    assert.deepEqual(warnings, []);
    const loaded = await store.load();
    assert.equal(loaded.generation, company.generation + 1);
    assert.deepEqual(loaded.users.get(user.id), user);
    assert.deepEqual(
      [user.origin, user.login, user.passwordOf, user.displayName, user.addresses, user.state],
      [
        'manual',
        'ext@partner.example',
        'bob@example.com',
        'Ext Ern',
        ['ext@partner.example', 'e2@x.example'],
        'enabled',
      ],
    );
    assert.equal(user.modifiedAt.toISOString(), '2026-11-24T10:00:01.000Z');
    assert.equal(store.runs[0]?.summary, 'manual user ext@partner.example added');
  });

  it('has what rules give it by address, domain and nested groups, and no defaults', async () => {
    const { store, add } = world();
    const { user } = await add();
    assert.deepEqual(user.privileges, ['ExportEmail', 'LogOn']);
    assert.deepEqual(user.roles, ['auditor']);
    const direct = { [auditors.id]: false, [outside.id]: true };
    assert.deepEqual(Object.fromEntries(user.memberships.map((each) => [each.groupId, each.direct])), direct);
    const { groups } = await store.load();
    assert.deepEqual(
      [...groups.values()].map(({ modifiedAt }) => modifiedAt),
      [user.modifiedAt, user.modifiedAt],
    );
  });

  it('is warned about when it cannot log in: no LogOn, a disabled account, an account nobody knows', async () => {
    const { add } = world();
    assert.match((await add('a@other.example')).warnings.join(), /LogOn/);
    assert.match(
      (await add('b@partner.example', 'carol@example.com')).warnings.join(),
      /carol@example\.com is disabled/,
    );
    const { user, warnings } = await add('c@partner.example', 'nobody@example.com');
    assert.match(warnings.join(), /no synchronised account has the address nobody@example\.com/);
    assert.equal(user.passwordOf, 'nobody@example.com');
  });

  it('is refused with a reason, and nothing is stored', async () => {
    const { store, ports, add } = world();
    await fails(add('nonsense'), 'invalid_input', /"nonsense" is no mail address/);
    await fails(add('x@partner.example', 'a b@c'), 'invalid_input', /no mail address/);
    await fails(add('robert@example.com'), 'conflict', /already an address of the synchronised user bob@example\.com/);
    await fails(add('auditors@example.com'), 'conflict', /the group auditors/);
    await fails(add('x@partner.example', 'auditors@example.com'), 'invalid_input', /is a group/);
    const more = { login: 'x@partner.example', icewarp: 'bob@example.com' };
    await fails(addManualUser(ports, { ...more, mail: ['bob@example.com'] }), 'conflict', /already an address/);
    await fails(addManualUser(ports, { ...more, mail: ['what'] }), 'invalid_input', /"what"/);
    await fails(addManualUser(ports, { ...more, name: 'two\nlines' }), 'invalid_input', /no name/);
    await fails(addManualUser(ports, { ...more, name: ' ' }), 'invalid_input', /no name/);
    const mail = Array.from({ length: 100 }, (_, index) => `m${index}@x.example`);
    await fails(addManualUser(ports, { ...more, mail }), 'invalid_input', /at most 100/);
    assert.equal((await store.load()).generation, company.generation);
    await add();
    await fails(add(), 'conflict', /the manual user ext@partner\.example/);
    await fails(add('y@partner.example', 'ext@partner.example'), 'invalid_input', /has no password of its own/);
  });

  it('cannot be the first entry of a directory that was never synchronised', async () => {
    await fails(world(emptyDirectory).add(), 'invalid_input', /run `sync` first/);
  });

  it('is committed on top of what somebody else committed meanwhile', async () => {
    const { store, clock, add } = world();
    store.failNext('commit', new DomainError('conflict', 'overtaken'));
    const adding = add();
    while (clock.pending().length === 0) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(100);
    assert.equal((await adding).user.login, 'ext@partner.example');
  });

  it('is not tried again when the database fails', async () => {
    const { store, add } = world();
    store.failNext('commit', new DomainError('upstream_unavailable', 'the disk is full'));
    await fails(add(), 'upstream_unavailable', /disk is full/);
  });
});

describe('a manual user', () => {
  it('is edited, linked anew, unlinked and removed, under the same UUID', async () => {
    const { store, ports, add } = world();
    const { user } = await add();
    const edited = await editManualUser(ports, 'ext', { name: 'New', mail: ['n@x.example'] });
    assert.deepEqual([edited.user.id, edited.user.displayName], [user.id, 'New']);
    assert.deepEqual(edited.user.addresses, ['ext@partner.example', 'n@x.example']);
    assert.deepEqual((await editManualUser(ports, 'ext', { mail: [] })).user.addresses, ['ext@partner.example']);
    const unlinked = (await unlinkManualUser(ports, user.id)).user;
    assert.deepEqual([unlinked.state, 'passwordOf' in unlinked], ['disabled', false]);
    const again = (await linkManualUser(ports, 'ext@partner.example', 'carol@example.com')).user;
    assert.deepEqual([again.state, again.passwordOf], ['enabled', 'carol@example.com']);
    const removed = await removeManualUser(ports, 'ext');
    assert.deepEqual([removed.isRemoved, removed.user.id], [true, user.id]);
    assert.equal((await store.load()).users.size, company.users.size);
    await fails(removeManualUser(ports, 'ext'), 'not_found', /no user "ext"/);
  });

  it('is the only kind that can be changed', async () => {
    const { ports } = world();
    for (const work of [
      editManualUser(ports, 'bob', { name: 'x' }),
      removeManualUser(ports, 'bob'),
      linkManualUser(ports, 'bob', 'carol@example.com'),
      unlinkManualUser(ports, 'bob'),
      adoptManualUser(ports, 'bob'),
    ]) {
      await fails(work, 'conflict', /bob@example\.com is synchronised from IceWarp/);
    }
    await fails(editManualUser(ports, 'bob', {}), 'invalid_input', /nothing is to be changed/);
  });

  it('keeps UUID and addresses when it is adopted, belongs to the server and has the defaults', async () => {
    const { store, ports, add } = world();
    const { user } = await add('new@example.com');
    const { user: adopted, warnings } = await adoptManualUser(ports, 'new@example.com');
    assert.match(warnings.join(), /next synchronisation takes new@example\.com over/);
    assert.deepEqual(
      [adopted.id, adopted.origin, adopted.sourceId, adopted.privileges, 'passwordOf' in adopted],
      [user.id, 'synchronised', 'icewarp', ['LogOn', 'ReadOwnArchive'], false],
    );
    assert.equal(userOf(await store.load(), 'new@example.com')?.id, user.id);
  });

  it('is not adopted for a further address, nor where nobody says which server it would be of', async () => {
    const { ports } = world();
    await addManualUser(ports, { login: 'ext@partner.example', icewarp: 'bob@example.com', mail: ['new@example.com'] });
    await fails(adoptManualUser(ports, 'new@example.com'), 'invalid_input', /further address/);
    const alone = world(buildDirectory([], []));
    await alone.add();
    await fails(adoptManualUser(alone.ports, 'ext'), 'conflict', /nobody is synchronised/);
  });

  it('passes a synchronisation untouched, is reported when its address turns up, and is taken over once adopted', async () => {
    const { store, ports, add } = world();
    const { user } = await add('new@example.com');
    const users = ['bob@example.com', 'carol@example.com', 'new@example.com'].map((address) => anAccount(address));
    const before = plan({ current: await store.load(), reading: { users } });
    assert.deepEqual(before.next.users.get(user.id), user);
    assert.match(before.warnings.join(), /account new@example\.com is left out: a manual user has that address/);
    await adoptManualUser(ports, 'new@example.com');
    const after = plan({ current: await store.load(), reading: { users } });
    assert.deepEqual(after.warnings, []);
    assert.equal(userOf(after.next, 'new@example.com')?.id, user.id);
    assert.equal(userOf(after.next, 'new@example.com')?.origin, 'synchronised');
  });
});
