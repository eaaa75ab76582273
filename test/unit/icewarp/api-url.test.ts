import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createHttpApi } from '../../../sidecar/icewarp/http-api.ts';
import { connectionTo, rejectsWith } from './fixtures.ts';
import { type Answer, result } from './scripted-server.ts';
import { page, startApi } from './started-api.ts';

describe('the URL of the API', () => {
  for (const [suffix, path] of [
    ['', '/icewarpapi/'],
    ['/', '/icewarpapi/'],
    ['/icewarpapi', '/icewarpapi/'],
    ['/icewarpapi/', '/icewarpapi/'],
    ['/mail/icewarpapi//', '/mail/icewarpapi/'],
  ]) {
    it(`may end in "${suffix}"`, async () => {
      let asked = '';
      const { server, api } = await startApi(() => (response, request) => {
        asked = `${request.method} ${request.url}`;
        response.end(result('1'));
      });
      const other = createHttpApi(connectionTo(`${server.url}${suffix}`), { concurrency: 1 });
      await other.call('logout', []);
      assert.equal(asked, `POST ${path}`);
      await other.close();
      await api.close();
    });
  }

  for (const url of ['', 'mail.example.com', 'ftp://a/', 'https://', 'https://a/?x=1', 'https://a/#x']) {
    it(`is refused when it is "${url}"`, () => {
      assert.throws(() => createHttpApi(connectionTo(url), { concurrency: 1 }), /icewarp\.url/);
    });
  }

  it('is refused with a password in it, which is not repeated', () => {
    assert.throws(
      () => createHttpApi(connectionTo('https://admin:hunter2@a/'), { concurrency: 1 }),
      (error: Error) => /icewarp\.url/.test(error.message) && !/hunter2/.test(error.message),
    );
  });

  const wrong: readonly (readonly [what: string, answer: Answer, detail: RegExp])[] = [
    ['not found', page(404, 'text/html', '<html>not found</html>'), /404/],
    ['a web page', page(200, 'text/html', '<!DOCTYPE html><title>Webmail</title>'), /200/],
    ['a web page in XHTML', page(200, 'text/html', '<?xml version="1.0"?><!DOCTYPE html><html/>'), /200/],
    ['nothing', page(200, 'text/plain', ''), /200/],
    ['some other XML', page(200, 'text/xml', '<rss/>'), /200/],
    [
      'a redirect',
      (response) => response.writeHead(301, { location: 'https://mail.example.com/x' }).end(),
      /redirect to https:\/\/mail\.example\.com\/x/,
    ],
  ];
  for (const [what, answer, detail] of wrong) {
    it(`is called wrong when it answers with ${what}`, async () => {
      const { api, server } = await startApi(() => answer);
      await rejectsWith(
        api.call('logout', []),
        'invalid_input',
        /no IceWarp API found at http:.*icewarpapi/,
        /icewarp\.url/,
        detail,
      );
      assert.equal(server.asked.length, 1);
    });
  }

  it('is not called wrong once the API has answered there', async () => {
    let answer: Answer = result('1');
    const { api } = await startApi(() => answer);
    await api.call('logout', []);
    answer = page(404, 'text/html', '<html>restarting</html>');
    await rejectsWith(api.call('logout', []), 'upstream_unavailable', /404/);
  });
});
