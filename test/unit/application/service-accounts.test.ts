import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  addServiceAccount,
  listServiceAccounts,
  removeServiceAccount,
  rotateServiceAccount,
} from '../../../sidecar/application/service-accounts.ts';
import { watchServiceAccounts } from '../../../sidecar/application/service-accounts-watch.ts';
import { makeSecretKey, matchesDigest } from '../../../sidecar/core/made-secret.ts';
import type { Secret } from '../../../sidecar/core/secret.ts';
import type { MadeServiceAccount } from '../../../sidecar/core/service-accounts.ts';
import { isDomainError } from '../../contract/directory-store.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import { createMemoryKey, createMemoryServiceAccounts } from '../../support/memory-service-accounts.ts';
import { createRecordingLog } from '../notify/support/recording-log.ts';

function world(configured: readonly string[] = []) {
  const accounts = createMemoryServiceAccounts();
  const key = createMemoryKey();
  const clock = createManualClock('2026-11-24T10:00:00.900Z');
  const ports = { accounts, key, clock, configured };
  return { ...ports, ports, log: createRecordingLog() };
}

describe('service accounts in the store', () => {
  it('get a secret of their own, of which only a digest is kept', async () => {
    const { ports, accounts } = world();
    const one = await addServiceAccount(ports, 'archive');
    const two = await addServiceAccount(ports, 'keycloak');
    assert.notEqual(one.secret.reveal(), two.secret.reveal());
    assert.ok(one.secret.reveal().startsWith(`${one.account.secretId}.`));
    const kept = JSON.stringify(await accounts.list());
    for (const { secret } of [one, two]) assert.ok(!kept.includes(secret.reveal().split('.')[1] ?? ''));
    assert.equal(one.account.createdAt.toISOString(), '2026-11-24T10:00:00.000Z');
  });

  it('keep their time of creation when they get another secret', async () => {
    const { ports, clock } = world();
    const before = await addServiceAccount(ports, 'Archive');
    await clock.advance(60_000);
    const after = await rotateServiceAccount(ports, 'ARCHIVE');
    assert.equal(after.account.name, 'Archive');
    assert.deepEqual(after.account.createdAt, before.account.createdAt);
    assert.equal(after.account.rotatedAt.getTime() - before.account.rotatedAt.getTime(), 60_000);
    assert.notEqual(after.account.digest, before.account.digest);
    assert.notEqual(after.account.secretId, before.account.secretId);
  });

  it('are refused for a bad name, a name that is taken, and one of the configuration', async () => {
    const { ports } = world(['Reader']);
    for (const name of ['', 'a b', 'ö', '-x', 'cn=x', 'x'.repeat(65)]) {
      await assert.rejects(addServiceAccount(ports, name), isDomainError('invalid_input', /is no name of a service/));
    }
    await assert.rejects(addServiceAccount(ports, 'reader'), isDomainError('conflict', /of the configuration/));
    await addServiceAccount(ports, 'archive');
    await assert.rejects(addServiceAccount(ports, 'Archive'), isDomainError('conflict', /Archive/));
    for (const work of [rotateServiceAccount, removeServiceAccount]) {
      await assert.rejects(work(ports, 'other'), isDomainError('not_found', /no service account "other"/));
      await assert.rejects(
        work(ports, 'reader'),
        isDomainError('not_found', /configuration.*change or remove it there/),
      );
    }
  });

  it('are not added under another key than the others, which a fresh one would silently refuse', async () => {
    const { ports, key } = world();
    await addServiceAccount(ports, 'archive');
    for (const other of [undefined, makeSecretKey()]) {
      key.key = other;
      await assert.rejects(
        addServiceAccount(ports, 'second'),
        isDomainError('invalid_input', /\/keys\/x\.secret.*restore it/),
      );
      assert.deepEqual(
        (await listServiceAccounts(ports)).map(({ status }) => status),
        ['other_key'],
      );
    }
    await rotateServiceAccount(ports, 'archive');
    assert.deepEqual(
      (await listServiceAccounts(ports)).map(({ status }) => status),
      ['usable'],
    );
  });

  it('are listed with those of the configuration, which hide them', async () => {
    const { ports } = world();
    await addServiceAccount(ports, 'reader');
    const lines = await listServiceAccounts({ ...ports, configured: ['READER', 'app'] });
    assert.deepEqual(
      lines.map(({ name, origin, status }) => [name, origin, status]),
      [
        ['app', 'configured', 'usable'],
        ['reader', 'made', 'hidden'],
        ['READER', 'configured', 'usable'],
      ],
    );
  });
});

