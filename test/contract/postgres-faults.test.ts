import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { silentLog } from '../../sidecar/core/ports/log.ts';
import { openDatabase } from '../../sidecar/storage/database.ts';
import { createDirectoryStore } from '../../sidecar/storage/directory-store.ts';
import { missingPostgres, type PostgresServer, startPostgres } from '../support/postgres.ts';
import { buildChange, buildRun, buildUser } from './directory-builders.ts';
import { isDomainError } from './directory-store.ts';

describe('PostgreSQL in trouble', { skip: missingPostgres() }, () => {
  let server: PostgresServer;
  before(async () => {
    server = await startPostgres({ max_connections: '12', superuser_reserved_connections: '1' });
  });
  after(() => server?.stop());

  const open = (url: string, lockTimeoutMs = 500) => openDatabase({ url, log: silentLog, lockTimeoutMs });
  const isOutage = (text: RegExp) => (error: unknown) => {
    assert.ok(isDomainError('upstream_unavailable', text)(error));
    assert.doesNotMatch(JSON.stringify([String(error), (error as Error).message]), new RegExp(server.password));
    return true;
  };
  const openStore = async (url: string, lockTimeoutMs?: number) => createDirectoryStore(await open(url, lockTimeoutMs));

  it('that does not answer is named with its address', async () => {
    const port = await new Promise<number>((resolve) => {
      const closed = createServer();
      closed.listen(0, '127.0.0.1', () => {
        const address = closed.address();
        closed.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
      });
    });
    await assert.rejects(
      open(`postgres://u:hunter2@127.0.0.1:${port}/x`),
      (error) =>
        isOutage(new RegExp(`postgres://127.0.0.1:${port}/x cannot be reached`))(error) &&
        !/hunter2/.test(String(error)),
    );
    await assert.rejects(open('postgres://u@host.invalid/x'), isOutage(/host\.invalid:5432\/x cannot be reached/));
    await assert.rejects(
      open('postgres:///x?host=/nonexistent'),
      isOutage(/postgres:\/nonexistent\/x cannot be reached/),
    );
  });

  it('that refuses the login says so, without the password', async () => {
    const url = server.urlOf('postgres');
    await assert.rejects(
      open(url.replace(server.password, 'hunter2')),
      isOutage(/refuses the login.*DATABASE_URL_FILE/),
    );
    await assert.rejects(open(url.replace(`:${server.password}`, '')), isOutage(/wants a password|refuses the login/));
    await assert.rejects(open(server.urlOf('absent')), isOutage(/\/absent does not exist; create it/));
    await assert.rejects(open(`${url}?sslmode=require`), isOutage(/offers no TLS/));
    // A login that was given up half-way is hung up on: the server would wait for it, and others for the server.
    const begun = performance.now();
    const database = await server.createDatabase();
    await database.remove();
    assert.ok(performance.now() - begun < 10_000, 'a socket was left open');
  });

  it('can be reached over its Unix socket', async () => {
    const database = await server.createDatabase();
    const login = `sidecar:${server.password}@`;
    const socket = `postgres://${login}${encodeURIComponent(server.folder)}:${server.port}/${database.name}`;
    const store = await openStore(socket);
    await store.commit(0, buildChange({ users: [buildUser('alice')] }), buildRun());
    await store.close();
    await database.remove();
  });

  it("is refused when it is in another encoding or another program's", async () => {
    const latin = await server.createDatabase("ENCODING 'LATIN1' TEMPLATE template0");
    await assert.rejects(
      open(latin.url),
      isDomainError('invalid_input', /encoding LATIN1; create one with ENCODING 'UTF8'/),
    );
    await latin.remove();
    const foreign = await server.createDatabase();
    await server.query(foreign.name, 'CREATE TABLE mails (id integer)');
    await assert.rejects(open(foreign.url), isDomainError('invalid_input', /belongs to another program/));
    const tables = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace";
    assert.deepEqual(await server.query(foreign.name, tables), [{ relname: 'mails' }]);
    await foreign.remove();
  });

  it('holds us in a schema of our own beside another program', async () => {
    const database = await server.createDatabase();
    await server.query(
      database.name,
      `CREATE TABLE mails (id integer); CREATE ROLE archive LOGIN PASSWORD 'a-b-c'; CREATE SCHEMA sidecar AUTHORIZATION archive;
       ALTER ROLE archive SET search_path = sidecar; ALTER ROLE archive SET datestyle = 'SQL, DMY'`,
    );
    const url = database.url.replace(`sidecar:${server.password}`, 'archive:a-b-c');
    const store = await openStore(url);
    const alice = buildUser('alice');
    await store.commit(0, buildChange({ users: [alice] }), buildRun());
    assert.deepEqual((await store.load()).users.get(alice.id), alice);
    await store.close();
    await database.remove();
    await server.query('postgres', 'DROP ROLE archive');
  });

  it('says what a user without rights needs', async () => {
    const database = await server.createDatabase();
    await server.query(
      database.name,
      "CREATE ROLE guest LOGIN PASSWORD 'a-b-c'; REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    );
    const url = database.url.replace(`sidecar:${server.password}`, 'guest:a-b-c');
    await assert.rejects(open(url), isOutage(/may not be used so by this user; make it the owner/));
    await database.remove();
    await server.query('postgres', 'DROP ROLE guest');
  });

  it('that another program locks: a commit waits, then fails and changes nothing; loads go on', async () => {
    const database = await server.createDatabase();
    const [store, other] = [await openStore(database.url), await open(database.url, 5_000)];
    await store.commit(0, buildChange({ users: [buildUser('alice')] }), buildRun());
    let release = () => {};
    const holding = other.write(
      () =>
        new Promise<void>((resolve) => {
          release = resolve;
        }),
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    const begun = performance.now();
    const commit = () => store.commit(1, buildChange({ users: [buildUser('bob')] }), buildRun());
    await assert.rejects(commit(), isOutage(/is locked by another program; .*nothing was changed/));
    assert.ok(performance.now() - begun >= 450, 'did not wait');
    assert.equal((await store.load()).users.size, 1);
    const waiting = commit();
    release();
    await holding;
    assert.equal(await waiting, 2);
    await store.close();
    await other.close();
    await database.remove();
  });

  it('that takes no more connections says so, and works again when there is room', async () => {
    const database = await server.createDatabase();
    await server.query(
      database.name,
      "CREATE ROLE plain LOGIN PASSWORD 'a-b-c' CONNECTION LIMIT 1; GRANT ALL ON SCHEMA public TO plain",
    );
    const url = database.url.replace(`sidecar:${server.password}`, 'plain:a-b-c');
    const first = await openStore(url);
    await first.generation();
    await assert.rejects(open(url), isOutage(/too many connections; raise max_connections/));
    await first.close();
    const second = await openStore(url);
    assert.equal(await second.generation(), 0);
    await second.close();
    await database.remove();
    await server.query('postgres', 'DROP ROLE plain');
  });

  it('that is read-only fails the commit and keeps the directory', async () => {
    const database = await server.createDatabase();
    const first = await openStore(database.url);
    await first.commit(0, buildChange({ users: [buildUser('alice')] }), buildRun());
    await first.close();
    await server.query('postgres', `ALTER DATABASE ${database.name} SET default_transaction_read_only = on`);
    const store = await openStore(database.url);
    await assert.rejects(
      store.commit(1, buildChange({ users: [buildUser('bob')] }), buildRun()),
      isOutage(/is read-only.*nothing was changed/),
    );
    assert.equal((await store.load()).users.size, 1);
    await store.close();
    await database.remove();
  });

  it('that crashes fails what is under way, and serves the old directory when it is back', async () => {
    const database = await server.createDatabase();
    const store = await openStore(database.url);
    await store.commit(0, buildChange({ users: [buildUser('alice')] }), buildRun());
    const users = Array.from({ length: 20_000 }, (_, index) => buildUser(`user${index}`));
    const committing = assert.rejects(
      store.commit(1, buildChange({ users }), buildRun()),
      isOutage(/cut the connection|cannot be reached/),
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    await server.crash();
    await committing;
    await assert.rejects(store.load(), isOutage(/cannot be reached|cut the connection/));
    await server.start();
    assert.equal((await store.load()).users.size, 1);
    assert.equal(await store.commit(1, buildChange({ users: [buildUser('bob')] }), buildRun()), 2);
    await store.close();
  });
});
