import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { DomainError } from '../../../sidecar/core/errors.ts';
import { parseLoginName } from '../../../sidecar/core/names.ts';
import { QuestionNotSent } from '../../../sidecar/core/ports/authenticator.ts';
import { Secret } from '../../../sidecar/core/secret.ts';
import {
  createIcewarpAuthenticator,
  type IcewarpAuthenticatorOptions,
} from '../../../sidecar/icewarp/authenticator.ts';
import type { CallRecord } from '../../../sidecar/icewarp/connection.ts';
import { connectionTo, rejectsWith } from './fixtures.ts';
import { type Answer, failure, result, type Script, startServer } from './scripted-server.ts';

const al = parseLoginName('al@corp.test') ?? assert.fail();

function token(email = 'al@corp.test', hex = '0AF1'): string {
  const name = '<name><classname>TAccountName</classname><name>Al</name><surname>Bo</surname></name>';
  return result(`<email>${email}</email>${name}<avatartoken/><authtoken>${hex}</authtoken><avatarurl>x</avatarurl>`);
}

async function start(script: Script, options: IcewarpAuthenticatorOptions = {}) {
  const server = await startServer(script);
  const calls: CallRecord[] = [];
  const connection = connectionTo(server.url, { onCall: (call) => calls.push(call), timeoutMs: 100 });
  const authenticator = createIcewarpAuthenticator(connection, options);
  const check = (password: string, code?: string, signal?: AbortSignal) =>
    authenticator.checkPassword(al, new Secret(password), code === undefined ? undefined : new Secret(code), signal);
  const done = async (): Promise<void> => {
    await authenticator.close();
    await server.close();
  };
  return { server, calls, authenticator, check, done };
}

