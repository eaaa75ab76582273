import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { printSettings } from '../../../sidecar/config/print.ts';
import { faultsOf, load, makeFolder } from './load-support.ts';

const mail = {
  SIDECAR_NOTIFY_MAIL_TO: 'admin@example.com, Night.Shift@example.com',
  SIDECAR_NOTIFY_MAIL_FROM: 'sidecar@example.com',
  SIDECAR_NOTIFY_MAIL_SERVER: 'mail.example.com',
};

describe('the settings of notices', () => {
  it('are off when nothing is set', () => {
    const { notify } = load({}).settings;
    assert.equal(notify.webhook.url, undefined);
    assert.deepEqual(notify.mail.to, []);
    assert.equal(notify.mail.security, 'starttls');
  });

  it('keep addresses as written and ask for encryption unless told otherwise', () => {
    const { notify } = load({ env: mail }).settings;
    assert.deepEqual(notify.mail.to, ['admin@example.com', 'Night.Shift@example.com']);
    assert.equal(notify.mail.port, undefined);
  });

  it('treat the URL of the webhook as a secret: printed nowhere, quoted in no fault, no flag', () => {
    const url = 'https://hooks.example.com/T0/very-hidden?sig=very-hidden';
    const loaded = load({ env: { SIDECAR_NOTIFY_WEBHOOK_URL: url, SIDECAR_NOTIFY_WEBHOOK_SECRET: 'very-hidden' } });
    assert.equal(loaded.settings.notify.webhook.url?.reveal(), url);
    assert.doesNotMatch(printSettings(loaded), /very-hidden/);
    for (const wrong of ['ftp://very-hidden', 'https://user:very-hidden@example.com/', 'https:// very-hidden']) {
      const faults = faultsOf({ env: { SIDECAR_NOTIFY_WEBHOOK_URL: wrong } }).join();
      assert.match(faults, /notify\.webhook\.url/);
      assert.doesNotMatch(faults, /very-hidden/);
    }
    assert.match(faultsOf({ flags: { 'notify.webhook.url': url } }).join(), /secret and no flag/);
  });

  for (const address of [
    'a@example.com\r\nBcc: spy@example.net',
    'a@example.com>',
    'Admin <a@example.com>',
    '"a b"@example.com',
    'a@example.com;b@example.com',
    'nobody',
    'a@@example.com',
  ]) {
    it(`refuse ${JSON.stringify(address)} as sender`, () => {
      assert.match(faultsOf({ env: { ...mail, SIDECAR_NOTIFY_MAIL_FROM: address } }).join(), /notify\.mail\.from/);
    });
  }

  for (const server of ['mail.example.com:25', 'smtp://mail.example.com', '10.0', 'a b']) {
    it(`refuse ${server} as mail server`, () => {
      assert.match(faultsOf({ env: { ...mail, SIDECAR_NOTIFY_MAIL_SERVER: server } }).join(), /notify\.mail\.server/);
    });
  }

  it('name what is missing beside what is there', () => {
    const faults = faultsOf({
      env: {
        SIDECAR_NOTIFY_MAIL_TO: 'admin@example.com',
        SIDECAR_NOTIFY_MAIL_USERNAME: 'mailer',
        SIDECAR_NOTIFY_WEBHOOK_SECRET: 'key',
      },
    }).join('\n');
    for (const key of ['mail.from', 'mail.server', 'mail.password', 'webhook.url'])
      assert.match(faults, new RegExp(`notify\\.${key.replace('.', '\\.')}.*is missing beside`));
  });

  it('let an empty list of receivers switch mails off while the rest stays', (t) => {
    const text = 'notify: { mail: { to: [], from: sidecar@example.com, server: mail.example.com } }';
    const cwd = makeFolder(t, { 'sidecar.yaml': text });
    assert.deepEqual(load({ cwd }).settings.notify.mail.to, []);
  });

  it('refuse to send a password readable over the network, and allow it on this machine', () => {
    const login = { SIDECAR_NOTIFY_MAIL_USERNAME: 'mailer', SIDECAR_NOTIFY_MAIL_PASSWORD: 'p' };
    const env = { ...mail, ...login, SIDECAR_NOTIFY_MAIL_SECURITY: 'none' };
    assert.match(faultsOf({ env }).join(), /notify\.mail\.security.*readable/);
    assert.equal(
      load({ env: { ...env, SIDECAR_NOTIFY_MAIL_SERVER: '127.0.0.1' } }).settings.notify.mail.security,
      'none',
    );
  });

  it('warn of a webhook in clear text over the network', () => {
    const warn = (url: string) => load({ env: { SIDECAR_NOTIFY_WEBHOOK_URL: url } }).warnings.join();
    assert.match(warn('http://hooks.example.com/hidden'), /notify\.webhook\.url begins with http:/);
    assert.equal(warn('http://127.0.0.1:9000/'), '');
    assert.equal(warn('https://hooks.example.com/'), '');
  });
});
