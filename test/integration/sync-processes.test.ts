import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, afterEach, before, describe, it } from 'node:test';
import { demoCompany, type Simulator, startSimulator } from '../../sidecar/simulator/simulator.ts';
import { missingPostgres, type PostgresServer, startPostgres } from '../support/postgres.ts';
import { missingPrograms } from '../support/programs.ts';
import { makeFolder, runProgram, runSidecar, type SidecarProcess, startSidecar } from '../support/sidecar-process.ts';

/** One database product, and what a test does to it behind the back of the sidecar. */
interface Product {
  readonly name: string;
  readonly skip: string | false;
  open(): Promise<Backdoor>;
}

interface Backdoor {
  readonly url: string;
  /** As if the time of every lock had run out. */
  expireLocks(): Promise<void>;
  /** Makes a commit dwell on the first address that it writes, in the midst of its transaction. */
  slowDown(): Promise<void>;
  /** Whether a commit dwells there now. */
  isCommitting(): Promise<boolean>;
  speedUp(): Promise<void>;
  close(): Promise<void>;
}

const sqlite: Product = {
  name: 'SQLite',
  skip: false,
  async open() {
    const folder = await makeFolder();
    const file = join(folder.path, 'sidecar.sqlite');
    const run = (path: string, statements: string) => {
      const database = new DatabaseSync(path);
      try {
        database.exec(statements);
      } finally {
        database.close();
      }
    };
    return {
      url: `sqlite:${file}`,
      expireLocks: async () => run(join(folder.path, 'sidecar.state.sqlite'), 'UPDATE run_locks SET expires_ms = 0'),
      // SQLite cannot sleep, only count: for much longer than the test takes to notice.
      slowDown: async () =>
        run(
          file,
          `CREATE TRIGGER dwell AFTER INSERT ON user_addresses WHEN (WITH RECURSIVE numbers(n) AS
            (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1000000000) SELECT count(*) FROM numbers) > 0
            BEGIN SELECT 1; END`,
        ),
      async isCommitting() {
        try {
          run(file, 'BEGIN IMMEDIATE; ROLLBACK');
          return false;
        } catch (error) {
          assert.match(String(error), /locked/);
          return true;
        }
      },
      speedUp: async () => run(file, 'DROP TRIGGER dwell'),
      close: () => folder.remove(),
    };
  },
};

let server: Promise<PostgresServer> | undefined;
after(async () => (await server)?.stop());

const postgres: Product = {
  name: 'PostgreSQL',
  skip: missingPostgres(),
  async open() {
    server ??= startPostgres();
    const { createDatabase, query } = await server;
    const { name, url, remove } = await createDatabase();
    const run = async (statements: string) => void (await query(name, statements));
    return {
      url,
      expireLocks: () => run('UPDATE run_locks SET expires_ms = 0'),
      slowDown: () =>
        run(`CREATE FUNCTION dwell() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(2); RETURN NULL; END';
          CREATE TRIGGER dwell AFTER INSERT ON user_addresses EXECUTE FUNCTION dwell()`),
      async isCommitting() {
        const rows = await query(name, `SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'`);
        return rows.length > 0;
      },
      // Waits until the server has noticed that the process is gone.
      speedUp: () => run('DROP TRIGGER dwell ON user_addresses; DROP FUNCTION dwell'),
      close: remove,
    };
  },
};

