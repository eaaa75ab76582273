import { networkList } from './network-types.ts';
import { optionalSetting, setting, type ValuesOf } from './setting.ts';
import { hostName, path, wholeNumber } from './setting-types.ts';
import { publicUrl } from './url-types.ts';

/** Settings of everything that speaks HTTP. */
export const httpSettingTree = {
  host: setting(hostName, '127.0.0.1', 'Address to listen on for health, metrics and web pages.'),
  port: setting(wholeNumber(0, 65_535), '8080', 'Port to listen on; 0 takes any free one.'),
  publicUrl: optionalSetting(
    publicUrl,
    'Where browsers and applications reach this service, such as https://sso.example.com. Left out: made from `http.host`, `http.port` and `http.tls`. Applications store it: choose once.',
  ),
  trustProxy: setting(
    networkList,
    '',
    'Networks of reverse proxies, such as 10.0.0.5 or 10.0.0.0/24. What they say about the browser behind them (`X-Forwarded-For`) is believed, nobody else is. Empty: there is none.',
  ),
  tls: {
    certFile: optionalSetting(
      path,
      'PEM file with the certificate and those of its issuers: HTTPS without a reverse proxy. Read anew when it changes.',
    ),
    keyFile: optionalSetting(path, 'PEM file with its private key, without a passphrase. Read anew when it changes.'),
  },
} as const;

/** The path of the OIDC facade. */
export const oidcPath = '/oidc';

/** Our issuer (OpenID Connect Core 1.0 §2), without a slash at its end. */
export function issuerOf({ host, port, publicUrl: given, tls }: ValuesOf<typeof httpSettingTree>): string {
  const name = host.includes(':') ? `[${host}]` : host;
  const scheme = tls.certFile === undefined ? 'http' : 'https';
  return `${given ?? `${scheme}://${name}:${port}`}${oidcPath}`;
}
