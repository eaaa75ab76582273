import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import type { Log } from '../../../sidecar/core/ports/log.ts';
import { corp, rejectsWith, servicePassword, startSource } from './fixtures.ts';
import { type Asked, escapeXml, failure, list, result } from './scripted-server.ts';

/** Sessions that the server can forget: `sids` holds the valid ones. */
function forgetfulServer(sids: Set<string>) {
  let logins = 0;
  return (asked: Asked) => {
    if (asked.command === 'authenticate') {
      logins += 1;
      sids.add(`S${logins}`);
      return result('1', `S${logins}`);
    }
    if (asked.command === 'getauthtoken' || sids.has(asked.sid ?? '')) {
      return asked.command === 'getaccountsinfolist' ? list([]) : undefined;
    }
    return failure('session_invalid');
  };
}

describe('the session of the service account', () => {
  it('is opened once for all who need it, and carries the sid', async () => {
    const { server, source, done } = await startSource(forgetfulServer(new Set()));
    await Promise.all(Array.from({ length: 20 }, () => source.listUsers(corp)));
    const logins = server.asked.filter((asked) => asked.command === 'authenticate');
    assert.equal(logins.length, 1);
    assert.equal(logins[0]?.sid, undefined);
    assert.equal(logins[0]?.param('password'), escapeXml(servicePassword).replaceAll('"', '&quot;'));
    assert.ok(server.asked.every((asked) => asked.command === 'authenticate' || asked.sid === 'S1'));
    await done();
  });

  it('is renewed once when the server has forgotten it, by all callers together', async () => {
    const sids = new Set<string>();
    const { server, source, done } = await startSource(forgetfulServer(sids));
    await source.listUsers(corp);
    sids.clear();
    await Promise.all(Array.from({ length: 8 }, () => source.listUsers(corp)));
    assert.equal(server.commands().filter((command) => command === 'authenticate').length, 2);
    await done();
  });

  it('is not renewed twice for one command', async () => {
    const { server, source, done } = await startSource(({ command }) =>
      command === 'getaccountsinfolist' ? failure('session_invalid') : undefined,
    );
    await rejectsWith(source.listUsers(corp), 'upstream_unavailable', /getaccountsinfolist.*session_invalid/);
    assert.deepEqual(server.commands(), ['authenticate', 'getaccountsinfolist', 'authenticate', 'getaccountsinfolist']);
    await done();
  });

  it('is closed on the server at the end, and nothing is sent afterwards', async () => {
    const { server, source, done } = await startSource(forgetfulServer(new Set()));
    await source.listUsers(corp);
    await source.close();
    assert.equal(server.asked.at(-1)?.command, 'logout');
    assert.equal(server.asked.at(-1)?.sid, 'S1');
    const count = server.asked.length;
    await rejectsWith(source.listUsers(corp), 'upstream_unavailable', /closed/);
    assert.equal(server.asked.length, count);
    await done();
  });

  it('closes without a word when it was never opened, and when the server is gone', async () => {
    const idle = await startSource(() => undefined);
    await idle.source.close();
    assert.deepEqual(idle.server.asked, []);
    await idle.done();
    const gone = await startSource(forgetfulServer(new Set()));
    await gone.source.listUsers(corp);
    await gone.server.close();
    await gone.source.close();
  });

  it('goes on being opened for the others when one caller gives up', async () => {
    const { source, done } = await startSource((asked) => {
      if (asked.command === 'authenticate') return (response) => void setTimeout(() => response.end(result('1')), 100);
      return asked.command === 'getaccountsinfolist' ? list([]) : undefined;
    });
    const impatient = new AbortController();
    const first = assert.rejects(source.listUsers(corp, impatient.signal), RangeError);
    const second = source.listUsers(corp);
    impatient.abort(new RangeError('enough'));
    await first;
    assert.deepEqual(await second, []);
    await done();
  });

  for (const [what, answer, detail] of [
    ['a wrong password', failure('auth_login_invalid'), /wrong password.*icewarp\.username/],
    ['a result that is not 1', result('0'), /wrong password/],
    ['a disabled account', failure('account_disabled_2'), /disabled/],
    ['a second factor', failure('auth_two_factor_required'), /second factor/],
  ] as const) {
    it(`refused for ${what} is forbidden, and not tried again at once`, async () => {
      const { server, source, done } = await startSource(({ command }) =>
        command === 'authenticate' ? answer : undefined,
      );
      for (let attempt = 0; attempt < 3; attempt += 1) {
        await rejectsWith(source.listDomains(), 'forbidden', /svc@corp\.test/, detail);
      }
      assert.equal(server.asked.length, 1);
      await done();
    });
  }

  it('that fails for another reason is tried again by the next caller', async () => {
    let answer = failure('license_evaluation');
    const { source, done } = await startSource((asked) => {
      if (asked.command === 'authenticate') return answer;
      return asked.command === 'getaccountsinfolist' ? list([]) : undefined;
    });
    await rejectsWith(source.listUsers(corp), 'upstream_unavailable', /authenticate.*license_evaluation.*licence/);
    answer = '<iq type="result"><query xmlns="admin:iq:rpc"><result>1</result></query></iq>';
    await rejectsWith(source.listUsers(corp), 'upstream_unavailable', /no session/);
    answer = result('1');
    assert.deepEqual(await source.listUsers(corp), []);
    await done();
  });

  it('waits longer for the login than for a read, since a wrong password is held back', async () => {
    const slow = (asked: Asked) => {
      if (asked.command === 'authenticate')
        return (response: import('node:http').ServerResponse) => void setTimeout(() => response.end(result('1')), 400);
      return asked.command === 'getaccountsinfolist' ? list([]) : undefined;
    };
    const patient = await startSource(slow, { timeoutMs: 200 });
    assert.deepEqual(await patient.source.listUsers(corp), []);
    await patient.done();
    const hurried = await startSource(slow, { timeoutMs: 200, loginTimeoutMs: 100 });
    await rejectsWith(hurried.source.listUsers(corp), 'upstream_unavailable', /authenticate.*time-out/);
    await hurried.done();
  });

  it('leaves the password out of every log line, error and record', async () => {
    const lines: unknown[] = [];
    const note = (...line: unknown[]): void => void lines.push(line);
    const log: Log = { debug: note, info: note, warn: note, error: note };
    const sids = new Set<string>();
    const { source, calls, done } = await startSource(forgetfulServer(sids), { log });
    await source.listUsers(corp);
    sids.clear();
    await source.listUsers(corp);
    await done();
    const refused = await startSource(() => failure('auth_login_invalid'), { log });
    await refused.source.listDomains().catch((error: unknown) => lines.push(error));
    await refused.done();
    assert.ok(lines.length >= 4);
    assert.ok(
      !inspect([lines, calls, refused.calls, source], { depth: 20, showHidden: true }).includes('word'.concat('" ')),
    );
  });
});
