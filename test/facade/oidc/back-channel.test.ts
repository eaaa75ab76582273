import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { AuditEntry } from '../../../sidecar/core/ports/audit-log.ts';
import { silentLog } from '../../../sidecar/core/ports/log.ts';
import type { LogoutQueue } from '../../../sidecar/core/ports/logout-queue.ts';
import { type BackChannel, createBackChannel } from '../../../sidecar/facade/oidc/back-channel.ts';
import { type Database, openDatabase } from '../../../sidecar/storage/database.ts';
import { createLogoutQueue } from '../../../sidecar/storage/logout-queue.ts';
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts';
import { makeFolder } from '../../support/sidecar-process.ts';
import { until } from '../../support/until.ts';

const message = { clientId: 'wiki', accountId: 'account-1', sessionId: 'session-1' };
const dayMs = 86_400_000;

describe('telling clients that a session is over', () => {
  let server: Server;
  let uri: string;
  let clock: ManualClock;
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let database: Database;
  let queue: LogoutQueue;
  let channel: BackChannel;
  /** What the client answers: a status, or undefined for no answer at all. */
  let answer: number | undefined;
  let got: { readonly type: string | undefined; readonly body: string }[];
  let audit: AuditEntry[];
  let isGone: boolean;

  beforeEach(async () => {
    [answer, got, audit, isGone] = [200, [], [], false];
    server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      request.on('end', () => {
        got.push({ type: request.headers['content-type'], body });
        if (answer !== undefined) response.writeHead(answer, { Location: `${uri}elsewhere` }).end('x'.repeat(100_000));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    clock = createManualClock('2026-11-01T00:00:00Z');
    folder = await makeFolder();
    database = await openDatabase({ url: `sqlite:${folder.path}/sidecar.sqlite`, log: silentLog });
    queue = { ...(await createLogoutQueue(database)) };
    channel = start();
  });
  afterEach(async () => {
    await channel.stop();
    await database.close();
    await folder.remove();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  function start(answerMs = 2_000): BackChannel {
    return createBackChannel({
      queue,
      makeToken: async ({ sid }) =>
        isGone ? undefined : { uri, token: `token for ${sid}, attempt ${got.length + 1}` },
      audit: { write: (entry) => void audit.push(entry) },
      clock,
      log: silentLog,
      answerMs,
    });
  }
  /** Lets time pass until the client was asked that often. */
  const passUntil = (attempts: number) =>
    until(async () => {
      if (got.length < attempts && clock.pending().length > 0) await clock.advance(2_000);
      return got.length >= attempts;
    });

  it('posts a logout token as a form, at once, and notes it', async () => {
    await channel.send([message]);
    await until(() => audit.length > 0);
    assert.deepEqual(got, [
      {
        type: 'application/x-www-form-urlencoded',
        body: 'logout_token=token+for+session-1%2C+attempt+1',
      },
    ]);
    assert.deepEqual(audit, [
      {
        kind: 'logout',
        at: clock.now(),
        client: 'wiki',
        user: 'account-1',
        outcome: 'delivered',
        attempts: 1,
        reason: undefined,
      },
    ]);
    assert.deepEqual(await queue.claim(10, new Date(8e12), new Date(8e12)), []);
  });

  for (const [what, status] of [
    ['a fault', 500],
    ['a refusal', 400],
    ['a redirect, which is not followed', 302],
    ['a page that is no answer', 202],
  ] as const) {
    it(`tries again after ${what}, with a new token, until the client took it`, async () => {
      answer = status;
      await channel.send([message]);
      await passUntil(3);
      answer = 204;
      await passUntil(4);
      await until(() => audit.length > 0);
      assert.equal(new Set(got.map(({ body }) => body)).size, 4);
      assert.partialDeepStrictEqual(audit, [{ outcome: 'delivered', attempts: 4 }]);
      // 5 s, 20 s and a minute.
      const waitedMs = clock.now().getTime() - Date.parse('2026-11-01T00:00:00Z');
      assert.ok(waitedMs >= 85_000 && waitedMs < 100_000, `${waitedMs} ms`);
    });
  }

  it('waits for no client longer than it should', async () => {
    await channel.stop();
    channel = start(100);
    answer = undefined;
    await channel.send([message]);
    await passUntil(2);
    assert.equal(audit.length, 0);
  });

  it('gives up after a day, and says why', async () => {
    answer = 503;
    await channel.send([message]);
    await until(async () => {
      if (clock.pending().length > 0) await clock.advance(600_000);
      return audit.length > 0;
    });
    assert.partialDeepStrictEqual(audit, [{ outcome: 'given_up', reason: 'the client answered 503' }]);
    const passedMs = clock.now().getTime() - Date.parse('2026-11-01T00:00:00Z');
    assert.ok(passedMs >= dayMs && passedMs < dayMs * 1.2, `${passedMs} ms`);
    assert.ok(got.length > 20 && got.length < 40, `${got.length} attempts`);
  });

  it('gives up at once on a client that is gone', async () => {
    isGone = true;
    await channel.send([message]);
    await until(() => audit.length > 0);
    assert.partialDeepStrictEqual(audit, [{ outcome: 'given_up', attempts: 1 }]);
    assert.equal(got.length, 0);
  });

  it('goes on after a restart with what was not delivered', async () => {
    answer = 500;
    await channel.send([message]);
    await until(() => got.length > 0);
    await channel.stop();
    answer = 200;
    channel = start();
    await passUntil(2);
    await until(() => audit.length > 0);
    assert.partialDeepStrictEqual(audit, [{ outcome: 'delivered' }]);
  });

  it('goes on when the store was away', async () => {
    const { claim } = queue;
    let failures = 0;
    queue.claim = () => {
      failures += 1;
      return Promise.reject(new Error('the database does not answer'));
    };
    await channel.send([message]);
    await until(() => failures > 0);
    queue.claim = claim;
    await passUntil(1);
  });
});
