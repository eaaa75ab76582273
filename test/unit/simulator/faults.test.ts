import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { demoCompany, startSimulator } from '../../../sidecar/simulator/simulator.ts';
import { credentials, startTestSimulator, uidOf } from './simulator-client.ts';

const login = credentials('alice@example.com', 'alice-demo');

for (const tls of [false, true]) {
  describe(`simulator faults over ${tls ? 'HTTPS' : 'HTTP'}`, async () => {
    const { simulator, control } = await startTestSimulator({ tls });
    const connection = tls ? await import('node:https') : await import('node:http');
    const ca = simulator.certificatePem;

    /** Resolves with what came, rejects when the reply was cut. */
    const ask = (command = 'getauthtoken', signal?: AbortSignal): Promise<{ status: number; body: string }> =>
      new Promise((resolve, reject) => {
        const options = {
          method: 'POST',
          agent: false,
          ...(ca === undefined ? {} : { ca }),
          ...(signal ? { signal } : {}),
        };
        const request = connection.request(`${simulator.url}icewarpapi/`, options, (response) => {
          let body = '';
          response.setEncoding('utf8');
          response.on('data', (text: string) => {
            body += text;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
          response.on('error', (error) => reject(Object.assign(error, { body })));
        });
        request.on('error', reject);
        request.end(
          `<iq><query xmlns="admin:iq:rpc"><commandname>${command}</commandname><commandparams>${login}</commandparams></query></iq>`,
        );
      });
    const order = async (fault: object) => assert.equal((await control('POST', 'faults', fault)).status, 201);

    it('slow: answers properly, later', async () => {
      await order({ kind: 'slow', ms: 200 });
      const started = performance.now();
      assert.match((await ask()).body, /<authtoken>/);
      assert.ok(performance.now() - started >= 195);
    });

    it('hang: never answers', async () => {
      await order({ kind: 'hang' });
      await assert.rejects(ask('getauthtoken', AbortSignal.timeout(150)), { name: 'AbortError' });
    });

    it('drop: ends the connection without a byte', async () => {
      await order({ kind: 'drop' });
      await assert.rejects(ask(), { code: 'ECONNRESET' });
    });

    it('status: answers with an HTTP error', async () => {
      await order({ kind: 'status', status: 500 });
      assert.equal((await ask()).status, 500);
    });

    it('half: ends in the middle of the reply', async () => {
      await order({ kind: 'half' });
      await assert.rejects(ask(), (error: Error & { body: string }) => {
        assert.match(error.body, /^<iq type="result">/);
        assert.doesNotMatch(error.body, /<\/iq>/);
        return true;
      });
    });

    it('invalid XML: a whole reply that is not well-formed', async () => {
      await order({ kind: 'invalid_xml' });
      const { status, body } = await ask();
      assert.equal(status, 200);
      assert.match(body, /<query [\s\S]*<\/iq>$/);
      assert.doesNotMatch(body, /<\/query>/);
    });

    it('error: a uid of one’s choice', async () => {
      await order({ kind: 'error', uid: 'some_"uid"' });
      assert.match((await ask()).body, /<error uid="some_&quot;uid&quot;"\/>/);
    });

    it('holds for the next calls of one command, after those that are to go well', async () => {
      await order({ kind: 'error', uid: 'x', command: 'GetAuthToken', skip: 1, count: 2 });
      const uids = [];
      for (let time = 0; time < 4; time++) {
        uids.push(uidOf((await ask()).body));
        assert.match((await ask('authenticate')).body, /type="result"/);
      }
      assert.deepEqual(uids, [undefined, 'x', 'x', undefined]);
      assert.deepEqual(await (await control('GET', 'faults')).json(), []);
    });

    it('can be listed and cleared', async () => {
      await order({ kind: 'hang', count: 5 });
      assert.deepEqual(await (await control('GET', 'faults')).json(), [
        { kind: 'hang', command: '', skip: 0, count: 5 },
      ]);
      assert.equal((await control('DELETE', 'faults')).status, 204);
      assert.match((await ask()).body, /<authtoken>/);
    });
  });
}

describe('simulator stop', () => {
  for (const tls of [false, true]) {
    it(`ends within a second with calls hanging, held back and idle (${tls ? 'HTTPS' : 'HTTP'})`, async () => {
      const { connect } = await import('node:net');
      const simulator = await startSimulator({ company: demoCompany(), tarpitMs: 60_000, tls });
      const idle = connect(simulator.port, '127.0.0.1');
      await new Promise((resolve) => idle.once('connect', resolve));
      const closed = new Promise((resolve) => idle.on('error', () => {}).once('close', resolve));
      const pending: Promise<unknown>[] = [];
      if (!tls) {
        const wrong = credentials('alice@example.com', 'wrong');
        const body = `<iq><query xmlns="admin:iq:rpc"><commandname>getauthtoken</commandname><commandparams>${wrong}</commandparams></query></iq>`;
        const fault = JSON.stringify({ kind: 'hang', command: 'logout' });
        await fetch(`${simulator.controlUrl}faults`, {
          method: 'POST',
          body: fault,
          headers: { 'Content-Type': 'application/json' },
        });
        for (const text of [body, body.replace('getauthtoken', 'logout')]) {
          pending.push(assert.rejects(fetch(`${simulator.url}icewarpapi/`, { method: 'POST', body: text })));
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      const started = performance.now();
      await simulator.stop();
      assert.ok(performance.now() - started < 1_000);
      await Promise.all([closed, ...pending]);
      await assert.rejects(fetch(simulator.url));
      await assert.rejects(fetch(simulator.controlUrl));
    });
  }

  it('frees both ports when one of them is taken', async () => {
    const first = await startSimulator({ company: demoCompany(), tarpitMs: 0 });
    await assert.rejects(startSimulator({ company: demoCompany(), tarpitMs: 0, port: first.port }), {
      code: 'EADDRINUSE',
    });
    const options = { company: demoCompany(), tarpitMs: 0, controlPort: first.controlPort };
    await assert.rejects(startSimulator(options), { code: 'EADDRINUSE' });
    await first.stop();
  });
});