describe('a running service', () => {
  const lets = (accounts: readonly MadeServiceAccount[], name: string, secret: Secret) => {
    const account = accounts.find((each) => each.name === name);
    return account !== undefined && matchesDigest(account.key, account.digest, Buffer.from(secret.reveal()));
  };

  it('hears of accounts that come, change and go, and of nothing else', async () => {
    const { ports, log, clock } = world();
    const first = await addServiceAccount(ports, 'first');
    const watch = await watchServiceAccounts({ ...ports, log });
    assert.ok(lets(watch.current(), 'first', first.secret));
    const heard: (readonly MadeServiceAccount[])[] = [];
    watch.start((known) => heard.push(known));
    await clock.advance(1_000);
    assert.equal(heard.length, 0);
    const second = await addServiceAccount(ports, 'second');
    await clock.advance(1_000);
    assert.ok(lets(watch.current(), 'second', second.secret));
    assert.ok(!lets(watch.current(), 'first', second.secret));
    const rotated = await rotateServiceAccount(ports, 'first');
    await clock.advance(1_000);
    assert.deepEqual(
      [first, rotated].map(({ secret }) => lets(watch.current(), 'first', secret)),
      [false, true],
    );
    await removeServiceAccount(ports, 'second');
    await clock.advance(1_000);
    assert.deepEqual(
      heard.map((known) => known.map(({ name }) => name)),
      [['first', 'second'], ['first', 'second'], ['first']],
    );
    await watch.stop();
    assert.deepEqual(clock.pending(), []);
    assert.equal(log.text(), '');
  });

  it('keeps letting in those it knows while the database or the key cannot be read, says so once, and still forgets the removed', async () => {
    const { ports, log, clock, accounts, key } = world();
    const archive = await addServiceAccount(ports, 'archive');
    await addServiceAccount(ports, 'gone');
    const watch = await watchServiceAccounts({ ...ports, log });
    watch.start(() => {});
    accounts.fault = new Error('no database');
    for (let turn = 0; turn < 3; turn += 1) await clock.advance(1_000);
    assert.ok(lets(watch.current(), 'archive', archive.secret));
    assert.deepEqual(
      log.lines().map(({ message }) => message),
      ['changes of service accounts cannot be seen: no database'],
    );
    accounts.fault = undefined;
    for (const fault of [new Error('no key'), undefined]) {
      key.fault = fault;
      key.key = undefined;
      for (let turn = 0; turn < 3; turn += 1) await clock.advance(1_000);
      assert.ok(lets(watch.current(), 'archive', archive.secret));
    }
    assert.deepEqual(
      log.lines().map(({ message }) => String(message).slice(0, 30)),
      ['changes of service accounts ca', 'no key', 'there is no secret key at /key'],
    );
    await removeServiceAccount(ports, 'gone');
    await clock.advance(1_000);
    assert.deepEqual(
      watch.current().map(({ name }) => name),
      ['archive'],
    );
    await watch.stop();
  });

  it('lets nobody in whose secret was made with another key, and names them', async () => {
    const { ports, log, key } = world();
    await addServiceAccount(ports, 'archive');
    key.key = makeSecretKey();
    const watch = await watchServiceAccounts({ ...ports, log });
    assert.deepEqual(watch.current(), []);
    assert.match(log.text(), /service accounts cannot log in, .*\/keys\/x\.secret: archive; restore/);
    key.key = undefined;
    const other = await watchServiceAccounts({ ...ports, log });
    assert.deepEqual(other.current(), []);
    assert.match(log.text(), /there is no secret key at \/keys\/x\.secret/);
  });
});
