import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type AppPasswordPorts,
  addAppPassword,
  appPasswordLimits,
  listAppPasswords,
  type NewAppPassword,
  removeAppPassword,
} from '../../../sidecar/application/app-passwords.ts';
import { watchAppPasswords } from '../../../sidecar/application/app-passwords-watch.ts';
import { makeSecret, makeSecretKey } from '../../../sidecar/core/made-secret.ts';
import type { AuditEntry } from '../../../sidecar/core/ports/audit-log.ts';
import { Secret } from '../../../sidecar/core/secret.ts';
import { createNetworkTest } from '../../../sidecar/host/network-list.ts';
import { buildUser } from '../../contract/directory-builders.ts';
import { isDomainError } from '../../contract/directory-store.ts';
import { createManualClock, settleTasks } from '../../support/manual-clock.ts';
import { createMemoryAppPasswords } from '../../support/memory-app-passwords.ts';
import { createMemoryKey } from '../../support/memory-service-accounts.ts';
import { createRecordingLog } from '../notify/support/recording-log.ts';

const alice = buildUser('alice');
const bob = buildUser('bob');

function world() {
  const clock = createManualClock('2026-11-24T10:00:00.900Z');
  const audited: AuditEntry[] = [];
  const passwords = createMemoryAppPasswords();
  const key = createMemoryKey();
  const log = createRecordingLog();
  const ports: AppPasswordPorts = {
    ...{ clock, passwords, key },
    directory: { generation: 1, groups: new Map(), users: new Map([alice, bob].map((user) => [user.id, user])) },
    listeners: ['ldap', 'dmz'],
    audit: { write: (entry) => void audited.push(entry) },
    actor: 'command line',
  };
  const add = (given: Partial<NewAppPassword> = {}) =>
    addAppPassword(ports, { user: 'alice', name: 'phone', listeners: [], networks: [], ...given });
  const watch = async () =>
    watchAppPasswords({ ...{ passwords, createNetworkTest, clock, log }, key: await key.readOrMake() });
  return { ports, clock, audited, passwords, key, log, add, watch };
}

describe('app passwords in the store', () => {
  it('are shown once, kept as a digest, and told to the audit without the password', async () => {
    const { add, passwords, audited, ports } = world();
    const one = await add({ networks: ['192.0.2.0/24'], listeners: ['ldap', 'ldap'] });
    const [id, text = ''] = one.secret.reveal().split('.');
    assert.equal(id, one.password.id);
    assert.ok(Buffer.from(text, 'base64url').length * 8 >= 128);
    assert.notEqual((await add({ name: 'tablet' })).secret.reveal(), one.secret.reveal());
    assert.ok(!JSON.stringify([await passwords.listOf(alice.id), audited]).includes(text));
    assert.deepEqual(audited[0], {
      ...{ kind: 'act', at: ports.clock.now(), actor: 'command line', act: 'app_password_added' },
      target: `alice@example.com ${id}`,
    });
    const { lines } = await listAppPasswords(ports, 'alice@example.com');
    assert.deepEqual(lines[0], {
      ...{ id, name: 'phone', status: 'usable', listeners: ['ldap'], networks: ['192.0.2.0/24'] },
      ...{ createdAt: new Date('2026-11-24T10:00:00Z'), lastUsedOn: undefined },
    });
    assert.deepEqual((await listAppPasswords(ports, 'bob')).lines, []);
  });

  it('are refused for bad names, listeners that are not there, unknown users and beyond the limit', async () => {
    const { add, ports } = world();
    for (const name of ['', '  ', 'a\nb', 'a\u202eb', 'x'.repeat(65)]) {
      await assert.rejects(add({ name }), isDomainError('invalid_input', /is no name of an app password/));
    }
    await assert.rejects(add({ listeners: ['lan'] }), isDomainError('invalid_input', /"lan"; there are: ldap, dmz/));
    await assert.rejects(add({ networks: Array.from({ length: 21 }, (_, n) => `192.0.2.${n}/32`) }), /at most 20/);
    await assert.rejects(add({ user: 'nobody' }), isDomainError('not_found', /nobody/));
    await add();
    await assert.rejects(add({ name: ' PHONE ' }), isDomainError('conflict', /PHONE/));
    await add({ user: 'bob' });
    for (let number = 1; number < appPasswordLimits.perUser; number++) await add({ name: `${number}` });
    await assert.rejects(add({ name: 'one more' }), isDomainError('conflict', /full/));
    await assert.rejects(removeAppPassword(ports, 'alice', 'watch'), isDomainError('not_found', /watch/));
  });

  it('are listed as unusable when they were made with another key', async () => {
    const { add, ports, key } = world();
    await add();
    key.key = makeSecretKey();
    assert.equal((await listAppPasswords(ports, 'alice')).lines[0]?.status, 'other_key');
  });
});