async function until(what: string, isSo: () => Promise<boolean>, limitMs = 20_000): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await isSo())) {
    assert.ok(performance.now() < deadline, `${what} within ${limitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

for (const product of [sqlite, postgres]) {
  describe(`processes that synchronise into one ${product.name} database`, { skip: product.skip }, () => {
    let simulator: Simulator;
    let folder: Awaited<ReturnType<typeof makeFolder>>;
    let database: Backdoor;
    let env: Readonly<Record<string, string>>;
    let edits = 0;
    before(async () => {
      folder = await makeFolder();
      simulator = await startSimulator({ company: demoCompany(), tarpitMs: 0 });
      database = await product.open();
      env = {
        SIDECAR_ICEWARP_URL: simulator.url,
        SIDECAR_ICEWARP_USERNAME: 'admin@example.com',
        SIDECAR_ICEWARP_PASSWORD: 'admin-demo',
        SIDECAR_DATABASE_URL: database.url,
        SIDECAR_SECURITY_SECRET_FILE: join(folder.path, 'sidecar.secret'),
      };
      const { code, report } = await sync();
      assert.equal(code, 0, report.summary);
    });
    after(async () => {
      await simulator.stop();
      await database.close();
      await folder.remove();
    });
    afterEach(() => fetch(new URL('faults', simulator.controlUrl), { method: 'DELETE' }));

    async function sync() {
      const { code, stdout, stderr } = await runSidecar(['sync', '--json'], { cwd: folder.path, env });
      assert.notEqual(stdout, '', stderr);
      return { code, report: JSON.parse(stdout) };
    }

    async function spoil(fault: Readonly<Record<string, unknown>>): Promise<void> {
      const headers = { 'content-type': 'application/json' };
      const init = { method: 'POST', headers, body: JSON.stringify(fault) };
      assert.equal((await fetch(new URL('faults', simulator.controlUrl), init)).status, 201);
    }

    /** Whether the fault told to the server has come about. */
    async function isSpoilt(): Promise<boolean> {
      const answer = await fetch(new URL('faults', simulator.controlUrl));
      return ((await answer.json()) as unknown[]).length === 0;
    }

    /** A change that every complete run commits. */
    function editCompany(): string {
      edits += 1;
      const phone = `+1 555 77${String(edits).padStart(2, '0')}`;
      simulator.company.patchAccount('bob@example.com', { phone });
      return phone;
    }

    async function readUsers(): Promise<string> {
      const { code, stdout, stderr } = await runSidecar(['users', '--json'], { cwd: folder.path, env });
      assert.equal(code, 0, stderr);
      return stdout;
    }

    /** Kills a `sync` at a moment, and sees that the next one goes on from the directory that was in force before. */
    async function killSyncWhen(isNow: () => Promise<boolean>, tidyUp: () => Promise<unknown>): Promise<void> {
      const before = await readUsers();
      editCompany();
      const killed = startSidecar(['sync'], { cwd: folder.path, env });
      try {
        await until('the moment to kill it', isNow);
      } finally {
        await killed.stop('SIGKILL');
        await tidyUp();
      }
      assert.equal(killed.output().stdout, '');
      assert.equal(await readUsers(), before);

      const refused = await sync();
      assert.deepEqual([refused.code, refused.report.error?.code], [1, 'conflict'], refused.report.summary);
      const { lockedBy, summary } = refused.report;
      assert.match(lockedBy.holder, new RegExp(`:${killed.child.pid}$`));
      assert.ok(summary.includes(lockedBy.holder) && summary.includes(lockedBy.expiresAt), summary);
      const leftMs = Date.parse(lockedBy.expiresAt) - Date.now();
      assert.ok(leftMs > 0 && leftMs <= 60_000, `a dead holder blocks for a minute at most, not ${leftMs} ms`);

      await database.expireLocks();
      const next = await sync();
      assert.deepEqual([next.code, next.report.outcome, next.report.summary], [0, 'applied', '~1 changed']);
      assert.equal((await sync()).report.outcome, 'unchanged');
    }

    it('lets one of two at once apply, and tells the other who is at it', async () => {
      editCompany();
      await spoil({ kind: 'slow', ms: 1_500, command: 'getdomainsinfolist' });
      const both = await Promise.all([sync(), sync()]);
      const [winner] = both.filter(({ report }) => report.outcome === 'applied');
      assert.ok(winner, both.map(({ report }) => report.summary).join('; '));
      const [other] = both.filter((each) => each !== winner);
      if (other?.report.outcome !== 'unchanged') {
        assert.deepEqual([other?.code, other?.report.error.code], [1, 'conflict']);
        assert.match(other?.report.summary, /another sync is going on \(\S+:\d+, since .*nothing was read or changed/);
      }
      assert.equal((await sync()).report.outcome, 'unchanged');
    });

    it('goes on from the old directory when one is killed while it reads', async () => {
      await spoil({ kind: 'hang', command: 'getaccountproperties', skip: 12 });
      await killSyncWhen(isSpoilt, async () => {});
    });

    it('goes on from the old directory when one is killed while it commits', async () => {
      await database.slowDown();
      const isInTheMidst = async () => {
        if (!(await database.isCommitting())) return false;
        // Past the beginning of the transaction, which looks the same from outside.
        await new Promise((resolve) => setTimeout(resolve, 100));
        return await database.isCommitting();
      };
      await killSyncWhen(isInTheMidst, database.speedUp);
    });

    describe('one of them the service', { skip: missingPrograms('ldapsearch') }, () => {
      let service: SidecarProcess;
      let searchPhone: () => Promise<string | undefined>;
      before(async () => {
        await database.expireLocks();
        const settings = {
          SIDECAR_LOG_FORMAT: 'json',
          SIDECAR_SYNC_INTERVAL_SECONDS: '3600',
          SIDECAR_LDAP_PORT: '0',
          SIDECAR_HTTP_PORT: '0',
          SIDECAR_LDAP_SERVICE_ACCOUNTS: '[{"name":"archive","password":"archive-secret-7"}]',
        };
        service = startSidecar(['serve'], { cwd: folder.path, env: { ...env, ...settings } });
        const [, port = ''] = await service.waitFor(/"ldap":"127\.0\.0\.1:(\d+)"/, 'stderr');
        await service.waitFor(/"message":"sync ended"/, 'stderr');
        const bind = ['-x', '-LLL', '-H', `ldap://127.0.0.1:${port}`, '-D', 'cn=archive', '-w', 'archive-secret-7'];
        searchPhone = async () => {
          const search = [...bind, '-b', 'o=icewarp', '(mail=bob@example.com)', 'telephoneNumber'];
          const { code, stdout, stderr } = await runProgram('ldapsearch', search);
          assert.equal(code, 0, stderr);
          return /^telephoneNumber: (.*)$/m.exec(stdout)?.[1];
        };
      });
      after(() => service.stop());

      it('is found by a search within two seconds of the commit', async () => {
        for (let round = 1; round <= 3; round++) {
          const phone = editCompany();
          assert.notEqual(await searchPhone(), phone);
          const { code, report } = await sync();
          assert.deepEqual([code, report.outcome], [0, 'applied'], report.summary);
          // The commit is over before the process is: what is measured here is the shorter time.
          const leftMs = Date.parse(report.endedAt) + 2_000 - Date.now();
          await until('the new number in a search', async () => (await searchPhone()) === phone, leftMs);
        }
      });
    });
  });
}
