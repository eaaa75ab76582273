import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { credentials, startTestSimulator, uidOf } from './simulator-client.ts';

describe('simulator envelope', async () => {
  const { simulator, post, call, login } = await startTestSimulator();
  const query = (content: string) => `<query xmlns="admin:iq:rpc">${content}</query>`;

  it('echoes id and sid, and answers without a declaration', async () => {
    const sid = await login();
    const reply = await post(
      `<iq sid="${sid}" id="a&quot;7" type="get">${query('<commandname>getsessioninfo</commandname>')}</iq>`,
    );
    assert.ok(reply.startsWith(`<iq type="result" sid="${sid}" id="a&quot;7">`), reply);
    assert.match(reply, /<query xmlns="admin:iq:rpc">\s*<result>/);
  });

  it('leaves out an id that was not sent', async () => {
    assert.doesNotMatch(await call('authenticate', credentials('admin@example.com', 'admin-demo')), / id=/);
  });

  it('takes command names in any case', async () => {
    const reply = await call('AuThEnTiCaTe', credentials('admin@example.com', 'admin-demo'));
    assert.match(reply, /<result>1<\/result>/);
  });

  it('takes the command name behind the path, and refuses two that differ', async () => {
    const body = `<iq>${query(`<commandparams>${credentials('admin@example.com', 'admin-demo')}</commandparams>`)}</iq>`;
    assert.match(await post(body, 'icewarpapi/Authenticate'), /type="result"/);
    const other = `<iq>${query('<commandname>getauthtoken</commandname>')}</iq>`;
    assert.equal(uidOf(await post(other, 'icewarpapi/Authenticate')), 'invoker_commandname_invalid');
  });

  it('names a wrong root, a wrong namespace and an unknown command', async () => {
    assert.equal(uidOf(await post('<qi/>')), 'iq_root_tag_invalid');
    assert.equal(uidOf(await post('<iq><query xmlns="other"/></iq>')), 'iq_query_xmlns_invalid');
    assert.equal(uidOf(await post('<iq/>')), 'iq_query_xmlns_invalid');
    assert.equal(uidOf(await call('setaccountfriends')), 'invoker_commandname_invalid');
    assert.equal(uidOf(await call('')), 'invoker_commandname_invalid');
  });

  it('answers errors with HTTP 200 and application/xml', async () => {
    const response = await fetch(`${simulator.url}icewarpapi/`, { method: 'POST', body: '<qi/>' });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'application/xml');
  });

  it('accepts a byte order mark, PUT and any content type', async () => {
    const body = `\ufeff<?xml version="1.0" encoding="UTF-8"?>\r\n<iq>${query('<commandname>x</commandname>')}</iq>`;
    const init = { method: 'PUT', headers: { 'Content-Type': 'image/png' } };
    assert.equal(uidOf(await post(body, 'icewarpapi', init)), 'invoker_commandname_invalid');
  });

  it('refuses what is no XML, too large, another path and GET with an HTTP status', async () => {
    const send = (body: string | Uint8Array<ArrayBuffer> | null, path = 'icewarpapi/', method = 'POST') =>
      fetch(simulator.url + path, { method, body }).then((response) => response.status);
    assert.equal(await send('<iq>'), 400);
    assert.equal(await send('<!DOCTYPE iq><iq/>'), 400);
    assert.equal(await send(new Uint8Array([0x3c, 0x69, 0xff])), 400);
    assert.equal(await send('<iq/>', 'api/'), 404);
    assert.equal(await send(null, 'icewarpapi/', 'GET'), 405);
    assert.equal(await send(`<iq>${' '.repeat(1024 * 1024)}</iq>`), 413);
  });
});

describe('simulator dialects', async () => {
  it('begins replies with a byte order mark on request', async () => {
    const { simulator } = await startTestSimulator({ bom: true });
    const response = await fetch(`${simulator.url}icewarpapi/`, { method: 'POST', body: '<qi/>' });
    const bytes = Buffer.from(await response.arrayBuffer());
    assert.deepEqual([...bytes.subarray(0, 4)], [0xef, 0xbb, 0xbf, 0x3c]);
  });

  it('writes white space between elements and never inside leaves; none at all when compact', async () => {
    const { simulator, call, login } = await startTestSimulator();
    simulator.company.patchAccount('alice@example.com', { comment: '\n' });
    const sid = await login();
    const ask = () =>
      call(
        'getaccountproperties',
        '<accountemail>alice@example.com</accountemail><accountpropertylist><item><propname>U_Comment</propname></item></accountpropertylist>',
        sid,
      );
    assert.match(await ask(), /<item>\n<apiproperty>\n<propname>U_Comment<\/propname>\n/);
    simulator.company.patchServer({ dialect: { ...simulator.company.server.dialect, compact: true } });
    const reply = await ask();
    assert.doesNotMatch(reply, />\s+</);
    assert.match(reply, /<val>&#10;<\/val>/);
  });
});