describe('app passwords of a running service', () => {
  it('come, go and are noted as used within two seconds', async () => {
    const { add, watch, clock, ports } = world();
    const watched = await watch();
    const issued = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => add({ name })));
    const find = (number: number) => watched.find(issued[number]?.secret ?? assert.fail());
    assert.equal(find(4), undefined);
    await clock.advance(1_000);
    assert.equal(find(4)?.userId, alice.id);
    assert.equal(watched.find(new Secret(`${issued[4]?.password.id}.${'x'.repeat(32)}`)), undefined);
    assert.equal(watched.find(makeSecret().text), undefined);
    assert.equal(watched.find(new Secret('alice-demo')), undefined);
    watched.noteUse(issued[4]?.password.id ?? '');
    await removeAppPassword(ports, 'alice', 'b');
    await clock.advance(1_000);
    assert.equal(find(1), undefined);
    assert.equal(find(0)?.id, issued[0]?.password.id);
    assert.deepEqual(
      (await listAppPasswords(ports, 'alice')).lines.map(({ name, lastUsedOn }) => [name, lastUsedOn]),
      [
        ['a', undefined],
        ['c', undefined],
        ['d', undefined],
        ['e', '2026-11-24'],
      ],
    );
    await watched.stop();
  });

  it('are for their listeners and networks', async () => {
    const { add, watch } = world();
    const issued = await add({ listeners: ['dmz'], networks: ['192.0.2.0/24', '2001:db8::/32'] });
    const everywhere = await add({ name: 'everywhere' });
    const watched = await watch();
    const isFor = (listener: string | undefined, from: string) => watched.find(issued.secret)?.isFor(listener, from);
    assert.equal(isFor('dmz', '192.0.2.9'), true);
    assert.equal(isFor('dmz', '::ffff:192.0.2.9'), true);
    assert.equal(isFor('dmz', '2001:db8::1'), true);
    assert.equal(isFor('dmz', '198.51.100.1'), false);
    assert.equal(isFor('ldap', '192.0.2.9'), false);
    assert.equal(isFor(undefined, '192.0.2.9'), false);
    assert.equal(watched.find(everywhere.secret)?.isFor(undefined, 'x'), true);
    await watched.stop();
  });

  it('stay as they were while the database is away, and uses are noted afterwards', async () => {
    const { add, watch, clock, passwords, log, ports } = world();
    const { secret, password } = await add();
    const watched = await watch();
    passwords.fault = new Error('the disk is gone');
    watched.noteUse(password.id);
    await clock.advance(1_000);
    await clock.advance(1_000);
    assert.equal(watched.find(secret)?.id, password.id);
    assert.equal(log.text().match(/cannot be seen: the disk is gone/g)?.length, 1);
    passwords.fault = undefined;
    await clock.advance(1_000);
    assert.equal((await listAppPasswords(ports, 'alice')).lines[0]?.lastUsedOn, '2026-11-24');
    await watched.stop();
  });

  it('are noted as used when the service stops', async () => {
    const { add, watch, ports } = world();
    const { password } = await add();
    const watched = await watch();
    watched.noteUse(password.id);
    watched.noteUse('0123456789ab');
    await watched.stop();
    await settleTasks();
    assert.equal((await listAppPasswords(ports, 'alice')).lines[0]?.lastUsedOn, '2026-11-24');
  });

  it('let nobody in when they were made with another key, and the log says so', async () => {
    const { add, watch, key, log } = world();
    const { secret } = await add();
    key.key = makeSecretKey();
    const watched = await watch();
    assert.equal(watched.find(secret), undefined);
    assert.match(log.text(), /made with another secret key/);
    await watched.stop();
  });
});
