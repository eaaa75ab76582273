import { isIP } from 'node:net';
import { parseAddress, parseDomain } from '../core/names.ts';
import { Secret } from '../core/secret.ts';
import { quote } from './faults.ts';
import { listOf } from './list-types.ts';
import { type Parsed, parseOneText, type SettingType, textType } from './setting-types.ts';

/**
 * Where notices are posted: any http(s) URL, its query included. Secret as a whole, since many receivers know the sender by nothing
 * else; so it is neither quoted nor printed.
 */
export const webhookUrl: SettingType<Secret> = {
  label: 'URL, taken as a secret',
  placeholder: 'url',
  secret: true,
  parse: (raw, report) => parseOneText(raw, report, 'URL', parseWebhookUrl),
  print: (value) => value.toString(),
};

export const mailAddress: SettingType<string> = textType('mail address', 'address', (text) => {
  const value = parseMailAddress(text);
  return value === undefined
    ? { fault: `${quote(text)} is no mail address; write one like sidecar@example.com` }
    : { value };
});

export const mailAddressList: SettingType<readonly string[]> = listOf(
  { one: 'mail address', many: 'mail addresses', placeholder: 'address', example: 'admin@example.com' },
  parseMailAddress,
);

/** A server to connect to. */
export const serverName: SettingType<string> = textType('host name or IP address', 'host', (text) => {
  const plain = text.replace(/^\[(.*)\]$/, '$1');
  if (isIP(plain) !== 0) return { value: plain };
  const isName = !/^[\d.]+$/.test(text) && parseDomain(text) !== undefined;
  return isName
    ? { value: text }
    : { fault: `${quote(text)} is no server; write a host name (mail.example.com) or an IP address, without a port` };
});

function parseWebhookUrl(text: string): Parsed<Secret> {
  const url = /^https?:\/\/[^/]/i.test(text) && !/[\s\p{Cc}]/u.test(text) ? URL.parse(text) : null;
  if (url === null) return { fault: 'is no URL; write it like https://hooks.example.com/path' };
  if (url.username !== '' || url.password !== '')
    return { fault: 'holds a user name or password, which are not sent; use the path, or notify.webhook.secret' };
  return { value: new Secret(url.href) };
}

/** As written, since only the receiving server knows whether case matters; no quoted local parts and no comments. */
function parseMailAddress(text: string): string | undefined {
  const isPlain = !/[\s"(),:;<>[\]\\\p{Cc}]/u.test(text);
  return isPlain && parseAddress(text) !== undefined ? text : undefined;
}