describe('checking a password with IceWarp', () => {
  for (const [what, answer, kind] of [
    ['a token', token(), 'accepted'],
    ['a token and the address in another case', token('Al@CORP.test'), 'accepted'],
    ['auth_login_invalid', failure('auth_login_invalid'), 'refused'],
    ['account_disabled_2', failure('account_disabled_2'), 'account_disabled'],
    ['auth_two_factor_required', failure('auth_two_factor_required'), 'second_factor_required'],
  ] as const) {
    it(`is ${kind} on ${what}`, async () => {
      const { check, done } = await start(() => answer);
      assert.deepEqual(await check('secret'), { kind });
      await done();
    });
  }

  for (const uid of ['some_uid', 'session_invalid', 'license_evaluation']) {
    it(`takes ${uid}, which says nothing of the password, for no answer about it`, async () => {
      const { check, done } = await start(() => failure(uid));
      assert.deepEqual(await check('secret'), { kind: 'unclear', uid });
      await done();
    });
  }

  it('takes an error without uid for no answer about the password', async () => {
    const { check, done } = await start(() => '<iq type="error"/>');
    assert.equal((await check('secret')).kind, 'unclear');
    await done();
  });

  const undecided: readonly (readonly [what: string, answer: Answer, detail: RegExp])[] = [
    ['an empty token', token('al@corp.test', ''), /authtoken/],
    ['no token', result('<email>al@corp.test</email>'), /authtoken/],
    ['a plain 1', result('1'), /unexpected/],
    ['an empty result', result(''), /unexpected/],
    ['somebody else\u2019s token', token('bo@corp.test'), /another account/],
    ['no address', result('<authtoken>0AF1</authtoken>'), /email/],
    ['invalid XML', '<iq type="result"><query>', /unusable XML/],
    ['HTTP 500', (response) => response.writeHead(500).end('oops'), /status 500/],
    ['a dropped connection', (_, request) => request.socket.destroy(), /dropped/],
    ['silence', () => {}, /time-out.*0\.3 s/],
  ];
  for (const [what, answer, detail] of undecided) {
    it(`tells nothing on ${what}`, async () => {
      const { check, server, done } = await start(() => answer, { upstreamTimeoutSeconds: 0.3 });
      await rejectsWith(check('secret'), 'upstream_unavailable', detail);
      assert.equal(server.asked.length, 1);
      await done();
    });
  }

  it('sends the password as it is, without a session, and a code only when there is one', async () => {
    const { server, check, done } = await start(() => token());
    await check(' a&b<c>\u00A0\r\n"pÄss"🙂 ');
    await check('x', '012345');
    const [first, second] = server.asked;
    assert.equal(first?.sid, undefined);
    assert.equal(first?.command, 'getauthtoken');
    assert.equal(first?.param('email'), 'al@corp.test');
    assert.equal(first?.param('password'), ' a&amp;b&lt;c&gt;\u00A0&#13;\n&quot;pÄss&quot;🙂 ');
    assert.equal(first?.param('totpcode'), undefined);
    assert.equal(second?.param('totpcode'), '012345');
    await done();
  });

  it('refuses without asking what no server can be asked', async () => {
    const { server, check, done } = await start(() => token());
    for (const password of ['', 'a\0b', '\u0007', 'a\uDC00', 'a\uFFFF']) {
      assert.deepEqual(await check(password), { kind: 'refused' });
    }
    assert.deepEqual(await check('a', '\0'), { kind: 'refused' });
    assert.deepEqual(server.asked, []);
    await done();
  });

  it('waits as long as it is told, not as long as a read', async () => {
    const slow: Answer = (response) => void setTimeout(() => response.end(failure('auth_login_invalid')), 300);
    const { check, done } = await start(() => slow);
    assert.deepEqual(await check('wrong'), { kind: 'refused' });
    await done();
  });

  it('lets no login wait behind those that are held back', async () => {
    const held: Answer = () => {};
    const { check, done } = await start(({ param }) => (param('password') === 'wrong' ? held : token()), {
      upstreamTimeoutSeconds: 1,
    });
    const wrong = Array.from({ length: 40 }, () => check('wrong').catch(() => undefined));
    const startedAt = performance.now();
    assert.deepEqual(await check('right'), { kind: 'accepted' });
    assert.ok(performance.now() - startedAt < 500);
    await done();
    await Promise.all(wrong);
  });

  it('says that the server cannot have heard the question when no connection came about', async () => {
    const { check, server, authenticator } = await start(() => token());
    await server.close();
    const thrown = await check('secret').catch((error: unknown) => error);
    assert.ok(thrown instanceof QuestionNotSent, String(thrown));
    assert.match(thrown.message, /refused/);
    await authenticator.close();
  });

  for (const [what, answer] of [
    ['dropped the connection', (_, request) => request.socket.destroy()],
    ['is silent', () => {}],
  ] as const satisfies readonly (readonly [string, Answer])[]) {
    it(`takes the question for asked when the server ${what}`, async () => {
      const { check, done } = await start(() => answer, { upstreamTimeoutSeconds: 0.2 });
      const thrown = await check('secret').catch((error: unknown) => error);
      assert.ok(thrown instanceof DomainError && !(thrown instanceof QuestionNotSent), String(thrown));
      await done();
    });
  }

  it('gives a question up when told, frees its place at once and closes its connection', async () => {
    const hungUp = Promise.withResolvers<void>();
    const held: Answer = (_, request) => void request.socket.once('close', hungUp.resolve);
    const { check, done } = await start(({ param }) => (param('password') === 'wrong' ? held : token()), {
      concurrency: 1,
    });
    const cancel = new AbortController();
    const given = check('wrong', undefined, cancel.signal).catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const reason = new DomainError('upstream_undecided', 'given up');
    cancel.abort(reason);
    const next = check('right');
    assert.equal(await given, reason);
    assert.deepEqual(await next, { kind: 'accepted' });
    await hungUp.promise;
    await done();
  });

  it('turns a check away when too many are under way, which the server has not heard of', async () => {
    const { check, done } = await start(() => () => {}, { concurrency: 2, upstreamTimeoutSeconds: 1 });
    const held = [check('a').catch(() => undefined), check('b').catch(() => undefined)];
    await rejectsWith(check('c'), 'upstream_unavailable', /2 calls are under way/);
    assert.ok((await check('c').catch((error: unknown) => error)) instanceof QuestionNotSent);
    await done();
    await Promise.all(held);
  });

  it('counts each call with the uid, and shows no password', async () => {
    const { check, calls, authenticator, done } = await start(() => failure('auth_login_invalid'));
    await check('hunter2');
    const error = await start(() => failure('hm')).then(async (other) => {
      const thrown = await other.check('hunter2').catch((reason: unknown) => reason);
      await other.done();
      return thrown;
    });
    assert.deepEqual(
      [calls[0]?.command, calls[0]?.outcome, calls[0]?.uid],
      ['getauthtoken', 'error', 'auth_login_invalid'],
    );
    assert.doesNotMatch(inspect([calls, error, authenticator], { depth: 20, showHidden: true }), /hunter2/);
    await done();
  });
});
