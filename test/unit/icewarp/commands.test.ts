import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DomainError } from '../../../sidecar/core/errors.ts';
import { Secret } from '../../../sidecar/core/secret.ts';
import { readCommands } from '../../../sidecar/icewarp/read-commands.ts';
import type { Params } from '../../../sidecar/icewarp/request-xml.ts';
import { result } from './scripted-server.ts';
import { startApi } from './started-api.ts';

describe('commands that leave', () => {
  it('are the reads of the list and nothing else, whatever the caller claims', async () => {
    const { server, api } = await startApi(() => result('1'));
    const writes = ['setaccountproperties', 'setaccountpassword', 'createaccount', 'deleteaccounts', 'AUTHENTICATE'];
    const tricks = [
      '',
      'logout</commandname><commandname>deleteaccounts',
      ['logout'],
      { toString: () => 'logout' },
      null,
    ];
    for (const command of [...writes, ...tricks]) await assert.rejects(api.call(command as never, []), TypeError);
    assert.deepEqual(server.asked, []);
    for (const command of readCommands) await api.call(command, []);
    assert.deepEqual(server.commands(), [...readCommands]);
  });

  it('cannot be changed by a value', async () => {
    const { server, api } = await startApi(() => result('1'));
    const value = `"/></commandparams><commandname>deleteaccounts</commandname><!-- <![CDATA[ ' &quot;`;
    await api.call('getaccountproperties', [['accountemail', value]], { sid: value });
    const body = server.asked[0]?.body ?? '';
    assert.equal(body.split('<commandname>').length, 2);
    assert.ok(!body.includes('<!') && !body.includes('-- <'));
  });

  it('cannot be changed by the name of a parameter', async () => {
    const { server, api } = await startApi(() => result('1'));
    const params: Params = [['a><commandname>deleteaccounts</commandname><a', 'x']];
    await assert.rejects(api.call('logout', params), TypeError);
    assert.deepEqual(server.asked, []);
  });

  it('carry every character that XML can', async () => {
    const { server, api } = await startApi(() => result('1'));
    await api.call('authenticate', [['password', new Secret(' <&>"\'\r\n\t\u00A0🙂]]> ')]]);
    assert.match(server.asked[0]?.body ?? '', /<password> &lt;&amp;&gt;&quot;'&#13;\n\t\u00A0🙂]]&gt; <\/password>/);
    assert.equal(server.asked[0]?.headers['content-type'], 'text/xml');
  });

  it('are not sent with characters that XML cannot carry, and the message does not tell the value', async () => {
    const { server, api } = await startApi(() => result('1'));
    for (const bad of ['\0', '\u0001', '\u001F', '\uD800', '\uFFFE']) {
      await assert.rejects(api.call('authenticate', [['password', new Secret(`hunter2${bad}`)]]), (error) => {
        assert.ok(error instanceof DomainError && error.code === 'invalid_input');
        assert.match(error.message, /"password".*authenticate/);
        assert.doesNotMatch(JSON.stringify(error) + error.message + error.stack, /hunter2/);
        return true;
      });
    }
    assert.deepEqual(server.asked, []);
  });
});
